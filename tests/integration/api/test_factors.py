"""/factors: searched, one with its uses, side by side, and the guidelines of the sectors."""

from __future__ import annotations

import pytest

JILIN = "mee_nbs/electricity/average/2023/吉林"


def test_search_finds_words_in_any_place(park):
    found = park.get("factors", search="吉林 2023")["items"]
    assert [row["id"] for row in found] == [JILIN]
    assert park.get("factors", search="coke ANNEX", set="cets_steel_2024")["items"][0]["name_zh"]
    assert park.get("factors", search="no such word")["items"] == []


def test_filters_of_status_and_category(park):
    unsure = park.get("factors", status="from memory")["items"]
    assert unsure
    assert {row["status"] for row in unsure} == {"from memory"}
    waste = park.get("factors", category="wastewater")["items"]
    assert {row["file"] for row in waste} == {"wastewater"}
    assert {row["operands"] for row in waste if row["carrier"] == "deep_lagoon"} == {
        "b0=0.25|mcf=0.8"
    }
    for asked in ({"status": "certain"}, {"category": "cooking"}):
        assert park.client.get("/api/v1/factors", params=asked).status_code == 404


def test_one_factor_with_what_it_is_chosen_for(park):
    """Jilin's of 2023: that year, and the later ones until the next notice."""
    one = park.get(f"factors/{JILIN}")
    assert (one["value"], one["unit"], one["status"]) == (0.4671, "kgCO2/kWh", "verified")
    assert [(use["year_from"], use["year_to"], use["rule"]) for use in one["uses"]] == [
        (2023, 2023, "province_exact"),
        (2024, None, "province_earlier"),
    ]
    # the grid factors of 2012 hold until MEE/NBS begins
    old = park.get("factors/ncsc/electricity/average/2012/东北")["uses"]
    assert [(use["year_from"], use["year_to"]) for use in old] == [(2012, 2012), (2013, 2020)]


def test_the_uses_of_steel_know_no_oxidation(park):
    uses = park.get("factors/cets_steel_2024/coke")["uses"]
    assert {(use["guideline"], use["method"], use["year_from"]) for use in uses} == {
        ("steel", "combustion_no_oxidation", 2024)
    }
    assert all("OF" not in use["formula"] for use in uses)
    # 28.435 x 0.02942 x 44/12 = 3.0674, without 99 %
    assert park.get("factors/cets_steel_2024/coke")["derived_tco2_per_unit"] == 3.0674


def test_a_factor_of_another_basis_is_chosen_for_nothing(park):
    rows = park.get("factors", carrier="electricity", year=2022, region="全国")["items"]
    compliance = next(row["id"] for row in rows if row["basis"] == "compliance")
    assert park.get(f"factors/{compliance}")["uses"] == []


def test_an_id_that_is_none_is_refused_by_name(park):
    refused = park.client.get("/api/v1/factors/ncsc/steam")
    assert refused.status_code == 404
    assert "factor_id: 'ncsc/steam' is not in the factor library" in refused.json()["detail"]


def test_sets_side_by_side(park):
    """Natural gas per 10^4 Nm3: 389.31 x 0.0153 x 99 % x 44/12 = 21.6219 (NDRC), 389.31 x 0.01532
    x 44/12 = 21.8688 (steel, without oxidation): 1.142 % more.
    """
    rows = park.get("factors/compare", carrier="natural_gas")["items"]
    of = {row["set"]: row for row in rows if row["unit"] == "10^4 Nm3"}
    assert of["ndrc_sector"]["per_unit"] == 21.6219
    assert of["ndrc_sector"]["difference_pct"] == 0
    assert of["cets_steel_2024"]["per_unit"] == 21.8688
    assert of["cets_steel_2024"]["difference_pct"] == pytest.approx(1.142, abs=0.001)
    for row in rows:  # standard coal, methane: of another unit
        if row["unit"] != "10^4 Nm3":
            assert row["difference_pct"] is None


def test_years_side_by_side(park):
    """The ministry's explanations: 0.5568 -> 0.5366 is -3.6 %, -> 0.5306 is -1.1 %."""
    rows = park.get("factors/compare", carrier="electricity", region="全国", basis="average")
    changes = {row["year"]: row["change_pct"] for row in rows["items"]}
    assert changes[2021] is None
    assert changes[2022] == pytest.approx(-3.6, abs=0.05)
    assert changes[2023] == pytest.approx(-1.1, abs=0.05)
    against = park.get(
        "factors/compare", carrier="electricity", region="全国", basis="average",
        reference="mee_nbs/electricity/average/2023/全国",
    )  # fmt: skip
    difference = {row["year"]: row["difference_pct"] for row in against["items"]}
    assert difference[2023] == 0
    assert difference[2021] == pytest.approx((0.5568 / 0.5306 - 1) * 100)
    refused = park.client.get("/api/v1/factors/compare?carrier=heat&reference=nothing")
    assert refused.status_code == 404
    assert park.client.get("/api/v1/factors/compare").status_code == 422


def test_guidelines_of_the_sectors(park):
    rows = park.get("factors/guidelines")["items"]
    steel = [row for row in rows if row["code"] == "steel"]
    assert [(row["year_from"], row["year_to"]) for row in steel] == [(None, 2023), (2024, None)]
    assert steel[1]["fuel_sets"].split()[0] == "cets_steel_2024"
    assert (steel[1]["electricity_in_obligation"], steel[1]["status"]) == (False, "verified")
