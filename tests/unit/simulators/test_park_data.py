"""The demo park's data files: sums, codes, calendar, and the registry folder made of them."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime

import pytest

from models.quantities import quantities
from models.units import conversion
from simulators.demo_park import demo_registry
from simulators.faults import all_faults
from simulators.meters import meters
from simulators.park import consumers, firms, table
from simulators.seasons import day_kind, in_heating_season
from store.registry_files import read_folder

NOW = datetime(2026, 11, 24, 12, 34, tzinfo=UTC)

# Output of 2020 in 100 million yuan, from the park's plan; the last two are said to be assumed.
CLUSTERS = {
    "equipment": 459.32,
    "medicine": 151.54,
    "information": 79.18,
    "services": 61.3,
    "agriculture": 25.0,
}


def test_clusters_have_the_output_of_the_plan() -> None:
    sums: dict[str, float] = defaultdict(float)
    for firm in firms():
        sums[firm.row["cluster"]] += firm.size
    assert sums == pytest.approx(CLUSTERS)


def test_shares_of_every_layout_sum_to_one() -> None:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in table("layouts.csv"):
        sums[row["layout"], row["quantity"]] += float(row["share"])
    assert sums == pytest.approx(dict.fromkeys(sums, 1.0))


def test_size_of_the_park() -> None:
    assert len(firms()) >= 42
    assert len(meters()) >= 420
    assert sum(meter.interval_s == 900 for meter in meters()) == 40
    assert {meter.interval_s for meter in meters()} == {900, 3600}
    assert {meter.kind for meter in meters()} == {"counter", "interval", "rate", "level", "mean"}


def test_about_a_tenth_of_the_meters_has_one_fault_each() -> None:
    keys = [(fault.enterprise, fault.meter) for fault in all_faults()]
    known = {meter.key: meter for meter in meters()}
    assert len(set(keys)) == len(keys)
    assert all(key in known for key in keys)
    assert 0.08 < len(keys) / len(known) < 0.13
    registers = {"rollover", "exchange", "reset"}
    assert all(
        known[fault.enterprise, fault.meter].kind == "counter"
        for fault in all_faults()
        if fault.kind in registers
    )


def test_calendar() -> None:
    assert day_kind(date(2025, 1, 29)) == "holiday"  # Spring Festival
    assert day_kind(date(2025, 1, 26)) == "work"  # a Sunday worked for it
    assert day_kind(date(2026, 6, 6)) == "rest"  # a Saturday
    assert day_kind(date(2026, 6, 8)) == "work"


def test_heating_season_is_20_october_to_6_april() -> None:
    of_2024 = in_heating_season(0, 366)
    assert of_2024[date(2024, 4, 6).timetuple().tm_yday - 1] == 1
    assert of_2024[date(2024, 4, 7).timetuple().tm_yday - 1] == 0
    assert of_2024[date(2024, 10, 19).timetuple().tm_yday - 1] == 0
    assert of_2024[date(2024, 10, 20).timetuple().tm_yday - 1] == 1


def test_units_agree_with_the_products_conversion() -> None:
    for row in table("units.csv"):
        usage_unit = quantities()[row["quantity"]].unit
        assert row["usage_unit"] == usage_unit
        assert conversion(row["unit"], usage_unit) == pytest.approx(
            (float(row["usage_per_unit"]), 0.0), rel=1e-12
        )


def test_registry_folder_loads_without_a_fault(tmp_path) -> None:
    folder = demo_registry(tmp_path / "registry", NOW)
    read_folder(folder)  # raises FaultsError with every fault


def test_outputs_are_the_finished_months(tmp_path) -> None:
    folder = demo_registry(tmp_path / "registry", NOW)
    with (folder / "outputs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    periods = sorted({row["period"] for row in rows})
    assert (periods[0], periods[-1], len(periods)) == ("2024-01", "2026-10", 34)
    assert {row["price_basis"] for row in rows} == {"constant 2020"}
    # output grows from 775 (100 million yuan, 2020) by less than 10 % a year
    of_2025 = sum(float(row["output_1e4_yuan"]) for row in rows if row["period"][:4] == "2025")
    assert 775e4 < of_2025 < 775e4 * 1.1**5


def test_registry_folder_is_the_same_every_time(tmp_path) -> None:
    one, two = demo_registry(tmp_path / "one", NOW), demo_registry(tmp_path / "two", NOW)
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()


def test_every_consumer_is_behind_a_meter() -> None:
    known = {meter.key for meter in meters()}
    assert all((consumer.firm, consumer.main) in known for consumer in consumers())
