"""Shell scripts parse, and pass shellcheck where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess

from .repository import Fault, Repository

SHEBANG = re.compile(rb"#!.*\b(?:ba|da)?sh\b")


def check(repository: Repository) -> tuple[list[Fault], str]:
    scripts = [path for path in repository.paths if is_script(repository, path)]
    shellcheck = shutil.which("shellcheck")
    faults = []
    for script in scripts:
        faults += run(repository, ["bash", "-n", script], script, r": line (\d+): (.*)")
        if shellcheck:
            command = [shellcheck, "--format=gcc", "--external-sources", script]
            faults += run(repository, command, script, r":(\d+):\d+: (.*)")
    by = "bash -n and shellcheck" if shellcheck else "bash -n; shellcheck is not installed"
    return faults, f"{len(scripts)} scripts by {by}"


def is_script(repository: Repository, path: str) -> bool:
    if path.endswith(".sh"):
        return True
    with open(repository.root / path, "rb") as file:
        return SHEBANG.match(file.readline(80)) is not None


def run(repository: Repository, command: list[str], script: str, shape: str) -> list[Fault]:
    """The faults in what a command prints, each a line that `shape` finds line and message in."""
    done = subprocess.run(command, cwd=repository.root, capture_output=True, text=True)
    if done.returncode == 0:
        return []
    printed = done.stdout + done.stderr
    found = re.findall(shape, printed)
    if not found:
        return [Fault(script, 1, printed.strip() or f"{command[0]} refuses it")]
    return [Fault(script, int(line), message) for line, message in found]
