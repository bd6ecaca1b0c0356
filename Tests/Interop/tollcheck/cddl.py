"""Byte strings against spec/tollchain.cddl, layer by layer (pycddl cannot follow `.cbor` into
arrays). The rule is chosen by kind, role or message type before, for the same reason: choices
between whole maps or arrays are judged wrongly.

pycddl lets some faults pass: `bstr .size` takes text and integers, upper bounds of `n*m` are not
enforced, an unknown key beside extensions and `{}` take anything. So what passes is no proof that
bytes are right, which is what the rest of this package is for; the CDDL is what is under test here:
it must take all that is right, and `bad_inputs` shows that it refuses most of what is wrong.
"""

import contextlib
import re

import pycddl

from . import cbor, objects
from .frames import ELEMENTS
from .reasons import REPOSITORY, Refused

TEXT = (REPOSITORY / "spec/tollchain.cddl").read_text("utf-8")
MESSAGE_RULES = dict(zip(ELEMENTS, (
    "hello", "hello-ack", "quote", "offer-message", "open", "opened", "pay", "paid", "meter",
    "close-message", "closed", "error", "receipt-please", "receipt-message")))
ROLE_RULES = {
    "certificate": {1: "payer-certificate-reserved", 2: "merchant-certificate",
                    3: "signing-key-certificate"},
    "enrolment": {1: "payer-enrolment", 2: "merchant-enrolment"},
}
_schemas = {}


class Unfit(Exception):
    """Bytes that a rule does not take."""


def rule_names():
    return re.findall(r"^([a-z][a-z0-9-]*) =", TEXT, re.MULTILINE)


def fits(rule, data):
    if rule not in _schemas:
        _schemas[rule] = pycddl.Schema(f"root-of-this-check = {rule}\n{TEXT}")
    try:
        _schemas[rule].validate_cbor(data)
    except pycddl.ValidationError:
        return False
    return True


class Layers:
    """Validates whole inputs, and counts what it validated by rule."""

    def __init__(self):
        self.counts, self.samples = {}, {}

    def check(self, rule, data):
        if not fits(rule, data):
            raise Unfit(f"{rule} does not take {data.hex()}")
        self.counts[rule] = self.counts.get(rule, 0) + 1
        self.samples.setdefault(rule, data)

    def object(self, data, kind):
        obj = objects.decode(data, kind)
        self.check("signed-object", data)
        self.check("protected-header", obj.protected)
        self.check("signature-structure", objects.to_be_signed(obj.protected, obj.payload))
        self.check(payload_rule(kind, obj.fields), obj.payload)
        if kind == "reservation-request":
            self.object(obj.fields[3], "commitment")
        if kind == "redemption":
            for reference, _ in obj.fields[6]:
                with contextlib.suppress(Refused):  # a bad one refuses its own claim alone
                    self.object(reference, "commitment")

    def message(self, frame):
        body = frame[4:]
        kind = cbor.decode(body)[0]
        self.check(MESSAGE_RULES[kind], body)

    def answer(self, kind, data):
        """An answer of a broker, by the kind that answer.decode gives it."""
        rule = {"description": "broker-description", "answer": "broker-answer",
                "settlement": "settlement-answer", "statement": "account-statement"}[kind]
        self.check(rule, data)

    def settlement_answer(self, data):
        self.check("settlement-answer", data)
        settlement, certificates, leaves = cbor.decode(data)
        self.object(settlement, "settlement")
        for certificate in certificates:
            self.object(certificate, "certificate")
        for leaf in leaves:
            self.check("outcome", leaf)

    def statement(self, data):
        self.check("account-statement", data)
        for entry in cbor.decode(data)[6]:
            self.check("commitment-entry", cbor.encode(entry))
            self.object(entry[0], "commitment")


def payload_rule(kind, fields):
    if kind == "certificate" and fields.get(8) == 2:
        return "payer-certificate-credit"
    if kind in ROLE_RULES:
        return ROLE_RULES[kind][fields[{"certificate": 4, "enrolment": 3}[kind]]]
    return kind


def bad_inputs(data):
    """What one right item becomes by one fault that its shape must not allow, with its name."""
    value = cbor.decode(data, tagged=data[:1] == b"\xd2")
    tag = b"\xd2" if data[:1] == b"\xd2" else b""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    yield "another type", tag + cbor.encode("text")
    yield "an array in an array", tag + cbor.encode([value])
    for key in keys:
        if isinstance(value, list):
            yield f"element {key} left out", tag + cbor.encode(value[:key] + value[key + 1:])
        for wrong in wrong_values(value[key]):
            changed = dict(value) if isinstance(value, dict) else list(value)
            changed[key] = wrong
            yield f"{key}: {cbor.diagnostic(wrong)[:40]}", tag + cbor.encode(changed)


def wrong_values(value):
    """Of other types; of those gaps above that hide a fault, the faults are left out."""
    if isinstance(value, bool) or value is None:
        return ["text"]
    if isinstance(value, int):
        return ["text", -1]
    if isinstance(value, (bytes, str)):
        return [True, []]
    return [True, 7] if value else []
