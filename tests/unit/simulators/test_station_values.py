"""Load functions of outlets and stations, their hourly history, and the true masses."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import numpy as np
import pyarrow.compute as pc
import pytest

from simulators.energy import Loads
from simulators.grid import local, step_at
from simulators.park import table
from simulators.stations.events import KINDS, events_of
from simulators.stations.history import point_history
from simulators.stations.masses import mass_truths
from simulators.stations.physics import TrueValues
from simulators.stations.points import stations

BY_NAME = {station.name: station for station in stations()}


def month(name: str, text: str):
    """True values of a station in a month, and the steps."""
    first = step_at(local(f"{text}-01T00:00"))
    year, number = (int(part) for part in text.split("-"))
    last = step_at(datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)) - 32
    true = TrueValues(first, last)
    return true, *true.of(BY_NAME[name])


def test_a_stretch_alone_equals_the_same_stretch_of_a_longer_one() -> None:
    alone, longer = TrueValues(40_000, 40_960), TrueValues(38_400, 42_000)
    for station in stations():
        (one, stopped), (two, _) = alone.of(station), longer.of(station)
        for code, values in one.items():
            np.testing.assert_allclose(values, two[code][1600:2560], rtol=1e-9)
        assert len(stopped) == 960


def test_flue_gas_is_that_of_the_coal_burnt() -> None:
    true, values, _ = month("SV08/DA001", "2025-01")
    coal = Loads(true.first, true.last).power("SV08", "C1")[:-1]  # t/h
    # 0.255 m3/MJ x 23,204 MJ/t is 5,917 m3 a tonne at 0 % O2; air in excess by 21 / (21 - O2)
    expected = coal * 5917 * 21 / (21 - values["a19001"]) / 3600
    assert np.abs(values["a00000"] / expected - 1).max() < 0.031  # noise of day and step
    # all its carbon: 1.995 t of CO2 a tonne (22.35 GJ/t x 0.02618 tC/GJ x 93 % x 44/12)
    co2 = values["a05001"] * values["a00000"] * 3600e-9  # t/h
    assert co2.sum() / coal.sum() == pytest.approx(1.995, rel=0.04)


def test_converted_to_the_reference_oxygen_the_load_has_little_to_say() -> None:
    _, values, stopped = month("EQ01/DA002", "2025-12")
    assert not stopped.any()
    converted = values["a21002"] * (21 - 3.5) / (21 - values["a19001"])
    assert 75 < converted.min() < converted.max() < 150


def test_a_boiler_without_fuel_stands_still() -> None:
    _, values, stopped = month("EQ01/DA002", "2025-07")
    assert stopped.all()
    assert values["a00000"].max() == values["a21002"].max() == 0
    assert values["a19001"].min() == 20.9


def test_waste_water_follows_the_shift_after_its_basin() -> None:
    _, values, _ = month("MD03/DW001", "2025-11")
    # 82 L/s at 440 m3/h, by the mean of the four hours before, noise of day and step below 5.1 %
    begin, end = step_at(local("2025-11-08T00:00")), step_at(local("2025-11-15T00:00"))
    bought = Loads(begin - 15, end).power("MD03", "W1")[:-1]
    held = np.lib.stride_tricks.sliding_window_view(bought, 16).mean(axis=1)
    week = values["w00000"][7 * 96 : 14 * 96]
    assert np.abs(week / (82 * held / 440) - 1).max() < 0.051
    assert held.std() < bought.std()


def test_data_files_agree() -> None:
    points = {(row["enterprise"], row["code"]) for row in table("points.csv")}
    channels = [(row["enterprise"], row["point"], row["code"]) for row in table("channels.csv")]
    pollutants = [(row["enterprise"], row["point"], row["code"]) for row in table("pollutants.csv")]
    assert sorted(channels) == sorted(pollutants)
    assert {key[:2] for key in channels} == points
    assert len({row["mn"] for row in table("points.csv")}) == len(points)
    assert {row["edition"] for row in table("points.csv")} == {"2005", "2017", "2025"}
    media = [row["medium"] for row in table("points.csv")]
    assert sum(medium in ("waste_gas", "waste_water") for medium in media) == 12
    assert set(media) >= {"site_dust", "ambient_air", "noise", "surface_water"}
    for row in table("point_events.csv"):
        assert row["kind"] in KINDS
        assert (row["enterprise"], row["point"]) in points
        if row["code"]:
            assert (row["enterprise"], row["point"], row["code"]) in channels


@pytest.fixture(scope="module")
def history():
    """What came of 2025 and January to April 2026, by meter."""
    whole = point_history(local("2025-01-01T00:00"), local("2026-05-01T00:00"))

    def of(enterprise: str, meter: str):
        rows = whole.filter(
            pc.and_(
                pc.equal(whole["enterprise"].cast("string"), enterprise),
                pc.equal(whole["meter"].cast("string"), meter),
            )
        )
        return rows["ts"].to_pylist(), rows["value"].to_pylist(), rows["quality"].to_pylist()

    return of


def test_marks_come_as_qualities(history) -> None:
    # SV08/DA001 a21002: analyser failed from 18 February 2025 09:00 for 31 hours
    ts, _, quality = history("SV08", "DA001.a21002.hour")
    failed = [when for when, one in zip(ts, quality, strict=True) if one == "fault"]
    assert (failed[0], failed[-1]) == (local("2025-02-18T10:00"), local("2025-02-19T16:00"))
    assert len(failed) == 31
    calibrated = [when for when, one in zip(ts, quality, strict=True) if one == "calibration"]
    assert len(calibrated) == 69  # Wednesdays 10:00 of 485 days, but that of 19 February 2025
    summer = [one for when, one in zip(*history("EQ01", "DA002.a21002.hour")[::2], strict=True)
              if local("2025-06-01T00:00") < when <= local("2025-07-01T00:00")]  # fmt: skip
    assert set(summer) == {"stopped"}


def test_gap_stuck_and_late(history) -> None:
    ts, _, _ = history("MD02", "DA001.a24088.hour")
    # logger stopped from 13 November 2025 02:00 for 16 hours: the hours that end at 03:00 to 18:00
    steps = [b - a for a, b in itertools.pairwise(ts)]
    assert max(steps).total_seconds() == 17 * 3600
    ts, values, _ = history("SV08", "DA001.a34013.hour")
    stuck = [value for when, value in zip(ts, values, strict=True)
             if local("2025-08-05T02:00") < when <= local("2025-08-06T04:00")]  # fmt: skip
    assert len(stuck) == 26
    assert len(set(stuck)) == 1
    ts, _, _ = history("SV08", "DA002.a21002.hour")
    late = ts[-30:]  # 2 February 2026 18:00 for 30 hours, after all others
    assert (late[0], late[-1]) == (local("2026-02-02T19:00"), local("2026-02-04T00:00"))
    assert sorted(ts) != ts


def test_true_mass_by_an_independent_sum() -> None:
    # midpoint rule at every minute of February 2025; mg/m3 x m3/s x 60 s x 1e-6
    truths = {
        (one.enterprise, one.point, one.pollutant): one
        for one in mass_truths(local("2025-02-01T00:00"), local("2025-03-01T00:00"))
    }
    _, values, _ = month("SV08/DA001", "2025-02")
    minutes = (np.arange(28 * 1440) + 0.5) / 15
    product = (values["a21002"] * values["a00000"])[minutes.astype(int)]
    truth = truths["SV08", "DA001", "a21002"]
    assert truth.mass_kg == pytest.approx(product.sum() * 60e-6, rel=1e-9)
    # 31 failed hours, and the calibrations of the three Wednesdays that are not among them
    assert (truth.hours, truth.known_hours) == (672, 672 - 31 - 3)
    assert truth.known_kg + truth.lost_kg == pytest.approx(truth.mass_kg, rel=1e-3)
    water = truths["MD02", "DW001", "w01018"]
    _, values, _ = month("MD02/DW001", "2025-02")
    product = (values["w01018"] * values["w00000"])[minutes.astype(int)]
    assert water.mass_kg == pytest.approx(product.sum() * 60e-6, rel=1e-9)  # mg/L x L/s = mg/s


def test_outlets_exceed_now_and_then_and_not_always() -> None:
    _, values, _ = month("SV08/DA001", "2024-12")
    converted = values["a21002"] * (21 - 9) / (21 - values["a19001"])
    above = converted > 200
    assert 4 * 4 < above.sum() < 8 * 4  # the seven hours of 3 December
    assert events_of(("SV08", "DA001"), "factor", "a21002")
