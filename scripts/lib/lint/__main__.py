"""Runs the named checks, or all of them, and exits 1 if any found a fault."""

from __future__ import annotations

import sys
from pathlib import Path

from . import (
    constructs,
    files,
    imports,
    links,
    machine_paths,
    mutants,
    rules,
    selftest,
    shell,
    sleeps,
    threats,
)
from .repository import Repository

CHECKS = {
    "selftest": selftest.check,
    "imports": imports.check,
    "constructs": constructs.check,
    "paths": machine_paths.check,
    "threats": threats.check,
    "rules": rules.check,
    "links": links.check,
    "shell": shell.check,
    "sleeps": sleeps.check,
    "sizes": files.check_sizes,
    "mutants": mutants.check,
    "tracked": files.check_tracked,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are: format, {', '.join(CHECKS)}")
        return 2
    repository = Repository(Path.cwd())
    failed = False
    for name in names or CHECKS:
        faults, summary = CHECKS[name](repository)
        for fault in sorted(faults):
            print(fault)
        if not faults:
            print(f"{name}: ok ({summary})")
        failed = failed or bool(faults)
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
