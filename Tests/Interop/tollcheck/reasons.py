"""The registry of reasons (spec/09): read from the document itself, which is what decides."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
ROW = re.compile(r"^\| (\d+) \| `([a-z-]+)` \| (final|again) \|", re.MULTILINE)

NUMBER = {}     # code → number
RETRYABLE = {}  # code → whether the same thing may be accepted later
for _number, _code, _again in ROW.findall((REPOSITORY / "spec/09-reasons.md").read_text("utf-8")):
    NUMBER[_code] = int(_number)
    RETRYABLE[_code] = _again == "again"
CODE = {number: code for code, number in NUMBER.items()}


class Refused(Exception):
    """An input breaks a rule. `result` is what came out before, where a session went wrong."""

    def __init__(self, reason, detail="", offset=None, result=None):
        assert reason in NUMBER, reason
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail, self.offset, self.result = reason, detail, offset, result
