"""The CBOR profile (spec/01): one strict reader, one encoder, and diagnostic notation.

cbor2 reads more than the profile allows, and does not say which fault came first. So this reader
goes through the bytes by itself; fixtures.py compares what it accepts with what cbor2 reads.
"""

import json
import re

from .reasons import Refused

DEPTH = 8
UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
SIMPLE_VALUES = {20: False, 21: True, 22: None}
SHORTEST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}  # additional information → least value
TAGGED = 18


def head(data, at):
    """Steps a to j of TC-01.11: (major type, argument, where the content begins)."""
    if at >= len(data):
        raise Refused("malformed", "an item is missing", at)  # a
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    if info < 28:
        end = at + 1 + (1 << info - 24)
        if end > len(data):
            raise Refused("malformed", "the argument is cut short", at)  # b
        argument = int.from_bytes(data[at + 1:end], "big")
        if major == SIMPLE:
            if info > 24:
                raise Refused("not-canonical", "a float", at)  # g
            if argument < 32:
                raise Refused("malformed", "a simple value in two bytes", at)  # h
            raise Refused("not-canonical", "a simple value", at)  # i
        if argument < SHORTEST[info]:
            raise Refused("not-canonical", "not the shortest form", at)  # j
        return major, argument, end
    if info < 31:
        raise Refused("malformed", "reserved additional information", at)  # c
    if major in (UINT, NEGATIVE, TAG):
        raise Refused("malformed", "no indefinite length here", at)  # d
    if major == SIMPLE:
        raise Refused("malformed", "a break", at)  # e
    raise Refused("not-canonical", "an indefinite length", at)  # f


def item(data, at, depth=0):
    """One item, steps a to p: (value, where it ends)."""
    start = at
    major, argument, at = head(data, at)
    left = len(data) - at
    if major == UINT:
        return argument, at
    if major == NEGATIVE:
        return -1 - argument, at
    if major in (BYTES, TEXT):
        if argument > left:
            raise Refused("malformed", "longer than what is left", start)  # k
        content = data[at:at + argument]
        if major == TEXT:
            try:
                content = content.decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("malformed", "not UTF-8", start) from None  # l
        return content, at + argument
    if major in (ARRAY, MAP):
        if depth >= DEPTH:
            raise Refused("malformed", "nested too deep", start)  # m
        if argument > (left if major == ARRAY else left // 2):
            raise Refused("malformed", "more elements than bytes left", start)  # n
        return (elements if major == ARRAY else pairs)(data, at, argument, depth + 1)
    if major == TAG:
        raise Refused("not-canonical", "a tag", start)  # o
    if argument not in SIMPLE_VALUES:
        raise Refused("not-canonical", "a simple value", start)  # p
    return SIMPLE_VALUES[argument], at


def elements(data, at, count, depth):
    values = []
    for _ in range(count):
        value, at = item(data, at, depth)
        values.append(value)
    return values, at


def pairs(data, at, count, depth):
    """TC-01.12: a key's head, the kind of key, its place, then its value."""
    values, before = {}, None
    for _ in range(count):
        major, argument, after = head(data, at)
        if major not in (UINT, NEGATIVE):
            raise Refused("not-canonical", "a key that is no integer", at)
        if before is not None and (major, argument) <= before:
            raise Refused("not-canonical", "a key twice or out of order", at)
        before = (major, argument)
        key = argument if major == UINT else -1 - argument
        values[key], at = item(data, after, depth)
    return values, at


def decode(data, tagged=False):
    """The one item that `data` is; with `tagged`, the content of tag 18 (TC-01.13)."""
    at = 0
    if tagged:
        major, argument, at = head(data, 0)
        if major != TAG:
            raise Refused("malformed", "no tag", 0)
        if argument != TAGGED:
            raise Refused("not-canonical", "another tag", 0)
    value, at = item(data, at)
    if at != len(data):
        raise Refused("malformed", "bytes after the item", at)  # TC-01.14
    return value


def encode_head(major, argument):
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise ValueError("too large an argument")


def encode(value):
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return encode_head(UINT, value) if value >= 0 else encode_head(NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return encode_head(BYTES, len(value)) + value
    if isinstance(value, str):
        content = value.encode("utf-8")
        return encode_head(TEXT, len(content)) + content
    if isinstance(value, list):
        return encode_head(ARRAY, len(value)) + b"".join(map(encode, value))
    ordered = sorted(value, key=lambda key: (key < 0, abs(key)))  # TC-01.5
    return encode_head(MAP, len(value)) + b"".join(encode(k) + encode(value[k]) for k in ordered)


# Diagnostic notation (RFC 8949, section 8), on one line.


def diagnostic(value):
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, list):
        return "[" + ", ".join(map(diagnostic, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {diagnostic(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


TOKEN = re.compile(r"""\s*(?:h'([0-9a-fA-F]*)'|("(?:[^"\\]|\\.)*")|(-?\d+)|(true|false|null)"""
                   r"""|([\[\]{}(),:]))""", re.DOTALL)
NAMES = {"true": True, "false": False, "null": None}


def undiagnostic(text):
    """Reads diagnostic notation; two texts mean the same if this gives the same."""
    tokens = list(TOKEN.finditer(text))
    if "".join(t.group(0) for t in tokens) != text.rstrip():
        raise ValueError(f"no diagnostic notation: {text!r}")
    value, rest = _read(tokens, 0)
    if rest != len(tokens):
        raise ValueError("more than one item")
    return value


def _read(tokens, at):
    hexadecimal, string, number, name, mark = tokens[at].groups()
    if hexadecimal is not None:
        return bytes.fromhex(hexadecimal), at + 1
    if string is not None:
        return json.loads(string, strict=False), at + 1
    if number is not None:
        if at + 1 < len(tokens) and tokens[at + 1].group(5) == "(":
            value, at = _read(tokens, at + 2)
            return ("tag", int(number), value), at + 1
        return int(number), at + 1
    if name is not None:
        return NAMES[name], at + 1
    if mark not in ("[", "{"):
        raise ValueError(f"{mark} has no place here")
    values, at = [], at + 1
    while tokens[at].group(5) not in ("]", "}"):
        value, at = _read(tokens, at)
        if mark == "{":
            other, at = _read(tokens, at + 1)
            value = (value, other)
        values.append(value)
        if tokens[at].group(5) == ",":
            at += 1
    return (dict(values) if mark == "{" else values), at + 1
