"""What the table says of figures that are known. `make lint` runs it."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from . import curves, measurements, table, verdicts

ROWS = """
[[group]]
title = "steps"
[[group.row]]
name = "walk: a"
limit = "a loop"
cost_at_most = 1.00
[[group.row]]
name = "walk: wide"
limit = "a wide loop"
cost_at_most = 1.00
needs = "AVX-512"
[[group.row]]
name = "store"
rate_at_least = 0.8
[[group.row]]
name = "voucher"
rival = "a signature"
times_cheaper = 500
times_cheaper_without_sha_ni = 300
[[group.row]]
name = "bytes"
"""


class VerdictTests(unittest.TestCase):
    def judge(self, metrics: dict[str, float], has_sha_ni: bool = True):
        exported = [{"secondaryMetrics": {
            name: {"rawData": [[value]], "scorePercentiles": {"50.0": value}}
            for name, value in metrics.items()}}]
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder) / "rows.toml"
            rows.write_text(ROWS)
            (Path(folder) / "x.jmh.json").write_text(json.dumps(exported))
            found = verdicts.judge(rows, measurements.read(Path(folder)), has_sha_ni)
        return {verdict.name: verdict for verdict in found}

    def test_parity_holds_within_the_noise_and_no_further(self):
        for ratio, noise, holds in [
            (1.0, 0, True), (1.01, 0.02, True), (1.01, 0.005, False), (1.2, 0.5, False),
        ]:
            judged = self.judge({
                "walk: a: ours": 60_000, "walk: a: ratio": ratio * 1e6,
                "walk: a: noise": noise * 1e6})
            self.assertIs(judged["walk: a"].holds, holds, (ratio, noise))

    def test_what_is_not_measured_never_holds(self):
        judged = self.judge({"walk: a: ours": 60_000})
        self.assertIsNone(judged["walk: wide"].holds)
        self.assertIsNone(judged["walk: wide"].as_json()["ours_ns"])
        text = table.render(list(judged.values()), {})
        self.assertIn("not measured: no AVX-512 here", text)

    def test_a_share_of_a_rate_is_a_cost(self):
        for ratio, holds in [(1.25, True), (1.26, False)]:
            judged = self.judge({"store: ours": 1, "store: ratio": ratio * 1e6})
            self.assertIs(judged["store"].holds, holds)
        self.assertEqual(judged["store"].as_json()["target"], 1.25)

    def test_how_much_cheaper_depends_on_the_processor(self):
        metrics = {"voucher: ours": 100_000, "voucher: rival": 4e7, "voucher: times": 400_000}
        self.assertIs(self.judge(metrics)["voucher"].holds, False)
        self.assertIs(self.judge(metrics, has_sha_ni=False)["voucher"].holds, True)
        self.assertEqual(self.judge(metrics)["voucher"].as_json()["times_cheaper"], 400)

    def test_a_count_is_held_against_its_maximum(self):
        for count, holds in [(200, True), (201, False)]:
            judged = self.judge({"bytes: count": count * 1000, "bytes: maximum": 200_000})
            self.assertIs(judged["bytes"].holds, holds)
            self.assertIsNone(judged["bytes"].as_json()["ours_ns"])


class CurveTests(unittest.TestCase):
    def test_points_lie_where_their_logarithms_say(self):
        drawn = curves.draw("t", "x", {"a": {1: 10.0, 100: 1000.0}}, "m")
        self.assertIn(f'points="{curves.LEFT}.0,{curves.HEIGHT - curves.BOTTOM}.0 ', drawn)
        self.assertIn(f"{curves.WIDTH - curves.RIGHT}.0,{curves.TOP}.0", drawn)
