"""The checks themselves, on small cases: one that sees nothing any more would always pass."""

from __future__ import annotations

import unittest
from pathlib import Path

from . import constructs, imports, links, machine_paths, sleeps, threats
from .repository import Fault, Repository
from .swift_source import SwiftSource


def check(_: Repository) -> tuple[list[Fault], str]:
    suite = unittest.defaultTestLoader.loadTestsFromName(__name__)
    result = unittest.TestResult()
    suite.run(result)
    faults = [
        Fault("scripts/lib/lint/selftest.py", 1, f"{test.id()}: {trace.splitlines()[-1]}")
        for test, trace in result.failures + result.errors
    ]
    return faults, f"{result.testsRun} tests"


class SwiftSourceTests(unittest.TestCase):
    def test_strings_and_comments_are_blank_and_interpolations_are_code(self):
        source = SwiftSource('a("try! \\(b as! C) \\"x") /* as! /* as! */ */ // try!\nd')
        self.assertEqual(len(source.code), len(source.text))
        self.assertEqual(source.code.split(), ['a("', "\\(b", "as!", "C)", '")', "d"])

    def test_raw_and_multiline_strings(self):
        source = SwiftSource('#"\\(as!) " as!"# + """\n "as!" \\(x(")"))\n""" + y')
        self.assertNotIn("as!", source.code)
        self.assertIn("x(", source.code)
        self.assertTrue(source.code.endswith('""" + y'))

    def test_a_lone_quote_costs_one_line(self):
        self.assertIn("try!", SwiftSource('let r = /"/\ntry! x()').code)

    def test_documentation_is_no_plain_comment(self):
        self.assertEqual(SwiftSource("/// a\n// b\nc // d").plain_comment_lines, {2, 3})


class ConstructTests(unittest.TestCase):
    def faults(self, text):
        return constructs.check_swift("a.swift", SwiftSource(text))

    def test_each_forbidden_construct_is_found(self):
        for text in ["try! x", "x as! Y", "fatalError()", "preconditionFailure (a)"]:
            self.assertEqual(len(self.faults(text)), 1, text)
        for text in ["try? x", "x as? Y", 'log("fatalError()")', "// try! x", "try !x"]:
            self.assertEqual(self.faults(text), [], text)

    def test_unchecked_needs_a_comment_beside_it(self):
        declaration = "final class A: @unchecked Sendable {"
        self.assertEqual(len(self.faults(f"/// Doc.\n{declaration}\n}}")), 1)
        self.assertEqual(self.faults(f"/// Doc.\n{declaration}\n    // Safe: …\n}}"), [])
        self.assertEqual(self.faults("// Safe: …\nnonisolated(unsafe) var a = 1"), [])


class ImportTests(unittest.TestCase):
    def faults(self, text, name="PayWord", kind="regular", dependencies=("DeterministicCBOR",)):
        folder = f"{'Tests' if kind == 'test' else 'Sources'}/{name}"
        target = imports.Target(name, kind, folder, list(dependencies))
        return [fault.message for fault in imports.check_source("a", SwiftSource(text), target)]

    def test_what_the_row_names_is_allowed(self):
        self.assertEqual(self.faults("public import DeterministicCBOR\nimport Synchronization"), [])
        self.assertEqual(self.faults("import struct DeterministicCBOR.CBORKey"), [])
        text = "@testable import toll_wallet\nimport Testing"
        self.assertEqual(self.faults(text, "T", "test", ["toll-wallet"]), [])

    def test_what_it_does_not_name_is_refused(self):
        self.assertEqual(len(self.faults("@preconcurrency internal import TollBroker")), 1)

    def test_the_core_has_no_foundation(self):
        text = "#if canImport(FoundationEssentials)\nimport FoundationEssentials\n#endif"
        self.assertEqual(len(self.faults(text)), 1)
        self.assertEqual(self.faults(text, "TollBroker"), [])

    def test_a_library_does_not_print(self):
        self.assertEqual(len(self.faults("print(1)")), 1)
        self.assertEqual(self.faults("printer.print(1); func print(_ a: Int) {}"), [])
        self.assertEqual(self.faults("print(1)", "toll", "executable"), [])

    def test_rows_name_only_rows_above_and_no_stranger(self):
        text = 'x\n    targets: [\n"TollBroker",\n"TollWallet"]'
        broker = imports.Target("TollBroker", "regular", "Sources/TollBroker", ["TollWallet"])
        wallet = imports.Target("TollWallet", "regular", "Sources/TollWallet", [])
        lines = [fault.line for fault in imports.check_package(text, [broker, wallet])]
        self.assertEqual(lines, [3, 3])


class ThreatTests(unittest.TestCase):
    def test_names_and_display_names_are_found(self):
        source = SwiftSource(
            '@Test("shown (here)", arguments: f(1)) @MainActor func one() {}\n'
            "@Test func `with spaces`() async throws {}\n"
            "@Test(.disabled()) func off() {}\n// @Test func commented() {}\nfunc helper() {}"
        )
        self.assertEqual(threats.test_names(source), {"shown (here)", "one", "with spaces"})

    def test_a_row_needs_a_test_that_exists(self):
        def count(cell):
            faults, _ = threats.check_table(f"| 3a | abuse | {cell} |", {"one", "a | b"})
            return len(faults)

        for cell in ["`one`", "`Suite/one()`, `one(kind:)`", "`a \\| b`", "later: `TollHTTP`"]:
            self.assertEqual(count(cell), 0, cell)
        for cell in ["", "one", "`two`", "`one`, `two`", "later:"]:
            self.assertEqual(count(cell), 1, cell)

    def test_a_table_without_rows_is_a_fault(self):
        self.assertEqual(len(threats.check_table("# Security", set())[0]), 1)


class LinkTests(unittest.TestCase):
    def test_relative_links_are_found_outside_code(self):
        text = (
            "[a](one.md) ![b](two.png 'c') [`d`](three.md#x) <img src=\"four.svg\">\n"
            "[e](https://five.example) `[f](six.md)`\n```\n[g](seven.md)\n```\n[h]: eight.md\n"
        )
        found = sorted(target for _, target in links.relative_links(text))
        self.assertEqual(found, ["eight.md", "four.svg", "one.md", "three.md#x", "two.png"])

    def test_headings_become_anchors(self):
        names = links.anchors("# A `code` word, twice\n## A code word, twice\n### 8. R&D\n")
        self.assertEqual(names, {"a-code-word-twice", "a-code-word-twice-1", "8-rd"})


class PathAndSleepTests(unittest.TestCase):
    def test_paths_of_a_machine_are_found_and_urls_are_not(self):
        pattern = machine_paths.pattern(Path("/srv/build/tollchain"))
        for text in ["/srv" + "/build/x", '"/home' + '/anna/x"', "(/Users" + "/anna)"]:
            self.assertTrue(pattern.search(text), text)
        for text in ["https://a.example/home/x", "~/home/x", "$HOME/opt/x", "/tmp/x", "/usr/local"]:
            self.assertFalse(pattern.search(text), text)

    def test_sleeps_are_found(self):
        for text in ["Task.sleep(for: a)", "usleep(1)", "try await clock.sleep (until: a)"]:
            self.assertTrue(sleeps.SLEEP.search(text), text)
        self.assertFalse(sleeps.SLEEP.search("asleep(1)"))
