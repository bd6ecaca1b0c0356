"""The checks themselves, on small cases: one that sees nothing any more would always pass."""

from __future__ import annotations

import unittest
from pathlib import Path

from . import constructs, imports, links, machine_paths, rules, sleeps, threats
from .repository import Fault, Repository
from .swift_source import SwiftSource


def check(_: Repository) -> tuple[list[Fault], str]:
    # And the table of `make bench`, which could say that all is well as easily.
    suite = unittest.defaultTestLoader.loadTestsFromNames([__name__, "bench.selftest"])
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


class RuleTests(unittest.TestCase):
    CASES = {"chains/walks": {"walk-one": 3, "walk-two": 9}, "frames/pay": {"frame-pay": 3}}

    RULES = "- **TC-03.1** One.\n\n**TC-03.2** Two.\n"

    def faults(self, rows, document=RULES, path="spec/03-a.md"):
        found = rules.Rules()
        found.add(path, f"# 03\n{document}\n{rules.HEADING}\n\n" + "\n".join(rows))
        tests = rules.Tests(self.CASES, {"PayWordTests": {"one"}, "Interop": {"test_walk"}})
        return [fault.message for fault in rules.check_rules(found, tests)[0]]

    def test_fixtures_tests_and_what_comes_later(self):
        first = "| TC-03.1 | `*/*` |"
        for cell in ["`chains/walks:walk-o*`, `frames/pay`", "`PayWordTests/one`", "later: a part"]:
            self.assertEqual(self.faults([first, f"| TC-03.2 | {cell} |"]), [], cell)
        self.assertEqual(self.faults([first, "| TC-03.2 | `Interop/test_walk` |"]), [])

    def test_a_row_must_name_something_that_is_there(self):
        first = "| TC-03.1 | `*/*` |"
        cells = ["", "walks", "later:", "`chains/walks:none`", "`chains/no`", "`PayWordTests/two`"]
        for cell in cells:
            self.assertEqual(len(self.faults([first, f"| TC-03.2 | {cell} |"])), 1, cell)

    def test_every_rule_and_every_case_is_bound(self):
        self.assertEqual(len(self.faults(["| TC-03.1 | `*/*` |"])), 1)
        rows = ["| TC-03.1 | `chains/walks:walk-one` |", "| TC-03.2 | `frames/*` |"]
        self.assertEqual(self.faults(rows), ["walk-two tests no rule"])

    def test_numbers_stand_once_and_at_home(self):
        rows = ["| TC-03.1 | `*/*` |", "| TC-03.2 | `PayWordTests/one` |"]
        self.assertEqual(self.faults(rows), [])
        again = "- **TC-03.1** One.\n**TC-03.2** Two.\n- **TC-03.2** Two again.\n"
        self.assertEqual(len(self.faults(rows, again)), 1)
        self.assertEqual(len(self.faults([*rows, rows[0]])), 1)
        self.assertEqual(len(self.faults([*rows, "| TC-03.3 | `*/*` |"])), 1)
        self.assertEqual(len(self.faults(rows, path="spec/04-a.md")), 2)
        self.assertEqual(len(self.faults(rows, "- **TC-03.1** By TC-03.9.\n- **TC-03.2** Two.")), 1)


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
