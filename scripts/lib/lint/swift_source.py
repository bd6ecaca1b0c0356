"""Swift source with comments and strings told from code: enough to search it, no more."""

from __future__ import annotations

import re

_STRING_START = re.compile(r'(#*)("""|")')


class SwiftSource:
    """The same text three times, offset for offset and line for line.

    - `text`: as written.
    - `code`: what stands in comments and string literals is blank; interpolated code stays.
    - `plain_comment_lines`: the numbers of lines that hold a comment which is not documentation.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain_comment_lines: set[int] = set()
        self._kept = list(text)
        self._scan()
        self.code = "".join(self._kept)

    def _scan(self) -> None:
        text = self.text
        at = 0
        # Strings and the code interpolated in them nest: a string is ("string", closing, escape),
        # interpolated code is ("code", open parentheses).
        nest: list[tuple] = []
        while at < len(text):
            if nest and nest[-1][0] == "string":
                at = self._scan_string(at, nest)
                continue
            if text.startswith("//", at):
                end = text.find("\n", at)
                at = self._take_comment(at, len(text) if end < 0 else end)
            elif text.startswith("/*", at):
                at = self._take_comment(at, self._block_comment_end(at))
            elif start := _STRING_START.match(text, at):
                hashes, quotes = start.groups()
                nest.append(("string", quotes + hashes, "\\" + hashes))
                at = start.end()
            else:
                if nest and text[at] in "()":
                    depth = nest.pop()[1] + (1 if text[at] == "(" else -1)
                    if depth > 0:
                        nest.append(("code", depth))
                at += 1

    def _scan_string(self, at: int, nest: list[tuple]) -> int:
        """Passes one step of a string literal, and returns where to go on."""
        text = self.text
        _, closing, escape = nest[-1]
        if text.startswith(closing, at):
            nest.pop()
            return at + len(closing)
        if text.startswith(escape + "(", at):
            nest.append(("code", 1))
            return at + len(escape) + 1
        if text.startswith(escape, at):
            end = min(at + len(escape) + 1, len(text))
            self._erase(at, end)
            return end
        if text[at] == "\n" and not closing.startswith('"""'):
            # Not a string after all (a quote in a regular expression): the damage is one line.
            nest.pop()
            return at + 1
        self._erase(at, at + 1)
        return at + 1

    def _block_comment_end(self, at: int) -> int:
        depth = 0
        for mark in re.finditer(r"/\*|\*/", self.text[at:]):
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                return at + mark.end()
        return len(self.text)

    def _take_comment(self, start: int, end: int) -> int:
        if not self.text.startswith(("///", "/**"), start):
            first = self.text.count("\n", 0, start) + 1
            lines = self.text.count("\n", start, end) + 1
            self.plain_comment_lines.update(range(first, first + lines))
        self._erase(start, end)
        return end

    def _erase(self, start: int, end: int) -> None:
        for at in range(start, end):
            if self._kept[at] != "\n":
                self._kept[at] = " "
