"""Each mutant's text stands in its file exactly once: Tests/Mutation is true to the code."""

from __future__ import annotations

import subprocess
import sys

from .repository import Fault, Repository


def check(repository: Repository) -> tuple[list[Fault], str]:
    if sys.version_info < (3, 11):
        return [], "not looked at: Python 3.11 is wanted"
    command = [sys.executable, "-B", "scripts/mutation", "--list"]
    done = subprocess.run(command, cwd=repository.root, capture_output=True, text=True)
    if done.returncode == 0:
        return [], f"{len(done.stdout.splitlines())} mutants"
    faults = (line.split(":", 2) for line in done.stderr.splitlines())
    return [Fault(path, int(line), message.strip()) for path, line, message in faults], ""
