"""Every kind of signed object, field by field (spec/04)."""

from . import cbor
from .fields import (Opt, Record, amount, array, asset, denomination, digest,
                     id16, index, marks, nullable, number, octets, ordinal, party, payword,
                     paywords, several, text, time, uint)
from .reasons import Refused


def parameters(value):
    """TC-08.8: what a condition's type decides, at most 256 bytes, and an array."""
    if len(cbor.encode(value)) > 256:
        raise Refused("too-large", "parameters")
    if not isinstance(value, list):
        raise Refused("malformed", "parameters are no array")


def embedded(kind):
    def check(value):
        if not isinstance(value, bytes):
            raise Refused("malformed", "not bytes")
        from .objects import decode
        decode(value, kind)
    return check


def any_bytes(value):
    if not isinstance(value, bytes):
        raise Refused("malformed", "not bytes")


def fields_of_role(certificate):
    """TC-04.9."""
    role, has = certificate[4], {key for key in certificate if 8 <= key <= 12}
    if role == 1:
        right = has == ({8, 9, 11} if certificate.get(8) == 2 else {8, 9})
    else:
        right = has - {10} == {12} if role == 2 else not has
    if not right:
        raise Refused("malformed", "the fields are not those of the role")
    if certificate[6] > certificate[7]:
        raise Refused("malformed", "the period ends before it begins")


def name_of_merchant(enrolment):
    if 6 in enrolment and enrolment[3] != 2:
        raise Refused("malformed", "only a merchant has a name")


condition = array(number(1, 65535), several(1, 8, ordinal), parameters)
claim = array(any_bytes, paywords(1))

KINDS = {
    "commitment": Record({
        1: id16, 2: party, 3: party, 4: party, 5: asset,
        6: several(1, 8, array(denomination, number(1, 2**32 - 1), payword)),
        7: time, 8: time, 9: time, 10: Opt(digest), 11: Opt(several(1, 8, condition))}),
    "certificate": Record({
        1: id16, 2: party, 3: party, 4: number(1, 3), 5: asset, 6: time, 7: time,
        8: Opt(number(1, 2)), 9: Opt(amount), 10: Opt(text(64)), 11: Opt(amount),
        12: Opt(array(number(0, 10_000), amount))}, fields_of_role),
    "reservation-request": Record({
        1: party, 2: party, 3: embedded("commitment"), 4: time, 5: Opt(octets(512))}),
    "reservation": Record({
        1: digest, 2: party, 3: party, 4: party, 5: asset, 6: amount, 7: time, 8: time}),
    "offer": Record({
        1: party, 2: several(1, 16, party), 3: asset, 4: text(64), 5: amount, 6: Opt(amount),
        7: Opt(text(1024)), 8: time, 9: text(256)}),
    "receipt": Record({
        1: id16, 2: party, 3: party, 4: asset, 5: amount, 6: amount, 7: uint, 8: time, 9: marks}),
    "close-request": Record({1: id16, 2: party, 3: time}),
    "close": Record({1: id16, 2: party, 3: party, 4: marks, 5: time}),
    "redemption": Record({
        1: id16, 2: party, 3: party, 4: asset, 5: time, 6: several(1, 65536, claim)}),
    "settlement": Record({
        1: id16, 2: digest, 3: party, 4: party, 5: asset, 6: amount, 7: amount, 8: amount,
        9: number(0, 65536), 10: uint,
        11: several(0, 65536, array(number(0, 65535), uint)),
        12: id16, 13: time, 14: digest,
        15: several(0, 64, array(party, number(1, 3), amount))}),
    "enrolment": Record({
        1: party, 2: party, 3: number(1, 2), 4: asset, 5: time, 6: Opt(text(64))},
        name_of_merchant),
    "certificate-request": Record({1: party, 2: party, 3: party, 4: asset, 5: time}),
    "statement-request": Record({1: party, 2: party, 3: asset, 4: time, 5: Opt(id16)}),
    "withdrawal": Record({
        1: party, 2: party, 3: asset, 4: amount, 5: id16, 6: time, 7: Opt(text(256))}),
    "faucet-request": Record({1: party, 2: party, 3: asset, 4: amount, 5: id16, 6: time}),
}

# Which field names the signer, for objects of a party. A close request names nobody.
SIGNER = {"commitment": 2, "reservation-request": 2, "offer": 1, "receipt": 3, "close": 3,
          "redemption": 2, "enrolment": 2, "certificate-request": 2, "statement-request": 2,
          "withdrawal": 2, "faucet-request": 2}
# Which field names the broker's root key, and which is the date, for objects of a broker.
BROKER = {"reservation": (2, 7), "settlement": (3, 13), "certificate": (2, 6)}

SIZE = {kind: 16 << 10 for kind in KINDS} | {"redemption": 64 << 20, "settlement": 4 << 20}

# An outcome (TC-07.17) is no signed object, but an array of the same types.
outcome_array = array(number(0, 65535), id16, several(0, 8, array(ordinal, index, index)), amount,
                      nullable(uint))
PAYER, MERCHANT, SIGNING_KEY = 1, 2, 3  # the roles of certificates
CREDIT = 2
