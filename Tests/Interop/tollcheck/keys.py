"""Ed25519, and what derives from a wallet's secret (spec/02)."""

import base64
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from . import cbor
from .fields import Opt, Record, exactly, number, text
from .reasons import Refused

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
SMALL_ORDER = {
    int.from_bytes(bytes.fromhex(encoding), "little")
    for encoding in (
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "00" * 32,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
}


def weak(encoding):
    y = int.from_bytes(encoding, "little") & (1 << 255) - 1
    return y >= P or y in SMALL_ORDER


def verify(public, message, signature):
    """TC-02.3. The library decodes the key and checks the cofactorless equation."""
    if weak(public):
        raise Refused("weak-key")
    if weak(signature[:32]):
        raise Refused("bad-signature", "R")
    if int.from_bytes(signature[32:], "little") >= L:
        raise Refused("bad-signature", "S")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refused("bad-signature") from None


def sign(seed, message):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def public_key(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def in_text(public):
    """TC-02.5: base64url, without padding."""
    return base64.urlsafe_b64encode(public).decode("ascii").rstrip("=")


# The wallet's secret.


def derive(secret, *parts):
    return hmac.digest(secret, b"".join(parts), "sha256")


def account_seed(secret, broker):
    return derive(secret, b"tollchain/1 account key", broker)


def payer_seed(secret, broker, merchant, generation):
    return derive(secret, b"tollchain/1 payer key", broker, merchant, generation.to_bytes(4, "big"))


def tip(secret, context, ordinal):
    return derive(secret, b"tollchain/1 tip", context, bytes([ordinal]))


def note_key(secret, broker):
    return derive(secret, b"tollchain/1 note key", broker)


# Sealed notes.

NOTE = Record({
    1: number(0, 2**32 - 1),  # generation
    2: text(256),             # the merchant's address
    3: Opt(exactly(16)),      # salt
    4: number(1, 3),          # funding
})


def open_note(secret, broker, commitment_digest, sealed):
    """TC-02.14 to 16: the note's map, or `malformed` without a word on why."""
    try:
        plain = AESGCM(note_key(secret, broker)).decrypt(
            sealed[:12], sealed[12:], commitment_digest)
        note = cbor.decode(plain)
        NOTE.check(note)
    except Exception:
        raise Refused("malformed", "the note does not open") from None
    return note


def seal_note(secret, broker, commitment_digest, nonce, note):
    key = AESGCM(note_key(secret, broker))
    return nonce + key.encrypt(nonce, cbor.encode(note), commitment_digest)
