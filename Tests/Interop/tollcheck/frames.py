"""Frames and messages of the peer protocol (spec/06)."""

from . import cbor
from .fields import (amount, boolean, id16, is_integer, nullable, number,
                     object_bytes, octets, party, paywords, several, signature, text, uint)
from .reasons import Refused

BODY_MAXIMUM = 65536

(HELLO, HELLO_ACK, QUOTE, OFFER, OPEN, OPENED, PAY, PAID, METER, CLOSE, CLOSED, ERROR,
 RECEIPT_PLEASE, RECEIPT) = range(1, 15)

handle, sequence = number(0, 65535), number(0, 2**32 - 1)
reference = octets(64, 1)
version, resource, count = number(0, 65535), text(256), number(1, 2**32 - 1)


def limits(value):
    """TC-06.7."""
    if not isinstance(value, dict):
        raise Refused("malformed", "limits are no map")
    if len(value) > 3:
        raise Refused("unknown-field", "limits")
    if len(value) < 3:
        raise Refused("malformed", "limits")
    for expected, (key, limit) in zip((1, 2, 3), value.items()):
        if key != expected:
            raise Refused("unknown-field", "limits")
        count(limit)


ELEMENTS = {
    HELLO: (several(1, 16, version), id16, text(128)),
    HELLO_ACK: (version, party, id16, limits, signature),
    QUOTE: (resource,),
    OFFER: (object_bytes,),
    OPEN: (handle, object_bytes, several(0, 8, object_bytes), signature, nullable(id16)),
    OPENED: (handle, paywords(0), amount, amount),
    PAY: (handle, sequence, paywords(0), amount, nullable(reference)),
    PAID: (handle, sequence, amount, amount),
    METER: (handle, uint, amount, uint),
    CLOSE: (handle, object_bytes),
    CLOSED: (handle, object_bytes, object_bytes),
    ERROR: (nullable(handle), nullable(sequence), uint, boolean, text(256)),
    RECEIPT_PLEASE: (handle,),
    RECEIPT: (handle, object_bytes),
}


def body_size(length):
    """TC-06.4, as soon as the four bytes are there."""
    size = int.from_bytes(length, "big")
    if size > BODY_MAXIMUM:
        raise Refused("too-large", "frame")
    if size == 0:
        raise Refused("malformed", "an empty frame")
    return size


def decode_body(body):
    """TC-06.5."""
    message = cbor.decode(body)
    if not isinstance(message, list) or not message:
        raise Refused("malformed", "not an array")
    if not is_integer(message[0]) or message[0] < 0:
        raise Refused("malformed", "not a message type")
    if message[0] not in ELEMENTS:
        raise Refused("unexpected-message", f"type {message[0]}")
    checks = ELEMENTS[message[0]]
    if len(message) != 1 + len(checks):
        raise Refused("malformed", "another number of elements")
    for check, element in zip(checks, message[1:]):
        check(element)
    return message


def encode(message):
    body = cbor.encode(message)
    return len(body).to_bytes(4, "big") + body
