"""The types of fields (TC-01.18): each is a function that passes over a right value and refuses a
wrong one with the reason of the rule."""

from . import cbor
from .reasons import Refused

EXTENSIONS_MAXIMUM = 256


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def number(least=0, most=2**64 - 1, above="malformed"):
    """`above` is the reason for a number that is too high."""
    def check(value):
        if not is_integer(value) or value < least:
            raise Refused("malformed", "not a number of this range")
        if value > most:
            raise Refused(above, f"more than {most}")
    return check


def exactly(size):
    def check(value):
        if not isinstance(value, bytes) or len(value) != size:
            raise Refused("malformed", f"not {size} bytes")
    return check


def octets(most, least=0):
    def check(value):
        if not isinstance(value, bytes) or len(value) < least:
            raise Refused("malformed", "not such bytes")
        if len(value) > most:
            raise Refused("too-large", f"more than {most} bytes")
    return check


def text(most):
    def check(value):
        if not isinstance(value, str):
            raise Refused("malformed", "not text")
        if len(value.encode("utf-8")) > most:
            raise Refused("too-large", f"more than {most} bytes")
    return check


def boolean(value):
    if not isinstance(value, bool):
        raise Refused("malformed", "not a boolean")


def nullable(check_inner):
    def check(value):
        if value is not None:
            check_inner(value)
    return check


def array(*checks):
    """An array with a meaning for each place."""
    def check(value):
        if not isinstance(value, list) or len(value) != len(checks):
            raise Refused("malformed", f"not an array of {len(checks)}")
        for inner, element in zip(checks, value):
            inner(element)
    return check


def several(least, most, inner):
    def check(value):
        if not isinstance(value, list):
            raise Refused("malformed", "not a list")
        if len(value) > most:
            raise Refused("too-large", f"more than {most} elements")
        if len(value) < least:
            raise Refused("malformed", "too few elements")
        for element in value:
            inner(element)
    return check


def ascending(check_list):
    """Ordinals strictly ascend: found after the whole list was read."""
    def check(value):
        check_list(value)
        if any(a[0] >= b[0] for a, b in zip(value, value[1:])):
            raise Refused("malformed", "ordinals do not ascend")
    return check


def asset(value):
    """TC-04.1."""
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
        raise Refused("malformed", "not an asset")
    code, scale = value
    if not 3 <= len(code) <= 12 or not all("!" <= c <= "~" for c in code):
        raise Refused("malformed", "not an asset's code")
    number(0, 18)(scale)


party = digest = payword = exactly(32)
id16 = exactly(16)
signature = exactly(64)
uint = time = number()
amount = number(0, 2**63 - 1, above="amount-overflow")
denomination = number(1, 2**63 - 1, above="amount-overflow")
ordinal = number(0, 7, above="unknown-chain")
index = number(0, 2**32 - 1, above="index-past-end")
object_bytes = octets(16384)
marks = ascending(several(0, 8, array(ordinal, index)))


def paywords(least):
    return ascending(several(least, 8, array(ordinal, index, payword)))


class Opt:
    """A field that may be absent."""

    def __init__(self, check):
        self.check = check


class Record:
    """The fields of a map, checked in ascending order of key; the first fault decides."""

    def __init__(self, fields, between=None):
        self.fields, self.between = fields, between

    def check(self, value):
        if not isinstance(value, dict):
            raise Refused("malformed", "not a map")
        known = [key for key in value if key >= 0]  # the reader has seen that they ascend
        at = 0
        for key, check in self.fields.items():
            if at < len(known) and known[at] < key:
                raise Refused("unknown-field", str(known[at]))
            if at < len(known) and known[at] == key:
                (check.check if isinstance(check, Opt) else check)(value[key])
                at += 1
            elif not isinstance(check, Opt):
                raise Refused("malformed", f"field {key} is missing")
        if self.between:
            self.between(value)
        if at < len(known):
            raise Refused("unknown-field", str(known[at]))
        if extensions_size(value) > EXTENSIONS_MAXIMUM:
            raise Refused("too-large", "extensions")


def extensions_size(value):
    return sum(len(cbor.encode(k)) + len(cbor.encode(v)) for k, v in value.items() if k < 0)
