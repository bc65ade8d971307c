"""A mass unfolds to readings, and an independent program computes it again from them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.discharge_explained import Discharge, explain_discharge
from ledger.explaining.node import ExplainError
from ledger.settle import settle
from models.readings import Quality
from tests.integration.discharges.conftest import MIDNIGHT
from tests.integration.discharges.test_waste_gas import CHANNELS, POINTS, kiln_hour

HOUR = timedelta(hours=1)
RECOMPUTE = Path(__file__).parents[3] / "verify" / "recompute.py"
FIRST = "2026-03-04T16:00:00Z"


@pytest.fixture
def works(open_works):
    return open_works(points=POINTS, channels=CHANNELS)


def explained(works, point, code, period, **how):
    settle(works.books)
    return explain_discharge(works.books, Discharge("works", point, code, period), **how)


def nodes(tree):
    yield tree
    for one in tree["operands"]:
        yield from nodes(one)


def computed_again(tree, tmp_path):
    """What verify/recompute.py, which knows nothing of the product, says of it."""
    path = tmp_path / "figure.json"
    path.write_text(json.dumps({"figure": tree}))
    run = subprocess.run(
        [sys.executable, str(RECOMPUTE), str(path)], check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(("code", "readings"), [("a34013", 30), ("a21002", 36)])
def test_an_hour_unfolds_to_the_readings_of_every_meter(works, tmp_path, code, readings):
    kiln_hour(works)
    tree = explained(works, "DA002", code, "2026-03-05", depth=9, hours=[FIRST])
    (hour,) = tree["operands"]
    # 37.5 mg/m3 x 19,200 m3; (100 + 10) ppm / 0.8 x 46 / 22.4 mg/m3 x 19,200 m3 (test_waste_gas).
    expected = {"a34013": 0.72, "a21002": 137.5 * 46 / 22.4 * 19_200e-6}[code]
    assert hour["value"] == pytest.approx(expected)
    assert tree["value"] == hour["value"]
    assert (hour["op"], hour["clause"]) == ("product", "HJ 212-2017 annex D")
    found = [one for one in nodes(hour) if one["op"] == "reading"]
    # Six means each of dust or NO and NO2, and of velocity, temperature, pressure and moisture; of
    # moisture and the state of the gas once more where they make the concentration dry.
    meters = {one["evidence"]["batch"] for one in found}
    assert len(found) >= readings
    assert all(len(one["evidence"]["sha256"]) == 64 for one in found)
    assert len(meters) >= 5
    computed_again(tree, tmp_path)


def test_a_year_unfolds_to_months_days_and_hours_as_tables(works, tmp_path):
    lost = {5: Quality.FAULT}
    works.send("DA001", "a21026", "hour", MIDNIGHT, [20.0] * 48, marks=lost)
    works.send("DA001", "a00000", "hour", MIDNIGHT, [10_000.0] * 24 + [20_000.0] * 24)
    tree = explained(works, "DA001", "a21026", "2026", depth=1)
    # 23 h of 0.2 kg, 24 of 0.4; the quarter is known too little for anything to stand in.
    assert tree["value"] == pytest.approx(23 * 0.2 + 24 * 0.4)
    assert [one["id"][-7:] for one in tree["operands"] if one["value"]] == ["2026-03"]
    computed_again(tree, tmp_path)
    march = explained(works, "DA001", "a21026", "2026", path="2026/2026-03", depth=1)
    day = next(one for one in march["operands"] if one["id"].endswith("2026-03-05"))
    assert len(day["hours"]) == 24
    assert [row[1] is None for row in day["hours"][4:7]] == [False, True, False]
    assert day["evidence"]["valid_hours"] == 23
    computed_again(march, tmp_path)
    lost_at = "2026-03-04T21:00:00Z"
    tree = explained(works, "DA001", "a21026", "2026-03", path="2026-03/2026-03-05",
                     hours=[lost_at])  # fmt: skip
    (hour,) = tree["operands"]
    assert (hour["op"], hour["value"], hour["evidence"]["mark"]) == ("constant", None, "fault")


def test_what_is_not_measured_is_refused_by_name(works):
    with pytest.raises(ExplainError, match="pollutant: 'w01018' is not measured at 'DA001'"):
        explained(works, "DA001", "w01018", "2026-03")
