"""/allowances and /rights: rows, CSV, refusals, and what an enterprise's key sees of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from models.registry import Movement, Scope, YearlyFigure

MOVED = ("allowance", "allocation", date(2026, 3, 2))


def figure(indicator, value, item=None):
    return YearlyFigure(Scope.ENTERPRISE, "steel", 2025, indicator, value, "paper",
                        date(2026, 3, 31), item=item)  # fmt: skip


@pytest.fixture(scope="module")
def client(park):
    """The park where steel is a plant of 2025 with a verified year, and both have rights."""
    registry = park.books.registry()
    steel, *others = registry.enterprises
    assert steel.code == "steel"
    registry = replace(
        registry,
        enterprises=(replace(steel, ets_sector="power"), *others),
        yearly_figures=(
            figure("electricity_generated_mwh", 10_000.0, "gas"),
            figure("verified_emissions_t", 3_000.0),
        ),
        movements=(
            Movement("1", "steel", *MOVED, 2_000, "paper", vintage=2025),
            Movement("2", "glass", "energy_right", "initial", date(2026, 1, 5), 10.0, "paper",
                     vintage=2026),
            Movement("3", "glass", "discharge_right", "initial", date(2026, 1, 5), 2.5, "paper",
                     item="w01018"),
        ),
    )  # fmt: skip
    books = replace(park.books, registry=lambda: registry)
    keys = Keys(read="r" * 16, enterprises={"glass": "g" * 16})
    return TestClient(create_app(ApiContext(books, health=dict), keys))


def ask(client, path, key="r" * 16, accept="application/json", **params):
    headers = {"Authorization": f"Bearer {key}", "Accept": accept}
    return client.get(f"/api/v1/{path}", params=params, headers=headers)


def items(client, path, **params):
    response = ask(client, path, **params)
    assert response.status_code == 200, response.text
    return response.json()["items"]


def test_a_position(client):
    """10,000 MWh x 0.3288 = 3,288 against 3,000; 2,000 are there, 1,288 to come: 288 over."""
    (found,) = items(client, "allowances", year=2025)
    assert (found["enterprise"], found["verdict"]) == ("steel", "covered")
    assert (found["allocation_t"], found["over_t"], found["left_t"]) == (3_288, 288, 288)
    assert (found["surrender_by"], found["days_left"]) == ("2026-12-31", 264)
    assert "3,000" in found["statement_zh"]
    (unit,) = items(client, "allowances/units", year=2025)
    assert (unit["unit_class"], unit["allocation_t"]) == ("gas", 3_288)


def test_both_years_without_a_year(client):
    assert [row["year"] for row in items(client, "allowances")] == [2025, 2026]


def test_movements_and_balances(client):
    assert [row["id"] for row in items(client, "allowances/movements")] == ["3", "2", "1"]
    (one,) = items(client, "allowances/balances", enterprise="steel", on="2026-03-02")
    assert (one["held"], one["issued"], one["sum"]) == (2_000, 2_000, 0)
    assert items(client, "allowances/balances", enterprise="steel", on="2026-03-01") == []
    assert items(client, "allowances/findings") == []
    assert items(client, "allowances/certificates") == []


def test_rights_against_what_was_used(client):
    """Glass used 5 kWh/h for 1,416 hours, in April nothing is known: coverage is below 90 %."""
    discharge, energy = items(client, "rights")
    assert (energy["granted"], energy["unit"], energy["state"]) == (10, "tce", "running")
    assert energy["used"] > 0
    assert (discharge["state"], discharge["reason"]) == ("unknown", "not_measured")
    assert discharge["item_en"] == "chemical oxygen demand"


def test_a_key_of_an_enterprise_sees_its_own(client):
    key = "g" * 16
    assert items(client, "allowances", key=key, year=2025)[0]["verdict"] == "not_obligated"
    assert {row["enterprise"] for row in items(client, "rights", key=key)} == {"glass"}
    assert {row["enterprise"] for row in items(client, "allowances/movements", key=key)} == {
        "glass"
    }
    refused = ask(client, "allowances/balances", key=key, enterprise="steel")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, "enterprise")


@pytest.mark.parametrize(
    ("path", "params", "status", "field"),
    [
        ("allowances", {"enterprise": "nobody"}, 404, "enterprise"),
        ("allowances", {"price_yuan": -1}, 422, "price_yuan"),
        ("allowances", {"price_yuan": "nan"}, 422, "price_yuan"),
        ("allowances/units", {"price_yuan": 1}, 422, "price_yuan"),
        ("allowances/movements", {"instrument": "shells"}, 404, "instrument"),
        ("allowances/balances", {"on": "yesterday"}, 422, "on"),
        ("rights", {"year": 2027}, 422, "year"),
    ],
)
def test_a_refusal_names_the_field(client, path, params, status, field):
    response = ask(client, path, **params)
    assert response.status_code == status
    assert response.json()["errors"][0]["field"] == field


def test_as_csv(client):
    text = ask(client, "allowances/movements", accept="text/csv").text
    assert text.splitlines()[0].startswith("enterprise,instrument,")
    assert len(text.splitlines()) == 4
