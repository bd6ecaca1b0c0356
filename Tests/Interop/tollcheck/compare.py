"""Whether two results say the same: diagnostic notation by its meaning, errors without texts."""

from . import cbor, frames
from .reasons import Refused

DIAGNOSTIC = {"payload", "message", "diagnostic"}


def difference(expected, found, at="result"):
    """Where two JSON values differ, or None."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in expected.keys() | found.keys():
            if name not in expected or name not in found:
                return f"{at}.{name} is on one side only"
            where = difference(expected[name], found[name], f"{at}.{name}")
            if where:
                return where
        return None
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{at}: {len(expected)} elements and {len(found)}: {expected} and {found}"
        for i, pair in enumerate(zip(expected, found)):
            where = difference(*pair, f"{at}[{i}]")
            if where:
                return where
        return None
    if expected == found and isinstance(expected, bool) == isinstance(found, bool):
        return None
    name = at.rpartition(".")[2]
    if isinstance(expected, str) and isinstance(found, str):
        if name in DIAGNOSTIC and same_meaning(expected, found):
            return None
        if name.startswith("send[") and without_text(expected) == without_text(found):
            return None
    return f"{at}: expected {expected!r}, found {found!r}"


def same_meaning(one, other):
    try:
        return cbor.undiagnostic(one) == cbor.undiagnostic(other)
    except (ValueError, IndexError):
        return False


def without_text(frame):
    """A frame; of an error, without what is for people (TC-09.4)."""
    try:
        message = frames.decode_body(bytes.fromhex(frame)[4:])
    except (Refused, ValueError):
        return frame
    return [*message[:5], ""] if message[0] == frames.ERROR else message
