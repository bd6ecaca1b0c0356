"""A test that sleeps is slow when all is well and fails when the machine is busy."""

from __future__ import annotations

import re

from .repository import Fault, Repository, line_at
from .swift_source import SwiftSource

SLEEP = re.compile(r"\b(?:u|nano)?sleep\s*\(")


def check(repository: Repository) -> tuple[list[Fault], str]:
    # The fault harness is a program whose trade is time.
    paths = [
        path for path in repository.under("Tests", ".swift")
        if not str(path).startswith("Tests/toll-chaos/")
    ]
    faults = []
    for path in paths:
        code = SwiftSource(repository.read(path)).code
        for found in SLEEP.finditer(code):
            message = "a test that sleeps: wait for the event, or hand in the time"
            faults.append(Fault(path, line_at(code, found.start()), message))
    return faults, f"{len(paths)} test files"
