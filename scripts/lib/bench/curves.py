"""Growth curves as SVG: sizes from left to right and costs upwards, both by powers of ten."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

from .table import time

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 76, 24, 52, 52
COLOURS = ("#0b6e4f", "#c8553d", "#2b59c3", "#8f6593")
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-size: 15px; font-weight: 600 }
.grid { stroke: #ddd }
.line { fill: none; stroke-width: 2 }
"""


def draw_all(table: Path, curves: dict, folder: Path, note: str) -> list[Path]:
    """Draws every curve of the table that was measured."""
    drawn = []
    for curve in tomllib.loads(table.read_text())["curve"]:
        if series := curves.get(curve["name"]):
            path = folder / f"{curve['name']}.svg"
            path.write_text(draw(curve["title"], curve["sizes"], series, note))
            drawn.append(path)
    return drawn


def draw(title: str, sizes: str, series: dict[str, dict[int, float]], note: str) -> str:
    """One curve, a line for each series."""
    across = _Scale([size for points in series.values() for size in points], LEFT, WIDTH - RIGHT)
    up = _Scale(
        [cost for points in series.values() for cost in points.values()], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#fff"/>',
        f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 10}">{escape(sizes)}; {escape(note)}</text>',
    ]
    for value in across.ticks:
        x = across.place(value)
        parts.append(_line_between(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(
            f'<text x="{x:.0f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,}</text>')
    for value in up.ticks:
        y = up.place(value)
        parts.append(_line_between(LEFT, y, WIDTH - RIGHT, y))
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{time(value)}</text>')
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [(across.place(size), up.place(points[size])) for size in sorted(points)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="line" stroke="{colour}" points="{path}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        x = LEFT + 150 * number
        parts.append(f'<circle cx="{x + 4}" cy="38" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{x + 14}" y="42">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _line_between(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}"/>'


class _Scale:
    """Values by their logarithm, from one end of an axis to the other."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(self.low + 1, math.ceil(math.log10(max(values)) - 1e-9))
        self.start, self.end = start, end

    @property
    def ticks(self) -> list[int | float]:
        return [10**power for power in range(self.low, self.high + 1)]

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)
