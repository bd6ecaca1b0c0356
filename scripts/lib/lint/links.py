"""Every relative link in a Markdown file leads to a file, and to a heading if it names one."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from .repository import Fault, Repository, line_at

INLINE = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'(][^)]*)?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]^]+\]:\s+<?([^\s>]+)>?", re.MULTILINE)
ATTRIBUTE = re.compile(r"<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)=[\"']([^\"'\s]+)")
PATTERNS = (INLINE, REFERENCE, ATTRIBUTE)

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
FENCED = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\1(?!`)", re.DOTALL)
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
ANCHOR = re.compile(r"<a\b[^>]*?\s(?:id|name)=[\"']([^\"']+)")


def check(repository: Repository) -> tuple[list[Fault], str]:
    paths = repository.under("", ".md")
    faults = []
    count = 0
    for path in paths:
        text = repository.read(path)
        for offset, target in relative_links(text):
            count += 1
            if message := fault_of(repository, path, target):
                faults.append(Fault(path, line_at(text, offset), message))
    return faults, f"{count} links in {len(paths)} files"


def relative_links(text: str) -> list[tuple[int, str]]:
    """The links that do not lead to another site, each with its offset."""
    prose = CODE_SPAN.sub(blank_span, FENCED.sub(blank, text))
    return [
        (link.start(), link.group(1))
        for pattern in PATTERNS
        for link in pattern.finditer(prose)
        if not SCHEME.match(link.group(1))
    ]


def blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


def blank_span(found: re.Match[str]) -> str:
    # A letter, not a space: [`name`](target) is still a link.
    return re.sub(r"[^\n]", "x", found.group())


def fault_of(repository: Repository, path: str, target: str) -> str | None:
    name, _, anchor = unquote(target).partition("#")
    # As on the hosting site, a leading slash is the root of the repository.
    base = repository.root if name.startswith("/") else (repository.root / path).parent
    file = (base / name.lstrip("/")).resolve() if name else (repository.root / path).resolve()
    if not is_within(file, repository.root.resolve()):
        return f"a link that leaves the repository: {target}"
    if not file.exists():
        return f"a link to nothing: {target}"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
        return f"a link to a heading that is not there: {target}"
    return None


def is_within(file: Path, folder: Path) -> bool:
    return file == folder or folder in file.parents


def anchors(text: str) -> set[str]:
    """The names by which the hosting site links to a file's headings."""
    names = set(ANCHOR.findall(text))
    repeats: dict[str, int] = {}
    for heading in HEADING.findall(FENCED.sub(blank, text)):
        slug = slug_of(heading)
        repeat = repeats.get(slug, 0)
        repeats[slug] = repeat + 1
        names.add(f"{slug}-{repeat}" if repeat else slug)
    return names


def slug_of(heading: str) -> str:
    shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    kept = "".join(
        character
        for character in shown.lower()
        if character in " -_" or unicodedata.category(character)[0] in "LN"
    )
    return kept.replace(" ", "-")
