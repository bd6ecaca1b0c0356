"""Every rule of the specification names what tests it, and every fixture tests a rule.

A document ends with a table under `## Tests of these rules`, one row a rule. What tests it stands
in typewriter letters:

    fixtures    `chains/walks`, `chains/verification:chain-verify-stale*`, `objects/*:*-truncated`
    a test      `PayWordTests/aChainIsWalked`, `Interop/test_walk`
    later       later: what has to be built first

In patterns, * stands for any characters, also none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .repository import Fault, Repository
from .swift_source import SwiftSource
from .threats import CODE_SPAN, last_cell, test_names

HEADING = "## Tests of these rules"
DOCUMENT = re.compile(r"spec/(\d\d)-[a-z-]+\.md")
# A rule begins a paragraph or an item of a list.
RULE = re.compile(r"(?:- )?\*\*(TC-(\d\d)\.\d+)\*\*")
MENTION = re.compile(r"\bTC-\d\d\.\d+\b")
ROW = re.compile(r"\|\s*(TC-\d\d\.\d+)\s*\|")
PYTHON_TEST = re.compile(r"^\s*(?:def|class)\s+(test_\w+|\w*Tests?)\b", re.MULTILINE)


@dataclass
class Row:
    """One row of a table: what tests a rule."""

    path: str
    line: int
    cell: str
    patterns: list[str]

    @property
    def is_later(self) -> bool:
        return re.match(r"later:\s*\S", self.cell) is not None


@dataclass
class Rules:
    """All rules, and the rows that say what tests them."""

    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    mentions: list[tuple[str, int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        document = DOCUMENT.fullmatch(path)
        is_table = False
        for number, line in enumerate(text.splitlines(), start=1):
            if line.startswith("## "):
                is_table = line.strip() == HEADING
            if document and is_table and (row := ROW.match(line)):
                self._add_row(path, number, row.group(1), last_cell(line))
            elif document and not is_table and (rule := RULE.match(line)):
                self._add_rule(path, number, rule.group(1), rule.group(2) == document.group(1))
            self.mentions += [(path, number, name) for name in MENTION.findall(line)]

    def _add_rule(self, path: str, line: int, rule: str, is_at_home: bool) -> None:
        if rule in self.places:
            where = "{}:{}".format(*self.places[rule])
            self.faults.append(Fault(path, line, f"{rule} is a rule already, at {where}"))
        elif not is_at_home:
            self.faults.append(Fault(path, line, f"{rule} does not have this document's number"))
        self.places.setdefault(rule, (path, line))

    def _add_row(self, path: str, line: int, rule: str, cell: str) -> None:
        if rule in self.rows:
            self.faults.append(Fault(path, line, f"{rule} has a row already"))
        patterns = [span.strip() for _, span in CODE_SPAN.findall(cell)]
        self.rows[rule] = Row(path, line, cell, patterns)


@dataclass
class Tests:
    """What there is to test with."""

    # Cases by file, as in `chains/walks`: their ids, with the lines they stand on.
    cases: dict[str, dict[str, int]] = field(default_factory=dict)
    # Names of tests by module.
    names: dict[str, set[str]] = field(default_factory=dict)

    def matches(self, pattern: str) -> set[tuple[str, str]]:
        """The cases that a pattern of fixtures means."""
        files, _, ids = pattern.partition(":")
        return {
            (file, case)
            for file in self.cases
            if fnmatchcase(file, files)
            for case in self.cases[file]
            if fnmatchcase(case, ids or "*")
        }

    def fault_of(self, pattern: str) -> str | None:
        """What is wrong with a pattern that tests nothing."""
        module, _, name = pattern.partition("/")
        if module[:1].isupper():
            return None if name in self.names.get(module, ()) else f"no test {pattern}"
        return None if self.matches(pattern) else f"no fixture matches {pattern}"


def read_rules(repository: Repository) -> Rules:
    rules = Rules()
    for path in repository.under("", ".md"):
        rules.add(path, repository.read(path))
    return rules


def read_tests(repository: Repository) -> Tests:
    tests = Tests()
    for path in repository.under("fixtures", ".json"):
        name = path.removeprefix("fixtures/").removesuffix(".json")
        cases = read_cases(repository.read(path))
        if "/" in name and cases:
            tests.cases[name] = cases
    for path in repository.under("Tests", ".swift"):
        names = tests.names.setdefault(path.split("/")[1], set())
        names |= test_names(SwiftSource(repository.read(path)))
    for path in repository.under("Tests/Interop", ".py"):
        tests.names.setdefault("Interop", set()).update(PYTHON_TEST.findall(repository.read(path)))
    return tests


def read_cases(text: str) -> dict[str, int]:
    ids = [case["id"] for case in json.loads(text).get("cases", [])]
    lines = {
        match.group(1): text.count("\n", 0, match.start()) + 1
        for match in re.finditer(r'"id":\s*"([^"]+)"', text)
    }
    return {name: lines.get(name, 1) for name in ids}


def check(repository: Repository) -> tuple[list[Fault], str]:
    return check_rules(read_rules(repository), read_tests(repository))


def check_rules(rules: Rules, tests: Tests) -> tuple[list[Fault], str]:
    faults = list(rules.faults)
    for rule, (path, line) in rules.places.items():
        if rule not in rules.rows:
            faults.append(Fault(path, line, f"{rule} has no row under “{HEADING[3:]}”"))
    for rule, row in rules.rows.items():
        messages = faults_of(rule, row, rules, tests)
        faults += [Fault(row.path, row.line, message) for message in messages]
    for path, line, rule in rules.mentions:
        if rule not in rules.places and rule not in rules.rows:
            faults.append(Fault(path, line, f"{rule} is no rule"))
    bound = bound_cases(rules, tests)
    for file, case in untested(tests, bound):
        line = tests.cases[file][case]
        faults.append(Fault(f"fixtures/{file}.json", line, f"{case} tests no rule"))
    if not rules.places:
        faults.append(Fault("spec", 1, "has no rules"))
    later = sum(row.is_later for row in rules.rows.values())
    return faults, f"{len(rules.places)} rules, {later} of them later; {len(bound)} cases"


def faults_of(rule: str, row: Row, rules: Rules, tests: Tests) -> list[str]:
    if rule not in rules.places:
        return [f"{rule} is no rule"]
    if row.is_later:
        return []
    if not row.patterns:
        ways = "`folder/file:id`, `Module/aTest`, or later: what is to come"
        return [f"{rule} names no test ({ways})"]
    found = [tests.fault_of(pattern) for pattern in row.patterns]
    return [f"{rule}: {message}" for message in found if message]


def bound_cases(rules: Rules, tests: Tests) -> set[tuple[str, str]]:
    """The cases that test a rule."""
    return {
        case
        for rule, row in rules.rows.items()
        if rule in rules.places
        for pattern in row.patterns
        for case in tests.matches(pattern)
    }


def untested(tests: Tests, bound: set[tuple[str, str]]) -> list[tuple[str, str]]:
    every_case = [(file, case) for file, ids in tests.cases.items() for case in ids]
    return [case for case in every_case if case not in bound]
