"""Makes the table, results.json and the curves from what the benchmarks exported.

usage: python3 -m bench FOLDER: reads FOLDER/raw and FOLDER/machine.json, writes beside them.
"""

from __future__ import annotations

import json
import platform
import re
import sys
from pathlib import Path

from . import curves, measurements, table, verdicts

BENCHMARKS = Path("Benchmarks")


def processor() -> str:
    """What the machine calls its processor."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def main(folder: Path) -> int:
    machine_file = folder / "machine.json"
    machine = json.loads(machine_file.read_text()) if machine_file.is_file() else {}
    machine |= {"processor": processor(), "system": platform.platform()}
    machine_file.write_text(json.dumps(machine, indent=2, sort_keys=True) + "\n")

    measured = measurements.read(folder / "raw")
    if not measured.rows and not measured.curves:
        print("nothing was measured", file=sys.stderr)
        return 1
    judged = verdicts.judge(
        BENCHMARKS / "rows.toml", measured,
        has_sha_ni=bool(machine.get("sha_ni") or machine.get("armv8_sha2")))
    (folder / "results.json").write_text(
        json.dumps([verdict.as_json() for verdict in judged], indent=2, ensure_ascii=False) + "\n")
    text = table.render(judged, machine)
    (folder / "table.txt").write_text(text)
    print(text, end="")
    drawn = curves.draw_all(
        BENCHMARKS / "rows.toml", measured.curves, folder, machine.get("processor", ""))
    print(f"\nwritten to {folder}: results.json, machine.json, table.txt"
          + "".join(f", {path.name}" for path in drawn))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1])))
