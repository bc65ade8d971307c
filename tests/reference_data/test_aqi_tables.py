"""Breakpoints of the air quality index: ascending, of both editions, as they are printed."""

from __future__ import annotations

import csv
import math
from datetime import date
from itertools import pairwise

import pytest

from models.environment.aqi_tables import LEVELS, aqi_tables
from models.environment.hj212_codes import hj212_codes
from models.reference_tables import package_folder
from models.units import conversion

EDITIONS = (date(2026, 2, 28), date(2026, 3, 1))


def by_key(day: date) -> dict[tuple[str, str], tuple[float, ...]]:
    """Breakpoints by pollutant and mean."""
    return {(one.pollutant, one.averaging.value): one.breakpoints for one in aqi_tables(day)}


@pytest.mark.parametrize("day", EDITIONS)
def test_every_table_ascends_from_zero_and_has_no_hole(day):
    tables = aqi_tables(day)
    assert len(tables) == (10 if day < date(2026, 3, 1) else 12)
    for table in tables:
        known = [point for point in table.breakpoints if not math.isnan(point)]
        assert known[0] == 0.0
        assert all(low < high for low, high in pairwise(known))
        assert list(table.breakpoints[: len(known)]) == known, "unknown ones stand at the end"
        conversion(table.unit, hj212_codes()[table.pollutant].unit)


def test_every_row_is_read_and_sourced():
    text = (package_folder() / "aqi_breakpoints.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    tables = [table for day in EDITIONS for table in aqi_tables(day)]
    points = [one for table in tables for one in table.breakpoints if not math.isnan(one)]
    assert len(rows) == len(points)
    assert {row["index"] for row in rows} == {str(level) for level in LEVELS}
    assert all(row["source"] and row["status"] == "verified-secondary" for row in rows)


def test_the_editions_differ_in_particles():
    """PM2.5 of a day: index 100 at 75 ug/m3 (2012), at 60 (2026); PM10 at 150 and 120."""
    old, new = map(by_key, EDITIONS)
    assert old["a34004", "day"] == (0, 35, 75, 115, 150, 250, 350, 500)
    assert new["a34004", "day"] == (0, 35, 60, 115, 150, 250, 350, 500)
    assert (old["a34002", "day"][2], new["a34002", "day"][2]) == (150, 120)
    assert new["a34002", "hour"] == new["a34002", "day"]
    assert ("a34002", "hour") not in old
    same = set(old) - {("a34004", "day"), ("a34002", "day")}
    assert all(
        [one for one in old[key] if not math.isnan(one)]
        == [one for one in new[key] if not math.isnan(one)]
        for key in same
    )


def test_gases_as_printed():
    """Ozone of 8 hours ends at 800 (300), SO2 of an hour at 800 (200); CO is in mg/m3."""
    tables = {(one.pollutant, one.averaging.value): one for one in aqi_tables(EDITIONS[1])}
    ozone = tables["a05024", "max_8_hours"]
    assert ozone.breakpoints[:6] == (0, 100, 160, 215, 265, 800)
    assert ozone.capped
    assert all(map(math.isnan, ozone.breakpoints[6:]))
    assert tables["a21026", "hour"].breakpoints[:5] == (0, 150, 500, 650, 800)
    assert tables["a21026", "day"].breakpoints == (0, 50, 150, 475, 800, 1600, 2100, 2620)
    assert tables["a21005", "day"].unit == "mg/m3"
    assert not any(one.capped for one in aqi_tables(EDITIONS[0]))
