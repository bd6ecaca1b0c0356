"""The checker can fail: fixtures that were tampered with are noticed."""

import json
import random
import tempfile
import unittest
from pathlib import Path

from tollcheck.cddl import Layers, Unfit, bad_inputs, fits
from tollcheck.fixtures import Check, read_schema
from tollcheck.reasons import NUMBER, REPOSITORY

FILES = sorted((REPOSITORY / "fixtures").glob("*/*.json"))
CASES = [case for path in FILES for case in json.loads(path.read_text("utf-8"))["cases"]]
SAMPLE = random.Random(3).sample(CASES, 150)


def faults(case):
    return list(Check().case(case))


def of(operation, expect="accept"):
    return next(case for case in CASES if case["op"] == operation and case["expect"] == expect)


class TamperedFixtures(unittest.TestCase):
    def test_an_untouched_case_is_right(self):
        for case in SAMPLE:
            self.assertEqual(faults(case), [], case["id"])

    def test_another_verdict_is_noticed(self):
        for case in SAMPLE:
            other = "refuse" if case["expect"] == "accept" else "accept"
            self.assertTrue(faults(case | {"expect": other}), case["id"])

    def test_another_reason_is_noticed(self):
        refused = [case for case in SAMPLE if case["expect"] == "refuse"]
        for case in refused:
            other = next(code for code in NUMBER if code != case["reason"])
            self.assertTrue(faults(case | {"reason": other}), case["id"])

    def test_another_result_is_noticed(self):
        for case in SAMPLE:
            for name, value in case.get("result", {}).items():
                changed = value + "0" if isinstance(value, str) else [value]
                tampered = case | {"result": case["result"] | {name: changed}}
                self.assertTrue(faults(tampered), f"{case['id']}: {name}")

    def test_an_altered_bit_is_noticed(self):
        for operation, name in (("object.verify", "bytes"), ("ed25519.verify", "signature"),
                                ("settlement.verify", "answer"), ("chain.walk", "payword"),
                                ("key.derive", "wallet_secret"), ("frame.decode", "frame")):
            case = of(operation)
            data = bytearray.fromhex(case[name])
            data[-1] ^= 1
            self.assertTrue(faults(case | {name: data.hex()}), operation)

    def test_another_offset_is_noticed(self):
        case = next(case for case in CASES if case.get("offset"))
        self.assertTrue(faults(case | {"offset": case["offset"] + 1}))


class TamperedFiles(unittest.TestCase):
    """The schema of the format is held against each file."""

    def faults(self, change):
        document = json.loads(FILES[0].read_text("utf-8"))
        change(document)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tampered.json"
            path.write_text(json.dumps(document), "utf-8")
            check = Check()
            check.file(path, read_schema(REPOSITORY / "fixtures"))
        return check.faults

    def test_an_untouched_file_is_right(self):
        self.assertEqual(self.faults(lambda document: None), [])

    def test_what_the_schema_does_not_allow_is_noticed(self):
        def case_of(document, expect):
            return next(case for case in document["cases"] if case["expect"] == expect)

        changes = {
            "no description of the file": lambda d: d.pop("description"),
            "no cases": lambda d: d.update(cases=[]),
            "another subject": lambda d: d.update(subject="others"),
            "a member that no file has": lambda d: d.update(version=1),
            "no description of a case": lambda d: case_of(d, "accept").pop("description"),
            "an id of capitals": lambda d: case_of(d, "accept").update(id="Case"),
            "an operation that does not exist": lambda d: case_of(d, "accept").update(op="no.op"),
            "an accepted case with a reason": lambda d: case_of(d, "accept").update(
                reason="malformed"),
            "an accepted case with a base": lambda d: case_of(d, "accept").update(base="x"),
            "a refused case without a reason": lambda d: case_of(d, "refuse").pop("reason"),
            "a refused case without a base": lambda d: case_of(d, "refuse").pop("base"),
            "an expectation that is neither": lambda d: case_of(d, "accept").update(expect="skip"),
        }
        for name, change in changes.items():
            with self.subTest(name):
                said = " ".join(self.faults(change))
                self.assertIn("tampered.json: $", said)


class Shapes(unittest.TestCase):
    """The CDDL, proved on bad input."""

    def test_every_rule_of_an_object_refuses_what_it_must(self):
        layers = Layers()
        for case in CASES:
            if case["op"] == "object.verify" and case["expect"] == "accept":
                layers.object(bytes.fromhex(case["bytes"]), case["kind"])
        self.assertGreater(len(layers.samples), 18)
        for rule, data in layers.samples.items():
            for name, bad in bad_inputs(data):
                self.assertFalse(fits(rule, bad), f"{rule}: {name}")

    def test_a_wrong_layer_is_refused(self):
        layers = Layers()
        with self.assertRaises(Unfit):
            layers.check("reservation", bytes.fromhex("a10140"))
