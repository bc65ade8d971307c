"""The inventory on a real store, against sums done by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from ledger.boundaries import Boundary
from ledger.covered import COLUMNS as HOURS
from ledger.inventory import COLUMNS, Inventory, inventory
from ledger.totals import totals
from models.errors import FactorNotFoundError, UnitError
from models.periods import local_start
from models.quantities import Kind
from models.registry import DeclaredFactor

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUMS = ["co2e_t", "energy_gj", "energy_tce_calorific", "energy_tce_equivalent", "activity_amount"]


def day(year, month=1, of_month=1):
    return local_start(date(year, month, of_month), SHANGHAI)


def own(value, begin, end=None, unit="kgCO2/kWh", carrier="electricity"):
    return DeclaredFactor("a", carrier, value, unit, begin, end, "contract")


def by_location(ledger, **asked):
    return inventory(ledger.books, **asked).of_basis("location")


def rows_of(ledger, start, end, every="year", **more):
    """Rows with scope 2 by location."""
    return by_location(ledger, every=every, start=start, end=end, **more).rows


def test_one_row_of_each_carrier(ledger):
    """January 2026, 744 hours: 10 kWh, 2 Nm3 and 0.5 GJ an hour."""
    for key, amount in ((1, 10.0), (3, 2.0), (8, 0.5)):
        ledger.write(key, day(2026), day(2026, 2), amount)
    rows = rows_of(ledger, day(2026), day(2026, 2), "month")
    assert list(rows.columns) == COLUMNS
    assert list(rows["period"]) == ["2026-01"] * 3
    electricity, gas, heat = (
        rows[rows["carrier"] == name].iloc[0] for name in ("electricity", "natural_gas", "heat")
    )
    # 7,440 kWh x 0.4671 (吉林 2023) = 3,475.224 kg; x 302.4 g = 2.249856 tce
    assert electricity["co2e_t"] == pytest.approx(3.475224)
    assert electricity["energy_gj"] == pytest.approx(26.784)
    assert electricity["energy_tce_calorific"] == pytest.approx(0.914376)
    assert electricity["energy_tce_equivalent"] == pytest.approx(2.249856)
    assert (electricity["factor_match"], electricity["factor_year"]) == ("province_earlier", 2023)
    assert electricity["coal_rate_year"] == 2024
    assert (electricity["scope"], electricity["basis"]) == (2, "location")
    # 1,488 Nm3 = 0.1488 x 10^4 Nm3: x 21.62188809 t = 3.217336947 t; x 389.31 = 57.929328 GJ
    assert gas["co2e_t"] == pytest.approx(3.217336947, rel=1e-9)
    assert gas["energy_gj"] == pytest.approx(57.929328)
    assert gas["energy_tce_calorific"] == pytest.approx(57.929328 / 29.3076)
    assert gas["energy_tce_equivalent"] == gas["energy_tce_calorific"]
    assert (gas["scope"], gas["category"]) == (1, "stationary_combustion")
    assert pd.isna(gas["basis"])
    assert (gas["activity_amount"], gas["activity_unit"]) == (pytest.approx(1488), "Nm3")
    # 372 GJ x 0.11 = 40.92 t; x 0.03412 = 12.69264 tce, both values, and the row says so
    assert heat["co2e_t"] == pytest.approx(40.92)
    assert heat["energy_tce_equivalent"] == pytest.approx(12.69264)
    assert heat["method"] == "purchased_heat"
    assert set(rows["coverage"]) == {1.0}


def test_only_main_meters_of_imported_energy(ledger):
    for key in range(1, 7):
        ledger.write(key, day(2026), day(2026, 1, 2), 1.0)
    found = by_location(ledger, every="year", start=day(2026), end=day(2026, 1, 2))
    reasons = {(one.enterprise, one.meter): one.reason for one in found.left_out.itertuples()}
    assert reasons == {
        ("a", "E2"): "sub-meter of E1",
        ("a", "W1"): "quantity water carries no energy",
        ("b", "E9"): "no usage is known in this span",
        ("c", "H1"): "no usage is known in this span",
    }
    of_a = found.rows[found.rows["enterprise"] == "a"]
    assert of_a[["category", "activity_amount"]].to_numpy().tolist() == [
        ["self_generation", 24], ["stationary_combustion", 24], ["purchased_electricity", 24],
    ]  # fmt: skip
    assert found.sets["electricity"] == ["mee_nbs", "ncsc"]


def test_a_silent_second_meter_halves_the_coverage(ledger):
    ledger.write(6, day(2026), day(2026, 2), 1.0)
    (row,) = rows_of(ledger, day(2026), day(2026, 2), "month").to_dict("records")
    assert row["coverage"] == pytest.approx(0.5)


def test_a_meter_that_came_later_is_not_missed_before(ledger):
    later = tuple(
        replace(one, valid_from=day(2026, 2)) if one.key == 7 else one
        for one in ledger.registry.meters
    )
    ledger.registry = replace(ledger.registry, meters=later)
    ledger.write(6, day(2026), day(2026, 3), 1.0)
    rows = rows_of(ledger, day(2026), day(2026, 3), "month")
    assert rows["coverage"].tolist() == [1.0, 0.5]


@pytest.mark.parametrize("every", ["hour", "day", "month", "year", "total"])
def test_a_change_of_part_leaves_the_past_alone(ledger, every):
    """E1 of b is a main meter until 16 March 06:00 and a sub-meter of E9 from then on."""
    change = datetime(2026, 3, 16, 6, tzinfo=SHANGHAI).astimezone(UTC)
    ledger.register(
        replace(ledger.registry.meter_by_key[6], valid_to=change),
        replace(ledger.registry.meter_by_key[6], valid_from=change, parent="E9"),
    )
    ledger.write(6, day(2026), day(2026, 4), 10.0)
    found = by_location(ledger, every=every, start=day(2026), end=day(2026, 4), enterprises=["b"])
    # 31 + 28 + 15 days and 6 hours of 10 kWh = 17,820 kWh; x 0.4671 = 8,323.722 kg
    assert found.rows["activity_amount"].sum() == pytest.approx(17_820)
    assert found.rows["co2e_t"].sum() == pytest.approx(8.323722)
    reasons = found.left_out.set_index("meter")["reason"]
    assert reasons["E1"] == "sub-meter of E9"


def test_a_virtual_meter_counts_in_the_place_of_what_it_names(ledger):
    """OWN = E1 - E9 of b, 7 kWh an hour; both would be accounted for themselves."""
    own = replace(
        ledger.registry.meter_by_key[6],
        key=20, code="OWN", kind=Kind.INTERVAL, formula="'E1' - 'E9'", valid_from=day(2026, 1, 11),
    )  # fmt: skip
    ledger.register(own)
    ledger.write(6, day(2026), day(2026, 2), 10.0)
    ledger.write(7, day(2026), day(2026, 2), 3.0)
    ledger.write(20, day(2026, 1, 11), day(2026, 2), 7.0)
    found = by_location(ledger, every="month", start=day(2026), end=day(2026, 2), enterprises=["b"])
    # ten days of both meters, and from 11 January on what the formula says: 240 x 13 + 504 x 7
    assert found.rows["activity_amount"].sum() == pytest.approx(240 * 13 + 504 * 7)
    assert found.left_out[["meter", "reason"]].to_numpy().tolist() == [
        ["E1", "counted in the virtual meter OWN"],
        ["E9", "counted in the virtual meter OWN"],
    ]
    assert totals(found, [])["coverage"].tolist() == [1.0]


def test_a_virtual_sub_meter_takes_nobody_s_place(ledger):
    own = replace(
        ledger.registry.meter_by_key[6],
        key=20, code="OWN", kind=Kind.INTERVAL, formula="'E1' - 'E9'", parent="E1",
    )  # fmt: skip
    ledger.register(own)
    for key, amount in ((6, 10.0), (7, 3.0), (20, 7.0)):
        ledger.write(key, day(2026), day(2026, 2), amount)
    found = by_location(ledger, every="month", start=day(2026), end=day(2026, 2), enterprises=["b"])
    assert found.rows["activity_amount"].sum() == pytest.approx(744 * 13)
    assert found.left_out["reason"].tolist() == ["sub-meter of E1"]


def test_a_missing_factor_names_who_needs_it(ledger):
    ledger.write(1, day(2009), day(2009, 2), 1.0)
    with pytest.raises(FactorNotFoundError, match="electricity of a in 2009"):
        rows_of(ledger, day(2009), day(2010))


def test_the_year_is_measured_up_to_now(ledger):
    """Readings of half of the hours of 1 January to 1 July: 4,344 hours."""
    ledger.write(1, day(2026), day(2026, 7), 2.0, estimated=0.5, coverage=0.5)
    (row,) = rows_of(ledger, day(2026), day(2027)).to_dict("records")
    assert row["activity_amount"] == pytest.approx(8688)
    assert row["coverage"] == pytest.approx(0.5)
    assert row["estimated_share"] == pytest.approx(0.25)


def test_unknown_stays_unknown(ledger):
    ledger.write(1, day(2026), day(2026, 1, 2), np.nan, estimated=np.nan, coverage=0.0)
    ledger.write(3, day(2026), day(2026, 1, 2), 1.0)
    found = by_location(ledger, start=day(2026), end=day(2026, 2))
    rows = found.rows
    (unknown,) = rows[rows["carrier"] == "electricity"].to_dict("records")
    assert all(pd.isna(unknown[name]) for name in [*SUMS, "estimated_share"])
    assert unknown["coverage"] == 0
    sums = totals(found, ["scope"]).set_index("scope")
    assert pd.isna(sums.loc[2, "co2e_t"])
    assert sums.loc[1, "co2e_t"] > 0


def test_hours_days_months_and_the_year_are_the_same_energy(ledger):
    """2023 to 2025 in every grain; the coal rate and the factor change between the years."""
    ledger.write(1, day(2023), day(2026), lambda hour: 5 + np.sin(hour))
    ledger.write(3, day(2023), day(2026), lambda hour: 2 + np.cos(hour))
    found = {
        every: rows_of(ledger, day(2023), day(2026), every)
        for every in ("hour", "day", "month", "year", "total")
    }
    lengths = {every: len(rows) for every, rows in found.items()}
    assert lengths["year"] == 6
    assert lengths["month"] == 72
    assert lengths["hour"] == 2 * 26_304
    for name in SUMS:
        sums = {every: rows[name].sum() for every, rows in found.items()}
        assert list(sums.values()) == [pytest.approx(sums["year"], rel=1e-12)] * len(sums)
    total = found["total"]
    total = total[total["carrier"] == "electricity"]
    # 2023 exact with the coal rate of 2020; 2024 and 2025 with factor 2023 and coal rate 2024
    assert sorted(zip(total["factor_match"], total["coal_rate_year"], strict=True)) == [
        ("province_earlier", 2024),
        ("province_exact", 2020),
    ]


def test_an_own_factor_holds_on_its_local_days(ledger):
    """20 days of January before 21 January at 0.4671, 11 days from then at 0.2, one a kWh."""
    ledger.write(1, day(2026), day(2026, 3), 1.0)
    ledger.registry = replace(
        ledger.registry,
        declared_factors=(own(0.2, date(2026, 1, 21), date(2026, 2, 11), "tCO2/MWh"),),
    )
    for every, count in (("month", 4), ("day", 59), ("total", 2)):
        rows = rows_of(ledger, day(2026), day(2026, 3), every)
        assert len(rows) == count
        declared = rows[rows["factor_match"] == "declared"]
        assert declared["co2e_t"].sum() == pytest.approx(21 * 24 * 0.2 / 1000)
        rest = rows[rows["factor_match"] != "declared"]
        assert rest["co2e_t"].sum() == pytest.approx(38 * 24 * 0.4671 / 1000)
        assert set(rows["coverage"]) == {1.0}
        assert rows["activity_amount"].sum() == pytest.approx(59 * 24)


def test_an_own_factor_of_a_fuel_keeps_the_heat_of_the_set(ledger):
    ledger.write(3, day(2026), day(2026, 1, 2), 1000.0)
    ledger.registry = replace(
        ledger.registry,
        declared_factors=(own(20.0, date(2026, 1, 1), None, "tCO2/10^4 Nm3", "natural_gas"),),
    )
    (row,) = rows_of(ledger, day(2026), day(2026, 2)).to_dict("records")
    assert row["co2e_t"] == pytest.approx(2.4 * 20)
    assert row["energy_gj"] == pytest.approx(2.4 * 389.31)
    assert (row["factor_match"], row["method"]) == ("declared", "declared_fuel")


def test_an_own_factor_in_a_wrong_unit_is_told(ledger):
    ledger.write(1, day(2026), day(2026, 1, 2), 1.0)
    ledger.registry = replace(
        ledger.registry, declared_factors=(own(0.5, date(2026, 1, 1), unit="kgCO2/GJ/h"),)
    )
    with pytest.raises(UnitError, match="kgCO2/GJ/h"):
        rows_of(ledger, day(2026), day(2026, 2))


def test_electricity_before_the_first_coal_rate_has_no_equivalent_value(ledger):
    ledger.write(1, day(2018), day(2018, 2), 1.0)
    ledger.write(3, day(2018), day(2018, 2), 1.0)
    found = by_location(ledger, start=day(2018), end=day(2019))
    rows = found.rows
    electricity = rows[rows["carrier"] == "electricity"].iloc[0]
    assert electricity["co2e_t"] == pytest.approx(744 * 0.7769 / 1000)
    assert pd.isna(electricity["energy_tce_equivalent"])
    assert pd.isna(electricity["coal_rate_year"])
    whole = totals(found, []).iloc[0]
    assert pd.isna(whole["energy_tce_equivalent"])  # the gas alone would pass for the whole
    assert whole["energy_tce_calorific"] > 0


def test_a_year_without_any_factor_is_an_error(ledger):
    ledger.write(1, day(2009), day(2009, 1, 2), 1.0)
    with pytest.raises(FactorNotFoundError, match=r"electricity.*2009"):
        rows_of(ledger, day(2009), day(2010))


def test_totals_weigh_estimates_by_energy_and_coverage_by_hours(ledger):
    """Enterprise a: 3 GJ, 9 of 10 hours covered; c: 1 GJ, 1 of 2, and 8 hours of which nothing
    came.
    """
    rows = pd.DataFrame(
        {
            "enterprise": ["a", "c"], "scope": [1, 2], "energy_gj": [3.0, 1.0],
            "category": ["stationary_combustion", "purchased_heat"], "basis": [None, "location"],
            "counterpart": [None, None], "renewable": [False, False], "gas_t": [2.0, 5.0],
            "activity_amount": [1.0, 1.0], "factor_id": ["one", "other"],
            "source_stream": [None, None], "carrier": ["natural_gas", "heat"],
            "activity_origin": ["meters", "meters"],
            "uncertainty_activity_rel": [0.0, 0.0], "uncertainty_factor_rel": [0.0, 0.0],
            "energy_tce_calorific": [0.3, 0.1], "energy_tce_equivalent": [0.3, 0.1],
            "co2e_t": [2.0, 5.0], "biogenic_co2_t": [0.0, np.nan], "coverage": [0.9, 0.5],
            "estimated_share": [0.0, 0.4],
        }
    )  # fmt: skip
    hours = pd.DataFrame(
        [("a", 1, 9.0, 10.0), ("c", 2, 1.0, 2.0), ("c", 1, 0.0, 8.0)],
        columns=["enterprise", "scope", "covered_h", "hours_h"],
    ).assign(category="purchased_heat")
    parts = pd.DataFrame({"row": [0, 1], "amount": [1.0, 1.0], "certificate": [None, None],
                          "meter_key": [1, 2], "record": [None, None],
                          "uncertainty_rel": [0.0, 0.0]})  # fmt: skip
    boundary = Boundary(frozenset({"a", "c"}), {"a": "c1", "c": "c2"})
    found = Inventory(rows, hours, pd.DataFrame(), {}, pd.DataFrame(index=[0, 1]), parts, boundary)
    (whole,) = totals(found, []).to_dict("records")
    assert whole["coverage"] == pytest.approx(10 / 20)
    assert whole["estimated_share"] == pytest.approx(0.1)
    assert (whole["scope1_co2e_t"], whole["scope2_co2e_t"], whole["co2e_t"]) == (2.0, 5.0, 7.0)
    each = totals(found, ["enterprise"])
    assert each["co2e_t"].tolist() == [2.0, 5.0]
    assert each["coverage"].tolist() == pytest.approx([0.9, 0.1])
    assert totals(found.part(scope=2), [])["coverage"].tolist() == [0.5]


def test_a_source_that_is_silent_for_months_is_missed_in_totals(ledger):
    """b: E1 sends in January and February 2026 (744 and 672 hours), half covered in February;
    E9, of another source stream, only in January. The quarter has 744 + 672 + 744 hours.
    """
    ledger.register(replace(ledger.registry.meter_by_key[7], source_stream="second line"))
    ledger.write(6, day(2026), day(2026, 2), 1000.0)
    ledger.write(6, day(2026, 2), day(2026, 3), 1000.0, coverage=0.5)
    ledger.write(7, day(2026), day(2026, 2), 1.0)
    quarter = {"start": day(2026), "end": day(2026, 4), "enterprises": ["b"]}
    for every in ("month", "year", "total", "day"):
        found = by_location(ledger, every=every, **quarter)
        (whole,) = totals(found, []).to_dict("records")
        assert whole["coverage"] == pytest.approx((744 + 336 + 744) / (2 * 2160)), every
    months = totals(by_location(ledger, every="month", **quarter), ["period"])
    # March has no row, and February's second stream neither: it is missing all the same
    assert months["coverage"].tolist() == pytest.approx([1.0, 336 / (2 * 672)])
    found = by_location(ledger, every="month", **quarter)
    assert found.hours[["period", "covered_h", "hours_h"]].to_numpy().tolist() == [
        ["2026-01", 744.0, 744.0], ["2026-02", 336.0, 672.0], ["2026-03", 0.0, 744.0],
        ["2026-01", 744.0, 744.0], ["2026-02", 0.0, 672.0], ["2026-03", 0.0, 744.0],
    ]  # fmt: skip


def test_only_hours_of_a_meters_life_were_to_be_covered(ledger):
    """E9 comes on 15 January 12:00 local and goes on 20 January: 108 hours; E1 is there always."""
    noon = datetime(2026, 1, 15, 12, tzinfo=SHANGHAI).astimezone(UTC)
    ledger.register(
        replace(ledger.registry.meter_by_key[7], valid_from=noon, valid_to=day(2026, 1, 20))
    )
    ledger.write(6, day(2026), day(2026, 2), 1.0)
    found = by_location(ledger, every="month", start=day(2026), end=day(2026, 2), enterprises=["b"])
    assert found.hours[["covered_h", "hours_h"]].to_numpy().tolist() == [[744.0, 744.0 + 108.0]]


def test_no_rows_sum_to_one_row_of_unknowns(ledger):
    found = by_location(ledger, start=day(2026), end=day(2026, 2))
    assert list(found.rows.columns) == COLUMNS
    (whole,) = totals(found, []).to_dict("records")
    assert whole.pop("coverage") == 0.0  # there was something to cover
    assert all(pd.isna(value) for value in whole.values())
    assert totals(found, ["scope"]).empty
    begin, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (2030, 2031))
    future = by_location(ledger, start=begin, end=end)
    assert future.rows.empty
    assert set(HOURS) < set(future.hours.columns)
    (whole,) = totals(future, []).to_dict("records")
    assert all(pd.isna(value) for value in whole.values())
