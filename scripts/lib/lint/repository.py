"""The files of the checkout, and what a check says of them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend, and where."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Repository:
    """A checkout. Paths are relative to its root, with forward slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def paths(self) -> list[str]:
        """Every file that is, or would be, part of the project: ignored ones are left out."""
        listed = self.git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        if listed is not None:
            names = [name for name in listed.split("\0") if name]
        else:
            # A source archive has no index, and nothing built in it but .build.
            names = [
                path.relative_to(self.root).as_posix()
                for path in self.root.rglob("*")
                if ".build" not in path.parts
            ]
        # The index also lists what was removed from the folder since.
        return sorted(name for name in set(names) if (self.root / name).is_file())

    def git(self, *arguments: str) -> str | None:
        """What a git command prints; None where there is no repository or no git."""
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=self.root, capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return None
        return done.stdout

    def under(self, folder: str, *suffixes: str) -> list[str]:
        """The files below a folder ("" for all) whose names end in one of the suffixes."""
        start = f"{folder}/" if folder else ""
        return [
            path
            for path in self.paths
            if path.startswith(start) and (not suffixes or path.endswith(suffixes))
        ]

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def read_text_or_none(self, path: str) -> str | None:
        """The text of a file; None if it is not text."""
        try:
            return self.read(path)
        except UnicodeDecodeError:
            return None


def line_at(text: str, offset: int) -> int:
    """The number of the line that holds an offset, from 1."""
    return text.count("\n", 0, offset) + 1
