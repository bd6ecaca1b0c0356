"""The conformance protocol on standard input and output: one JSON object a line each way."""

import json
import sys

from .operations import perform
from .reasons import Refused

LINE_MAXIMUM = 32 << 20
NESTING_MAXIMUM = 32


def members(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def nesting(value):
    if isinstance(value, dict):
        return 1 + max(map(nesting, value.values()), default=0)
    return 1 + max(map(nesting, value), default=0) if isinstance(value, list) else 0


def request_op(request):
    return request.get("op") if isinstance(request, dict) else None


def answer(line):
    """The answer to one line of bytes."""
    identity = request = None
    try:
        if len(line) > LINE_MAXIMUM:
            raise Refused("too-large", "line")
        try:
            request = json.loads(line.decode("utf-8"), object_pairs_hook=members)
            if nesting(request) > NESTING_MAXIMUM:
                raise ValueError("nested too deep")
        except (ValueError, RecursionError) as fault:
            raise Refused("malformed", str(fault)) from None
        if isinstance(request, dict):
            identity = request.get("id")
        return {"id": identity, "ok": True, "result": perform(request)}
    except Refused as refused:
        told = {"id": identity, "ok": False, "reason": refused.reason, "detail": refused.detail}
        if refused.offset is not None and request_op(request) == "cbor.decode":
            told["offset"] = refused.offset
        if refused.result is not None:
            told["result"] = refused.result
        return told


def serve(source=None, target=None):
    source, target = source or sys.stdin.buffer, target or sys.stdout
    for line in source:
        if line.strip():
            target.write(json.dumps(answer(line), ensure_ascii=False) + "\n")
            target.flush()
