"""Inventory and intensity through the API, against figures computed by hand.

Steel: 29,760 + 26,880 + 29,760 = 86,400 kWh at a declared 0.5 kg/kWh: 43.2 t.
Glass: 744 × 5 + 672 × 5 = 3,720 + 3,360 = 7,080 kWh at a declared 0.8 kg/kWh: 5.664 t.
Electricity: 0.0036 GJ/kWh, 0.1229 kgce/kWh (calorific).
"""

from __future__ import annotations

import pytest

STEEL = {"2026-01": 14.88, "2026-02": 13.44, "2026-03": 14.88}
GLASS = {"2026-01": 2.976, "2026-02": 2.688}


def test_the_year_to_date(park):
    answer = park.get("inventory")
    totals = answer["totals"]
    assert totals["co2e_t"] == pytest.approx(43.2 + 5.664)
    assert totals["scope2_co2e_t"] == pytest.approx(43.2 + 5.664)
    assert totals["scope1_co2e_t"] is None  # no fuel is metered: unknown, not zero
    assert totals["energy_gj"] == pytest.approx(93_480 * 0.0036)
    assert totals["energy_tce_calorific"] == pytest.approx(93.48 * 0.1229)
    assert totals["estimated_share"] == pytest.approx(0.0, abs=1e-12)
    assert 0 < totals["coverage"] < 1  # April has no reading yet
    assert answer["start"] == "2025-12-31T16:00:00Z"
    assert answer["end"] == "2026-04-11T04:00:00Z"


def test_rows_name_their_factor_and_the_rule_that_chose_it(park):
    rows = park.get("inventory", every="total", enterprise="steel")["items"]
    (row,) = [row for row in rows if row["co2e_t"]]
    assert row["activity_amount"] == pytest.approx(86_400)
    assert row["activity_unit"] == "kWh"
    assert (row["scope"], row["category"]) == (2, "purchased_electricity")
    assert row["basis"] == "location"
    assert row["factor_id"]
    assert "declared" in row["factor_match"]


def test_months_add_up_to_the_year(park):
    year = park.get("inventory", year=2026, every="year")["totals"]
    months = park.get("inventory", year=2026, every="month", by="period")["items"]
    assert [row["period"] for row in months][:3] == ["2026-01", "2026-02", "2026-03"]
    for name in ("co2e_t", "energy_gj", "energy_tce_calorific", "energy_tce_equivalent"):
        known = [row[name] for row in months if row[name] is not None]
        assert sum(known) == pytest.approx(year[name], rel=1e-12)
    of_period = {row["period"]: row["co2e_t"] for row in months}
    for period, expected in STEEL.items():
        assert of_period[period] == pytest.approx(expected + GLASS.get(period, 0.0))


@pytest.mark.parametrize(
    ("by", "sums"),
    [
        ("enterprise", {("steel",): 43.2, ("glass",): 5.664}),
        ("cluster", {("equipment",): 43.2, ("materials",): 5.664}),
        ("carrier", {("electricity",): 48.864}),
        ("scope,carrier", {(2, "electricity"): 48.864}),
        (
            "period,enterprise",
            {(p, "steel"): v for p, v in STEEL.items()}
            | {(p, "glass"): v for p, v in GLASS.items()},
        ),
    ],
)
def test_sums_by(park, by, sums):
    answer = park.get("inventory", every="month", end="2026-03", start="2026-01", by=by)
    found = {
        tuple(row[name] for name in by.split(",")): row["co2e_t"]
        for row in answer["items"]
        if row["co2e_t"] is not None
    }
    assert found == {key: pytest.approx(value) for key, value in sums.items()}
    for row in answer["items"]:
        assert {"coverage", "estimated_share", *by.split(",")} <= set(row)
        assert ("start" in row) == ("period" in by)


def test_filters_narrow_items_and_totals_alike(park):
    for query, expected in [
        ({"enterprise": "glass"}, 5.664),
        ({"cluster": "equipment"}, 43.2),
        ({"scope": "2"}, 48.864),
        ({"carrier": "electricity", "start": "2026-02", "end": "2026-02"}, 13.44 + 2.688),
    ]:
        answer = park.get("inventory", **query)
        assert answer["totals"]["co2e_t"] == pytest.approx(expected)
        assert sum(row["co2e_t"] or 0.0 for row in answer["items"]) == pytest.approx(expected)


def test_what_no_filter_leaves_is_unknown(park):
    answer = park.get("inventory", cluster="equipment", enterprise="glass")
    assert answer["items"] == []
    assert answer["totals"]["co2e_t"] is None
    answer = park.get("inventory", carrier="natural_gas")
    assert answer["items"] == []
    assert answer["totals"]["co2e_t"] is None
    assert park.get("inventory", carrier="natural_gas", by="enterprise")["items"] == []


def test_meters_left_out_are_told_with_the_reason(park):
    left_out = park.get("inventory")["left_out"]
    assert {(one["enterprise"], one["meter"]) for one in left_out} == {
        ("steel", "EL-02"),
        ("glass", "TEMP"),
    }
    assert all(one["reason"] for one in left_out)


def test_intensity_of_the_months_with_output(park):
    rows = park.get("intensity", every="month", start="2026-01", end="2026-03")["items"]
    steel = [row for row in rows if row["enterprise"] == "steel"]
    assert [row["period"] for row in steel] == list(STEEL)
    for row in steel:
        assert row["output_1e4_yuan"] == 1000
        assert row["emission_intensity_t_per_1e4_yuan"] == pytest.approx(
            STEEL[row["period"]] / 1000
        )
        assert row["price_basis"] == "current"
    for row in rows:
        if row["enterprise"] == "glass":
            assert row["output_1e4_yuan"] is None
            assert row["emission_intensity_t_per_1e4_yuan"] is None


def test_factors_are_listed_with_set_source_and_status(park):
    rows = park.get("factors", carrier="electricity", region="东北", year=2012)["items"]
    assert rows
    assert any(row["value"] == pytest.approx(0.7769) for row in rows)
    assert all(row["status"] and row["source"] for row in rows)


def test_intensity_of_one_enterprise(park):
    asked = {"every": "month", "start": "2026-01", "end": "2026-03"}
    rows = park.get("intensity", **asked)["items"]
    steel = park.get("intensity", enterprise="steel", **asked)["items"]
    assert steel
    assert steel == [row for row in rows if row["enterprise"] == "steel"]
    refused = park.client.get("/api/v1/intensity?enterprise=steel&by=park")
    assert refused.status_code == 422
    assert refused.json()["detail"] == "enterprise: goes with by=enterprise, not with by=park"
