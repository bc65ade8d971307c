"""/roadmap: courses, scenarios, measures, assumptions over HTTP, and an enterprise's own view."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from models.registry import Assumption, Measure, Scope, YearlyFigure


def figure(code, indicator, value, item=None):
    return YearlyFigure(Scope.ENTERPRISE, code, 2024, indicator, value, "paper",
                        date(2025, 3, 31), item=item)  # fmt: skip


def assumed(parameter, value, scenario="planned", **more):
    return Assumption(scenario, parameter, 2025, value, "plan, table 3", **more)


def measure(code, enterprise, kind, t, **more):
    plain = Measure(code, enterprise, kind, f"措施{code}", f"Measure {code}", 1.0, t, 100.0, 2026,
                    "study", life_years=10, scenarios=("planned",))  # fmt: skip
    return replace(plain, **more)


@pytest.fixture(scope="module")
def client(park):
    """The park with 2024 entered: 1,000 t of every enterprise, half of it electricity."""
    registry = park.books.registry()
    codes = [one.code for one in registry.enterprises]
    figures = [
        row
        for code in codes
        for row in (
            figure(code, "co2e_t", 1_000.0),
            figure(code, "co2e_t", 500.0, "electricity"),
            figure(code, "energy_tce_calorific", 100.0, "electricity"),
        )
    ]
    registry = replace(
        registry,
        yearly_figures=tuple(figures),
        assumptions=(
            assumed("output_growth", 0.0, low=-1.0, high=1.0),
            assumed("intensity_fall", 0.0),
            assumed("grid_factor_fall", 10.0),
        ),
        measures=(
            measure("S1", "steel", "fuel_switch", 40.0),
            measure("G1", "glass", "photovoltaics", 30.0, saving_tce=101.0),
        ),
    )
    books = replace(park.books, registry=lambda: registry)
    keys = Keys(read="r" * 16, enterprises={"glass": "g" * 16})
    return TestClient(create_app(ApiContext(books, health=dict), keys)), len(codes)


def ask(client, path, key="r" * 16, accept="application/json", **params):
    headers = {"Authorization": f"Bearer {key}", "Accept": accept}
    return client.get(f"/api/v1/{path}", params=params, headers=headers)


def items(client, path, **params):
    response = ask(client, path, **params)
    assert response.status_code == 200, response.text
    return response.json()["items"]


def test_courses_scenarios_and_their_words(client):
    api, n = client
    rows = {(one["scenario"], one["year"]): one for one in items(api, "roadmap")}
    assert rows["history", 2024]["co2e_t"] == 1_000 * n
    assert rows["planned", 2024]["low_t"] == 1_000 * n
    # 2026: half of it falls by 0.9 twice, the other half stays; less 40 t of S1.
    assert rows["planned", 2026]["co2e_t"] == pytest.approx(n * (500 * 0.81 + 500) - 40)
    assert rows["planned", 2026]["low_t"] < rows["planned", 2026]["co2e_t"]
    (planned,) = items(api, "roadmap/scenarios", scenario="planned")
    assert (planned["verdict"], planned["peak_year"]) == ("peak_behind", 2024)
    assert (planned["measures_counted"], planned["measures_not_counted"]) == ("S1", "G1")
    assert planned["statement_zh"].startswith("规划情景：最高值在 2024 年")
    csv = ask(api, "roadmap/scenarios", accept="text/csv").text
    assert csv.splitlines()[0].startswith("scenario,name_zh,name_en,base_year")


def test_the_seed_decides_what_is_drawn(client):
    api, _ = client
    of = [
        items(api, "roadmap/scenarios", seed=seed, draws=200)[0]["low_2035_t"] for seed in (1, 1, 2)
    ]
    assert of[0] == of[1] != of[2]


def test_measures_that_count_and_those_that_do_not(client):
    api, _ = client
    (counted,) = items(api, "roadmap/measures", counted="true")
    assert (counted["code"], counted["saved_2030_t"]) == ("S1", 40)
    (not_counted,) = items(api, "roadmap/measures", counted="false")
    assert (not_counted["code"], not_counted["reason"]) == ("G1", "saving_above_energy")
    assert "101 tce" in not_counted["statement_en"]


def test_assumptions_with_their_sources(client):
    api, _ = client
    rows = items(api, "roadmap/assumptions")
    assert [one["parameter"] for one in rows] == [
        "output_growth", "intensity_fall", "grid_factor_fall",
    ]  # fmt: skip
    assert (rows[0]["low_pct"], rows[0]["value_pct"], rows[0]["high_pct"]) == (-1, 0, 1)
    assert rows[2]["source"] == "plan, table 3"


def test_an_unknown_scenario_or_enterprise_is_named(client):
    api, _ = client
    refused = ask(api, "roadmap", scenario="dream")
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"field": "scenario", "reason": "'dream': known are planned"}
    ]
    assert ask(api, "roadmap/measures", enterprise="nobody").status_code == 404


def test_an_enterprise_sees_its_own_measures_only(client):
    api, _ = client
    (own,) = items(api, "roadmap/measures", key="g" * 16)
    assert own["code"] == "G1"
    assert ask(api, "roadmap/measures", key="g" * 16, enterprise="steel").status_code == 403
    for path in ("roadmap", "roadmap/scenarios", "roadmap/assumptions"):
        assert ask(api, path, key="g" * 16).status_code == 403
