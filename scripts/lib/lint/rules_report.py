"""What tests the rules of the specification: a table, or what is known of one rule or one case."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from .repository import Repository
from .rules import DOCUMENT, Rules, Tests, bound_cases, faults_of, read_rules, read_tests, untested


def main(names: list[str]) -> int:
    repository = Repository(Path.cwd())
    rules, tests = read_rules(repository), read_tests(repository)
    if not names:
        return report(rules, tests)
    known = [describe(name, rules, tests) for name in names]
    return 0 if all(known) else 1


def report(rules: Rules, tests: Tests) -> int:
    print_table(rules, tests)
    without_test = [rule for rule in rules.places if is_untested(rule, rules, tests)]
    without_rule = untested(tests, bound_cases(rules, tests))
    print_list("rules without a test", without_test)
    print_list("fixtures without a rule", [f"{file}:{case}" for file, case in without_rule])
    return 1 if without_test or without_rule else 0


def is_untested(rule: str, rules: Rules, tests: Tests) -> bool:
    row = rules.rows.get(rule)
    return row is None or bool(faults_of(rule, row, rules, tests))


def print_table(rules: Rules, tests: Tests) -> None:
    columns = "{:<36} {:>6} {:>12} {:>11} {:>6} {:>6}"
    print(columns.format("document", "rules", "by fixtures", "by tests", "later", "cases"))
    documents = sorted({path for path, _ in rules.places.values() if DOCUMENT.fullmatch(path)})
    total = [0] * 5
    every_case: set[tuple[str, str]] = set()
    for document in documents:
        own = [rule for rule, (path, _) in rules.places.items() if path == document]
        figures, cases = figures_of(own, rules, tests)
        every_case |= cases
        total = [before + figure for before, figure in zip(total, figures)]
        print(columns.format(document.removeprefix("spec/"), *figures))
    print(columns.format("in all", *total[:4], len(every_case)))


def figures_of(
    own: list[str], rules: Rules, tests: Tests
) -> tuple[list[int], set[tuple[str, str]]]:
    by_fixtures = by_tests = later = 0
    cases: set[tuple[str, str]] = set()
    for rule in own:
        row = rules.rows.get(rule)
        if row is None:
            continue
        matched = {case for pattern in row.patterns for case in tests.matches(pattern)}
        cases |= matched
        by_fixtures += bool(matched)
        by_tests += bool(row.patterns) and not matched
        later += row.is_later
    return [len(own), by_fixtures, by_tests, later, len(cases)], cases


def print_list(title: str, items: list[str]) -> None:
    print(f"\n{title}: {len(items) or 'none'}")
    for item in items:
        print(f"  {item}")


def describe(name: str, rules: Rules, tests: Tests) -> bool:
    """Prints what tests a rule, or which rules a case tests."""
    if name in rules.places:
        row = rules.rows.get(name)
        print(f"{name} ({':'.join(map(str, rules.places[name]))})")
        for pattern in row.patterns if row else []:
            matched = sorted(tests.matches(pattern))
            print(f"  {pattern}" + (f": {len(matched)} cases" if matched else ""))
            for file, case in matched:
                print(f"    {file}:{case}")
        if row and row.is_later:
            print(f"  {row.cell}")
        return True
    file, _, case = name.rpartition(":")
    places = [(at, id) for at, ids in tests.cases.items() for id in ids if id == case]
    for place in [(at, id) for at, id in places if file in ("", at)]:
        print(":".join(place))
        for rule, row in rules.rows.items():
            if any(place in tests.matches(pattern) for pattern in row.patterns):
                print(f"  {rule}")
    if not places:
        print(f"{name}: no such rule or case", file=sys.stderr)
    return bool(places)


if __name__ == "__main__":
    # Whoever reads this through `head` has read enough.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main(sys.argv[1:]))
