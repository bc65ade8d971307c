"""/limits: filtered by class, medium, pollutant, standard, status and day."""

from __future__ import annotations

import csv


def test_limits_of_a_class_with_their_sources(park):
    """New gas boilers: particulates 20, SO2 50, NOx 200 mg/m3 at 3.5 % oxygen (GB 13271-2014)."""
    answer = park.get("limits", limit_class="GB13271-2014/new/gas")
    found = {row["pollutant"]: row for row in answer["items"]}
    assert {code: row["value"] for code, row in found.items()} == {
        "a34013": 20.0, "a21026": 50.0, "a21002": 200.0, "a01010": 1.0,
    }  # fmt: skip
    nitrogen = found["a21002"]
    assert (nitrogen["unit"], nitrogen["averaging"], nitrogen["reference_oxygen_pct"]) == (
        "mg/m3", "hour", 3.5,
    )  # fmt: skip
    assert nitrogen["pollutant_name_zh"] == "氮氧化物"
    assert nitrogen["source"].startswith("https://")
    assert answer["units"]["value"] == "{unit}"


def test_only_what_is_in_force_that_day(park):
    asked = {"pollutant": "a34004", "medium": "ambient_air"}
    for day, editions in (
        ("2026-02-28", {"GB 3095-2012"}),
        ("2026-03-01", {"GB 3095-2026"}),
    ):
        rows = park.get("limits", **asked, on=day)["items"]
        assert {row["standard"] for row in rows} == editions
    assert len(park.get("limits", **asked)["items"]) == 12  # 2 grades x 2 means x 3 editions


def test_unknown_names_are_refused(park):
    for asked in (
        {"limit_class": "GB13271-2014/new/wood"},
        {"pollutant": "SO2"},
        {"standard": "GB 1"},
        {"status": "sure"},
    ):
        response = park.client.get("/api/v1/limits", params=asked)
        assert response.status_code == 404
        assert response.json()["errors"][0]["field"] == next(iter(asked))
    assert park.client.get("/api/v1/limits", params={"medium": "soup"}).status_code == 422


def test_as_csv(park):
    response = park.client.get(
        "/api/v1/limits",
        params={"limit_class": "GB12348-2008/3"},
        headers={"Accept": "text/csv"},
    )
    rows = list(csv.DictReader(response.text.splitlines()))
    assert [(row["averaging"], row["value"]) for row in rows] == [
        ("daytime", "65.0"),
        ("nighttime", "55.0"),
    ]
