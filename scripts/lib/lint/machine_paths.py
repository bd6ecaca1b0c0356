"""No file may name a folder of somebody's machine."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from .repository import Fault, Repository, line_at

# Folders that are shared, and may well be named: a checkout below one of them says less.
SHARED = {"/", "/tmp", "/var/tmp", "/usr/src", tempfile.gettempdir()}

# Where people, images and build machines keep things. The path must begin there: a part of a URL
# (`https://host/home/`) is none.
PERSONAL = r"(?:home|Users|root|opt|workspace)/[\w.-]"


def check(repository: Repository) -> tuple[list[Fault], str]:
    here = pattern(repository.root.resolve())
    faults = []
    for path in repository.paths:
        text = repository.read_text_or_none(path) or ""
        for found in here.finditer(text):
            message = f"a path of one machine: {found.group()}"
            faults.append(Fault(path, line_at(text, found.start()), message))
    return faults, f"{len(repository.paths)} files"


def pattern(root: Path) -> re.Pattern[str]:
    """Personal folders, and the folder that this checkout lies in, whatever it is called."""
    around = root if str(root.parent) in SHARED else root.parent
    return re.compile(rf"(?<![\w.:/*}})~-])(?:/{PERSONAL}|{re.escape(str(around))}/)[\w./-]*")
