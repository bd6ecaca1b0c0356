"""What the sources must not hold, each with what to write in its place."""

from __future__ import annotations

import re

from .repository import Fault, Repository, line_at
from .swift_source import SwiftSource

FORBIDDEN = [
    (re.compile(r"\btry!"), "try! hides a failure: handle it, or let it be thrown"),
    (re.compile(r"\bas!"), "as! traps: use as? and refuse what does not fit"),
    (re.compile(r"\bfatalError\s*\("), "fatalError ends the process: throw, or make it impossible"),
    (
        re.compile(r"\bpreconditionFailure\s*\("),
        "preconditionFailure ends the process: throw, or make it impossible",
    ),
    (re.compile(r"\bunsafeFlags\b"), "unsafeFlags keeps others from depending on this package"),
]

EXCUSABLE = re.compile(r"@unchecked\s+Sendable\b|\bnonisolated\(unsafe\)")

# In brackets, so that this line is no finding of its own.
LEFT_OPEN = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX|[H]ACK)\b")


def check(repository: Repository) -> tuple[list[Fault], str]:
    faults: list[Fault] = []
    swift = ["Package.swift", *repository.under("Sources", ".swift")]
    for path in swift:
        faults += check_swift(path, SwiftSource(repository.read(path)))

    folders = ("Sources", "Tests", "scripts", "Benchmarks", "Examples")
    open_ended = ["Package.swift", "Makefile"]
    open_ended += [path for folder in folders for path in repository.under(folder)]
    for path in open_ended:
        text = repository.read_text_or_none(path) or ""
        for found in LEFT_OPEN.finditer(text):
            message = f"{found.group()}: do it now, or open an issue and name it in prose"
            faults.append(Fault(path, line_at(text, found.start()), message))
    return faults, f"{len(swift)} Swift files"


def check_swift(path: str, source: SwiftSource) -> list[Fault]:
    faults = [
        Fault(path, line_at(source.code, found.start()), message)
        for pattern, message in FORBIDDEN
        for found in pattern.finditer(source.code)
    ]
    for found in EXCUSABLE.finditer(source.code):
        line = line_at(source.code, found.start())
        if not source.plain_comment_lines & {line - 1, line, line + 1}:
            message = f"{found.group()} needs a // comment beside it that says why it is safe"
            faults.append(Fault(path, line, message))
    return faults
