"""What can be said of a file without reading what it means."""

from __future__ import annotations

from .repository import Fault, Repository

LINES_MAXIMUM = 400
# What a compiler writes bears paths of the machine that it ran on.
COMPILED = ("*.dia", "*.d", "*.o", "*.swiftdeps", "*.swiftdoc", "*.swiftmodule")
NOT_TRACKED = (".build", "Package.resolved", *COMPILED)


def check_sizes(repository: Repository) -> tuple[list[Fault], str]:
    paths = repository.under("Sources", ".swift", ".c", ".h")
    faults = []
    longest = 0
    for path in paths:
        lines = len(repository.read(path).splitlines())
        longest = max(longest, lines)
        if lines > LINES_MAXIMUM:
            message = f"{lines} lines, more than {LINES_MAXIMUM}: one subject a file"
            faults.append(Fault(path, LINES_MAXIMUM + 1, message))
    return faults, f"{len(paths)} files, the longest of {longest} lines"


def check_tracked(repository: Repository) -> tuple[list[Fault], str]:
    listed = repository.git("ls-files", "-z", "--", *NOT_TRACKED) or ""
    paths = [path for path in listed.split("\0") if path]
    faults = [Fault(path, 1, f"is tracked: git rm --cached {path}") for path in paths]
    return faults, f"none of {', '.join(NOT_TRACKED)}"
