"""Parts of the checker that fixtures and random requests do not reach by themselves."""

import json
import random
import unittest

import cbor2

from tollcheck import cbor, merkle
from tollcheck.compare import difference
from tollcheck.inputs import whole
from tollcheck.making.encodings import value
from tollcheck.making.world import Rng
from tollcheck.reasons import NUMBER, Refused
from tollcheck.stub import answer


class Reader(unittest.TestCase):
    def test_what_it_writes_it_reads_and_cbor2_reads_alike(self):
        rng = Rng(1)
        for _ in range(500):
            item = value(rng)
            data = cbor.encode(item)
            self.assertEqual(cbor.decode(data), item)
            self.assertEqual(cbor2.loads(data), item)

    def test_what_it_takes_is_the_one_encoding(self):
        source, taken = random.Random(2), 0
        for _ in range(20_000):
            data = source.randbytes(source.randint(1, 6))
            try:
                item = cbor.decode(data)
            except Refused:
                continue
            taken += 1
            self.assertEqual(cbor.encode(item), data)
        self.assertGreater(taken, 300)

    def test_diagnostic_notation_is_read_back(self):
        rng = Rng(3)
        for _ in range(500):
            item = value(rng)
            self.assertEqual(cbor.undiagnostic(cbor.diagnostic(item)), item)
        self.assertEqual(cbor.undiagnostic(" 18( [1,{-1 :h'AB'}] )"),
                         ("tag", 18, [1, {-1: b"\xab"}]))
        for bad in ("", "[1", "1 2", "h'a'", "]"):
            with self.assertRaises((ValueError, IndexError), msg=bad):
                cbor.undiagnostic(bad)


class Trees(unittest.TestCase):
    def test_each_proof_of_each_leaf_leads_to_the_root(self):
        for size in range(1, 18):
            hashes = [merkle.leaf_hash(bytes([n])) for n in range(size)]
            root = merkle.root_of_hashes(hashes)
            for index in range(size):
                proof = merkle.inclusion_proof(hashes, index)
                found = merkle.root_by_inclusion(index, size, hashes[index], proof)
                self.assertEqual(found, root)
            for smaller in range(1, size):
                proof = merkle.consistency_proof(hashes, smaller)
                first = merkle.root_of_hashes(hashes[:smaller])
                self.assertEqual(merkle.roots_by_consistency(smaller, size, first, proof),
                                 (first, root))


class Comparison(unittest.TestCase):
    def test_it_tells_where(self):
        self.assertIsNone(difference({"a": [1, "x"]}, {"a": [1, "x"]}))
        self.assertIn("result.a[0]", difference({"a": [1]}, {"a": [2]}))
        self.assertIn("result.a[0]", difference({"a": [1]}, {"a": [True]}))
        self.assertIn("one side", difference({"a": 1}, {}))

    def test_diagnostic_notation_is_compared_by_meaning(self):
        self.assertIsNone(difference({"payload": "{1: [2]}"}, {"payload": "{1:[2]}"}))
        self.assertIsNotNone(difference({"payload": "{1: [2]}"}, {"payload": "{1: [3]}"}))

    def test_texts_of_errors_are_free(self):
        one, other = ("000000088" + "60cf6f60ef460", "0000000a860cf6f60ef4626869")
        self.assertIsNone(difference({"send": [one]}, {"send": [other]}))
        self.assertIsNotNone(difference({"send": [one]}, {"send": [other.replace("0ef4", "0ff4")]}))


class Lines(unittest.TestCase):
    def refused(self, line, identity=None):
        told = answer(line)
        self.assertEqual((told["id"], told["ok"]), (identity, False))
        return told["reason"]

    def test_what_is_no_request_is_answered(self):
        for line in (b"[]", b"1", b"{", b"\xff", b"{}", b'{"op": 1}', b'{"op": "no.such"}',
                     b'{"op": "cbor.decode", "op": "cbor.decode", "bytes": "00"}',
                     b'{"op": "cbor.decode"}', b"[" * 100_000,
                     b'{"op": "cbor.decode", "bytes": ' + b"[" * 40 + b"]" * 40 + b"}"):
            self.assertEqual(self.refused(line), "malformed")
        self.assertEqual(self.refused(b'{"id": [1]}', [1]), "malformed")
        self.assertEqual(self.refused(b" " * (32 << 20) + b" "), "too-large")

    def test_the_registry_is_read_whole(self):
        self.assertEqual(sorted(NUMBER.values()), list(range(1, 52)))

    def test_whole_numbers_above_2_to_the_53_are_answered_as_text(self):
        self.assertEqual([whole(2**53), whole(2**53 + 1)], [2**53, "9007199254740993"])

    def test_whole_numbers_come_as_numbers_and_as_text(self):
        for left in (1, "1", "01"):
            line = json.dumps({"op": "amount.add", "left": left, "right": 2}).encode()
            self.assertEqual(answer(line)["result"], {"units": "3"})
        for left in (-1, 1.0, "1.0", "", None, True, "٣"):
            line = json.dumps({"op": "amount.add", "left": left, "right": 2}).encode()
            self.assertEqual(self.refused(line), "malformed")
