"""Rows of the targets table, each with what was measured and whether its target holds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from .measurements import Measured, Measurements

# A target of 1.00 holds within the noise of the limit against itself, of which no more than this is
# granted: on a machine so busy that nothing can be told, nothing holds.
NOISE_MAXIMUM = 0.03


@dataclass(frozen=True)
class Verdict:
    """One row of the table."""

    group: str
    name: str
    unit: str
    limit: str | None
    rival: str | None
    needs: str | None
    measured: Measured | None
    # The most that the ratio may be; or the least that times_cheaper may be where there is no
    # limit; or 1, of a count against its maximum.
    target: float | None
    holds: bool | None

    @property
    def ratio(self) -> float | None:
        if self.measured is None:
            return None
        if self.measured.count is not None and self.measured.maximum:
            return self.measured.count / self.measured.maximum
        return self.measured.ratio

    def as_json(self) -> dict:
        """The row as results.json has it."""
        measured = self.measured
        return {
            "name": self.name,
            "ours_ns": _rounded(measured and measured.ours_ns),
            "limit_ns": _rounded(measured and measured.limit_ns),
            "ratio": _rounded(self.ratio),
            "target": _rounded(self.target),
            "holds": self.holds,
            "rival": self.rival if measured and measured.rival_ns is not None else None,
            "rival_ns": _rounded(measured and measured.rival_ns),
            "times_cheaper": _rounded(measured and measured.times_cheaper),
        }


def judge(table: Path, measurements: Measurements, has_sha_ni: bool) -> list[Verdict]:
    """All rows of the table in its order, measured or not."""
    verdicts = []
    for group in tomllib.loads(table.read_text())["group"]:
        for row in group["row"]:
            measured = measurements.rows.get(row["name"])
            target = _target(row, measured, has_sha_ni)
            verdict = Verdict(
                group["title"], row["name"], row.get("unit", group.get("unit", "")),
                row.get("limit"), row.get("rival"), row.get("needs"), measured, target, None)
            verdicts.append(
                Verdict(**{**vars(verdict), "holds": _holds(verdict)}))
    return verdicts


def _target(row: dict, measured: Measured | None, has_sha_ni: bool) -> float | None:
    if "cost_at_most" in row:
        return row["cost_at_most"]
    if "rate_at_least" in row:
        return 1 / row["rate_at_least"]
    if "times_cheaper" in row:
        return row["times_cheaper"] if has_sha_ni else row["times_cheaper_without_sha_ni"]
    return 1.0 if measured and measured.maximum else None


def _holds(verdict: Verdict) -> bool | None:
    measured, target = verdict.measured, verdict.target
    if measured is None or target is None:
        return None
    ratio = verdict.ratio
    if ratio is None:
        return measured.times_cheaper is not None and measured.times_cheaper >= target
    is_parity = target == 1.0 and measured.noise is not None
    return ratio <= target + (min(measured.noise, NOISE_MAXIMUM) if is_parity else 0)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
