"""Every row of the threat table names a test that exists."""

from __future__ import annotations

import re

from .repository import Fault, Repository
from .swift_source import SwiftSource

TABLE = "spec/11-security.md"
ROW = re.compile(r"\|\s*(\d+[a-z]?)\s*\|")
CODE_SPAN = re.compile(r"(`+)(.+?)\1(?!`)")
TEST = re.compile(r"@(?:Test|Suite)\b")
# The name that an attribute belongs to: a function's, a suite's, or a raw identifier.
NAMED = re.compile(r"\b(?:func|struct|class|actor|enum|extension)\s+(?:`([^`\n]+)`|(\w+))")
DISPLAY_NAME = re.compile(r'\(\s*"((?:[^"\\]|\\.)*)"')


def check(repository: Repository) -> tuple[list[Fault], str]:
    if TABLE not in repository.paths:
        return [Fault(TABLE, 1, "is missing: it holds the threats and their tests")], ""
    names: set[str] = set()
    for path in repository.under("Tests", ".swift"):
        names |= test_names(SwiftSource(repository.read(path)))
    return check_table(repository.read(TABLE), names)


def check_table(text: str, names: set[str]) -> tuple[list[Fault], str]:
    faults = []
    seen: set[str] = set()
    later = 0
    for number, line in enumerate(text.splitlines(), start=1):
        row = ROW.match(line)
        if not row:
            continue
        threat = row.group(1)
        if threat in seen:
            faults.append(Fault(TABLE, number, f"threat {threat} has a row already"))
        seen.add(threat)
        cell = last_cell(line)
        if re.match(r"later:\s*\S", cell):
            later += 1
            continue
        tests = [span.strip() for _, span in CODE_SPAN.findall(cell)]
        if not tests:
            message = f"threat {threat} names no test (`aTest`, or later: the part to come)"
            faults.append(Fault(TABLE, number, message))
        for test in tests:
            if base_name(test) not in names:
                message = f"threat {threat} names a test that is not in Tests/: {test}"
                faults.append(Fault(TABLE, number, message))
    if not seen:
        faults.append(Fault(TABLE, 1, "holds no row that begins with a threat's number"))
    return faults, f"{len(seen)} threats, {later} of them later"


def last_cell(line: str) -> str:
    cells = re.split(r"(?<!\\)\|", line.strip().removesuffix("|"))
    return cells[-1].replace("\\|", "|").strip()


def base_name(test: str) -> str:
    """A test's own name, of `name()`, `name(argument:)` or `Suite/name`."""
    if re.fullmatch(r"[\w/.]+(?:\([\w:]*\))?", test):
        test = test.partition("(")[0]
        return re.split(r"[/.]", test)[-1]
    return test


def test_names(source: SwiftSource) -> set[str]:
    """The names and display names of the tests in a file, less those that are switched off."""
    names: set[str] = set()
    for attribute in TEST.finditer(source.code):
        end = arguments_end(source.code, attribute.end())
        if re.search(r"\.disabled\b", source.code[attribute.end() : end]):
            continue
        display = DISPLAY_NAME.match(source.text[attribute.end() : end].lstrip())
        if display:
            names.add(display.group(1))
        name = NAMED.search(source.code, end)
        if name:
            names.add(name.group(1) or name.group(2))
    return names


def arguments_end(code: str, start: int) -> int:
    """Where an attribute's parenthesis ends; `start` itself if it has none."""
    opening = re.compile(r"\s*\(").match(code, start)
    if not opening:
        return start
    depth = 0
    for at in range(opening.end() - 1, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at + 1
    return len(code)
