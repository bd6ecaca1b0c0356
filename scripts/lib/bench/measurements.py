"""What the benchmark library measured, as it exports it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

CURVE = re.compile(r"(?P<curve>\w+): (?P<series>.+) at (?P<size>\d+)")


@dataclass
class Measured:
    """The medians of one row, by what they are medians of, and how many rounds there were."""

    rounds: int
    medians: dict[str, float]

    def get(self, what: str, divisor: float) -> float | None:
        value = self.medians.get(what)
        return None if value is None else value / divisor

    ours_ns = property(lambda self: self.get("ours", 1000))
    limit_ns = property(lambda self: self.get("limit", 1000))
    rival_ns = property(lambda self: self.get("rival", 1000))
    ratio = property(lambda self: self.get("ratio", 1e6))
    noise = property(lambda self: self.get("noise", 1e6))
    times_cheaper = property(lambda self: self.get("times", 1000))
    count = property(lambda self: self.get("count", 1000))
    maximum = property(lambda self: self.get("maximum", 1000))


@dataclass
class Measurements:
    """All rows by name; all curves by name, series and size, in nanoseconds."""

    rows: dict[str, Measured] = field(default_factory=dict)
    curves: dict[str, dict[str, dict[int, float]]] = field(default_factory=dict)


def read(folder: Path) -> Measurements:
    """Reads every export in the library's JMH format. Metrics bear the name of their row, since
    the export repeats those of one benchmark in the next."""
    found = Measurements()
    for path in sorted(folder.glob("*.jmh.json")):
        for element in json.loads(path.read_text()):
            for metric, value in element.get("secondaryMetrics", {}).items():
                _take(found, metric, value)
    return found


def _take(found: Measurements, metric: str, value: dict) -> None:
    rounds = sum(len(samples) for samples in value["rawData"])
    if rounds == 0:
        return
    median = value["scorePercentiles"]["50.0"]
    if point := CURVE.fullmatch(metric):
        series = found.curves.setdefault(point["curve"], {}).setdefault(point["series"], {})
        series[int(point["size"])] = median / 1000
        return
    name, separator, what = metric.rpartition(": ")
    if separator:
        row = found.rows.setdefault(name, Measured(rounds, {}))
        row.medians[what] = median
