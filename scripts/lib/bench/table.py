"""The table for people."""

from __future__ import annotations

from .verdicts import Verdict

HEADER = ("", "ours", "beside", "ratio", "noise", "target", "")


def render(verdicts: list[Verdict], machine: dict) -> str:
    """The whole table, with the machine above it and what missed below it."""
    lines = [f"{machine_line(machine)}", ""]
    width = max(len(verdict.name) for verdict in verdicts)
    group = None
    for verdict in verdicts:
        if verdict.group != group:
            group = verdict.group
            lines += ["", _line((group.upper(), *HEADER[1:]), width)]
        lines.append(_line(_cells(verdict), width))
    held = [verdict for verdict in verdicts if verdict.holds]
    missed = [verdict.name for verdict in verdicts if verdict.holds is False]
    unmeasured = [verdict.name for verdict in verdicts if verdict.measured is None]
    lines += ["", f"{len(held)} targets hold, {len(missed)} are missed."]
    if missed:
        lines.append("Missed: " + "; ".join(missed))
    if unmeasured:
        lines.append("Not measured here: " + "; ".join(unmeasured))
    return "\n".join(lines) + "\n"


def machine_line(machine: dict) -> str:
    features = [name for name in ("sha_ni", "avx2", "avx512", "armv8_sha2") if machine.get(name)]
    return (
        f"{machine.get('processor', 'unknown processor')}, {machine.get('cores', '?')} cores; "
        f"features: {', '.join(features) or 'none'}; kernel in use: {machine.get('kernel', '?')}"
    )


def _line(cells: tuple[str, ...], width: int) -> str:
    name, ours, limit, ratio, noise, target, verdict = cells
    line = f"{name:{width}}  {ours:>10}  {limit:>10}  {ratio:>8}  {noise:>6}  {target:>9}  {verdict}"
    return line.rstrip()


def _cells(verdict: Verdict) -> tuple[str, ...]:
    measured = verdict.measured
    if measured is None:
        return (verdict.name, "", "", "", "", _target(verdict), _why_not(verdict))
    if measured.count is not None:
        ours, limit = f"{measured.count:.4g}", _or_empty(measured.maximum, "{:.4g}")
        return (verdict.name, ours, limit, _or_empty(verdict.ratio, "{:.2f}"), "",
                _target(verdict), _mark(verdict))
    beside = measured.limit_ns if measured.limit_ns is not None else measured.rival_ns
    ratio = _or_empty(measured.ratio, "{:.2f}")
    if measured.ratio is None and measured.times_cheaper is not None:
        ratio = f"1/{measured.times_cheaper:,.0f}"
    return (verdict.name, time(measured.ours_ns), time(beside), ratio,
            _or_empty(measured.noise, "±{:.1%}"), _target(verdict), _mark(verdict))


def _target(verdict: Verdict) -> str:
    if verdict.target is None:
        return ""
    return f"≤ {verdict.target:.2f}" if verdict.target < 10 else f"≤ 1/{verdict.target:.0f}"


def _mark(verdict: Verdict) -> str:
    return {True: "holds", False: "MISSED", None: ""}[verdict.holds]


def _why_not(verdict: Verdict) -> str:
    return f"not measured: no {verdict.needs} here" if verdict.needs else "not measured"


def _or_empty(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def time(nanoseconds: float | None) -> str:
    """With three digits, in the unit that suits it."""
    if nanoseconds is None:
        return ""
    for limit, unit, divisor in ((1e3, "ns", 1), (1e6, "µs", 1e3), (1e9, "ms", 1e6)):
        if nanoseconds < limit:
            return f"{nanoseconds / divisor:.3g} {unit}"
    return f"{nanoseconds / 1e9:.3g} s"
