"""The random requests notice faults: each of these stubs breaks one rule."""

import contextlib
import io
import sys
import unittest
from pathlib import Path

from tollcheck import randomly

from .faulty_stub import FAULTS

SEED = 20_000


def compare(fault, operations, count):
    """The exit status and what was printed."""
    stub = [sys.executable, "-m", f"{Path(__file__).parent.name}.faulty_stub", fault]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = randomly.run(stub, SEED, count, operations)
    return status, printed.getvalue()


class RandomRequests(unittest.TestCase):
    def test_two_like_implementations_agree(self):
        status, printed = compare("none", None, 600)
        self.assertEqual(status, 0, printed)

    def test_each_faulty_implementation_is_caught(self):
        for fault, (operations, _) in FAULTS.items():
            for operation in operations:
                with self.subTest(fault, operation=operation):
                    status, printed = compare(fault, [operation], 200)
                    self.assertEqual(status, 1, printed)
                    self.assertNotIn("the stub stopped", printed)

    def test_a_stub_that_stops_is_told(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = randomly.run([sys.executable, "-c", "input()"], SEED, 10)
        self.assertEqual(status, 1)
        self.assertIn("the stub stopped after 0 answers", printed.getvalue())

    def test_a_seed_makes_the_same_requests(self):
        made = [[randomly.make(randomly.World(5), 5, n, ["object.verify"], [1])
                 for n in range(3)] for _ in range(2)]
        self.assertEqual(*made)
