"""Signed objects: their envelope, the order of checks, and who may sign (spec/01)."""

from hashlib import sha256

from . import cbor, keys
from .fields import Record, extensions_size, party, text
from .kinds import BROKER, KINDS, SIGNER, SIGNING_KEY, SIZE
from .reasons import Refused

ALLOWANCE = 300  # seconds between two honest clocks (TC-00.4)
ALGORITHM = -19


def content_type(kind):
    return f"application/tollchain.{kind}+cbor"


KIND_OF = {content_type(kind): kind for kind in KINDS}


def is_algorithm(value):
    if value != ALGORITHM or isinstance(value, bool):
        raise Refused("malformed", "another algorithm")


def is_content_type(value):
    text(128)(value)
    if value not in KIND_OF:
        raise Refused("malformed", "an unknown content type")


HEADER = Record({1: is_algorithm, 3: is_content_type, 4: party})


class Object:
    def __init__(self, kind, kid, fields, payload, protected, signature):
        self.kind, self.kid, self.fields = kind, kid, fields
        self.payload, self.protected, self.signature = payload, protected, signature
        self.digest = sha256(payload).digest()
        self.id = self.digest[:16]


def decode(data, kind):
    """TC-01.24, steps 1 to 7."""
    if len(data) > SIZE[kind]:
        raise Refused("too-large", kind)
    envelope = cbor.decode(data, tagged=True)
    if not isinstance(envelope, list) or len(envelope) != 4:
        raise Refused("malformed", "not COSE_Sign1")
    protected, unprotected, payload, signature = envelope
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise Refused("malformed", "not COSE_Sign1")
    if unprotected != {} or not isinstance(unprotected, dict):
        raise Refused("malformed", "an unprotected header")
    header = cbor.decode(protected)
    HEADER.check(header)
    if extensions_size(header):
        raise Refused("unknown-field", "a parameter of the header")
    fields = cbor.decode(payload)
    if len(signature) != 64:
        raise Refused("malformed", "not a signature")
    if KIND_OF[header[3]] != kind:
        raise Refused("malformed", "another kind")
    KINDS[kind].check(fields)
    return Object(kind, header[4], fields, payload, protected, signature)


def to_be_signed(protected, payload):
    return cbor.encode(["Signature1", protected, b"", payload])


def protected_header(kind, kid):
    return cbor.encode({1: ALGORITHM, 3: content_type(kind), 4: kid})


def check_signature(obj):
    """TC-01.24, step 9."""
    keys.verify(obj.kid, to_be_signed(obj.protected, obj.payload), obj.signature)


def sign(kind, payload, seed):
    """The one encoding of a payload, signed. Its size and fields are the caller's affair."""
    protected = protected_header(kind, keys.public_key(seed))
    signature = keys.sign(seed, to_be_signed(protected, payload))
    return b"\xd2" + cbor.encode([protected, {}, payload, signature])


def check_period(certificate, at):
    """TC-04.10."""
    if certificate[6] > at + ALLOWANCE:
        raise Refused("not-yet-valid", "certificate")
    if at > certificate[7] + ALLOWANCE:
        raise Refused("certificate-expired")


def signing_keys(root, certificates):
    """TC-04.18: the keys that sign for a broker, each with its certificate's fields."""
    found = {}
    for certificate in [decode(data, "certificate") for data in certificates]:
        if certificate.fields[4] != SIGNING_KEY:
            raise Refused("malformed", "not a certificate of a signing key")
        if certificate.fields[2] != root:
            raise Refused("wrong-broker", "certificate")
        if certificate.kid != root:
            raise Refused("bad-signature", "the root alone certifies signing keys")
        check_signature(certificate)
        found[certificate.fields[3]] = certificate.fields
    return found


def check_broker(obj, root, keys_of_broker):
    """TC-01.26, for an object of a broker: steps 8 to 10."""
    named, dated = BROKER[obj.kind]
    if obj.fields[named] != root:
        raise Refused("wrong-broker")
    by_root = obj.kid == root
    if not by_root and (obj.kid not in keys_of_broker
                        or (obj.kind == "certificate" and obj.fields[4] == SIGNING_KEY)):
        raise Refused("bad-signature", "no key of the broker")
    check_signature(obj)
    if not by_root:
        check_period(keys_of_broker[obj.kid], obj.fields[dated])


def check_party(obj, signer=None):
    """TC-01.26, for an object of a party; `signer` is whom a close request does not name."""
    if obj.kid != (obj.fields[SIGNER[obj.kind]] if obj.kind in SIGNER else signer):
        raise Refused("bad-signature", "another key than the signer's")
    check_signature(obj)
