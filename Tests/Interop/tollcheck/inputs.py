"""The inputs of a request of the conformance protocol (spec/13), read one by one."""

import re

from .amounts import MAXIMUM
from .reasons import Refused

WORK_MAXIMUM = 2**24
LIST_MAXIMUM = 65536
STEPS_MAXIMUM = 4096
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
REQUIRED = object()


def malformed(name, what):
    return Refused("malformed", f"{name}: {what}")


def as_bytes(name, value, size=None, reason="malformed"):
    if not isinstance(value, str) or not _HEX.match(value):
        raise malformed(name, "not hexadecimal")
    data = bytes.fromhex(value)
    if size is not None and len(data) != size:
        raise Refused(reason, f"{name}: not {size} bytes")
    return data


def as_integer(name, value, most=2**64 - 1, above="malformed"):
    if isinstance(value, str) and _DIGITS.match(value):
        value = int(value) if len(value) < 1000 else 10**999
    elif not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise malformed(name, "not a whole number")
    if value > most:
        raise Refused(above, f"{name}: more than {most}")
    return value


def as_list(name, value, least=0, most=LIST_MAXIMUM):
    if not isinstance(value, list) or len(value) < least:
        raise malformed(name, "not such a list")
    if len(value) > most:
        raise Refused("too-large", f"{name}: more than {most} elements")
    return value


def as_asset(name, value):
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
        raise malformed(name, "not [code, scale]")
    return [value[0], as_integer(name, value[1])]


def whole(number):
    """A whole number as an answer writes it (TC-13.4)."""
    return number if number <= 2**53 else str(number)


class Inputs:
    def __init__(self, members, path=""):
        if not isinstance(members, dict):
            raise malformed(path or "request", "not an object")
        self.members, self.path = members, path

    def raw(self, name, default=REQUIRED):
        value = self.members.get(name)
        if value is None:
            if default is REQUIRED:
                raise malformed(self.path + name, "missing")
            return default
        return value

    def has(self, name):
        return self.members.get(name) is not None

    def _optional(self, read, name, default, *more):
        value = self.raw(name, default)
        return value if value is default else read(self.path + name, value, *more)

    def bytes(self, name, size=None, default=REQUIRED, reason="malformed"):
        return self._optional(as_bytes, name, default, size, reason)

    def integer(self, name, most=2**64 - 1, default=REQUIRED, above="malformed"):
        return self._optional(as_integer, name, default, most, above)

    def amount(self, name, default=REQUIRED):
        return self.integer(name, MAXIMUM, default, "amount-overflow")

    def ordinal(self, name="ordinal"):
        return self.integer(name, 7, above="unknown-chain")

    def index(self, name="index"):
        return self.integer(name, 2**32 - 1, above="index-past-end")

    def indexes(self, name, least=0, most=LIST_MAXIMUM):
        """A list of indexes, each read as one."""
        return [as_integer(self.path + name, value, 2**32 - 1, "index-past-end")
                for value in self.list(name, least, most)]

    def list(self, name, least=0, most=LIST_MAXIMUM, default=REQUIRED):
        return self._optional(as_list, name, default, least, most)

    def assets(self, name, default=REQUIRED):
        """1 to 16 of them (TC-04.35); of a broker."""
        values = self.list(name, default=default)
        if values is default:
            return values
        found = [Inputs({name: value}, self.path).asset(name) for value in values]
        if not 1 <= len(found) <= 16:
            raise malformed(self.path + name, "not 1 to 16")
        return found

    def bytes_list(self, name, size=None, most=LIST_MAXIMUM, default=REQUIRED):
        values = self.list(name, 0, most, default)
        return values if values is default else [as_bytes(name, v, size) for v in values]

    def asset(self, name, default=REQUIRED):
        from .fields import asset
        value = self._optional(as_asset, name, default)
        if value is not default:
            asset(value)
        return value

    def text(self, name, default=REQUIRED):
        value = self.raw(name, default)
        if value is not default and not isinstance(value, str):
            raise malformed(self.path + name, "not text")
        return value

    def boolean(self, name, default):
        value = self.raw(name, default)
        if not isinstance(value, bool):
            raise malformed(self.path + name, "not true or false")
        return value

    def parts(self, name, **limits):
        """A list of objects, each to be read in its turn."""
        return [Inputs(v, f"{self.path}{name}[{i}].")
                for i, v in enumerate(self.list(name, **limits))]

    def part(self, name):
        return Inputs(self.raw(name), f"{self.path}{name}.")

    def paywords(self, name, default=REQUIRED):
        values = self.raw(name, default)
        if values is default:
            return values
        return [[p.ordinal(), p.index(), p.bytes("payword", 32)] for p in self.parts(name)]
