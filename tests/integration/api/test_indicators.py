"""Indicators and titles by HTTP: refusals, forms, and an enterprise's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from models.registry import Scope, Title, YearlyFigure
from tests.integration.api.conftest import Park

Client = Callable[..., TestClient]


@pytest.fixture(scope="module")
def client(bare_park: Park) -> Client:
    """Makes a client of the park with a figure, a target and titles; ``keys`` guard it."""

    def make(keys: Keys | None = None) -> TestClient:
        registry = replace(
            bare_park.books.registry(),
            yearly_figures=(
                YearlyFigure(
                    Scope.PARK, "demo-park", 2025, "green_cover_pct", 46.0, "survey",
                    date(2026, 3, 1),
                ),
            ),
            titles=(
                Title(Scope.PARK, "demo-park", "green_park", "national", date(2019, 9, 3), "list"),
                Title(
                    Scope.ENTERPRISE, "steel", "green_factory", "city", date(2024, 1, 1), "list 2",
                    valid_to=date(2026, 1, 1),
                ),
            ),
        )  # fmt: skip
        books = replace(bare_park.books, registry=lambda: registry)
        context = ApiContext(books, health=lambda: {"status": "ok"})
        app = create_app(context) if keys is None else create_app(context, keys)
        return TestClient(app)

    return make


def test_a_row_with_its_sentence(client: Client) -> None:
    """46 of the plan's 47 %."""
    asked = {"table": "plan_14", "code": "green_cover"}
    answer = client().get("/api/v1/indicators", params=asked)
    body = answer.json()
    (row,) = body["items"]
    assert (row["year"], row["value"], row["state"], row["margin"]) == (2025, 46.0, "missed", -1.0)
    assert row["statement_zh"].startswith("绿化覆盖率（预期性）：2025年为46%")
    assert body["units"]["value"] == "{unit}"
    again = client().get(
        "/api/v1/indicators", params=asked, headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_same_as_csv(client: Client) -> None:
    answer = client().get(
        "/api/v1/indicators", params={"table": "zero_carbon_park"}, headers={"Accept": "text/csv"}
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["code"] for row in rows][:2] == ["carbon_per_energy", "carbon_per_energy_large"]
    assert {row["value"] for row in rows} == {""}  # unknown, not zero
    assert all(row["reason"] for row in rows)


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"table": "plan_15"}, 404, "table"),
        ({"code": "happiness"}, 404, "code"),
        ({"table": "plan_14", "code": "waste_heat"}, 404, "code"),
        ({"year": 2027}, 422, "year"),
        ({"year": "soon"}, 422, "year"),
    ],
)
def test_refusals_name_the_field(
    client: Client, asked: dict[str, object], status: int, field: str
) -> None:
    answer = client().get("/api/v1/indicators", params=asked)
    assert answer.status_code == status
    assert field in answer.json()["detail"]


def test_tables_and_counts_of_titles(client: Client) -> None:
    tables = {one["code"]: one for one in client().get("/api/v1/indicators/tables").json()["items"]}
    assert tables["plan_14"]["missed"] == 1
    counts = {one["title"]: one for one in client().get("/api/v1/title-counts").json()["items"]}
    assert counts["green_factory"]["holders"] == 0  # it ended on 1 January 2026
    assert counts["green_park"]["national"] == 1
    then = client().get("/api/v1/title-counts", params={"on": "2025-12-31"}).json()["items"]
    assert {one["title"]: one["city"] for one in then}["green_factory"] == 1


def test_an_enterprise_sees_its_own_titles_and_no_indicators(client: Client) -> None:
    own = "key-of-the-steel-works"
    keys = Keys(read="key-of-readers", write="key-of-officers", enterprises={"steel": own})
    asking = client(keys)
    asking.headers["Authorization"] = f"Bearer {own}"
    titles = asking.get("/api/v1/titles").json()["items"]
    assert [(one["code"], one["state"]) for one in titles] == [("steel", "ended")]
    assert asking.get("/api/v1/titles", params={"enterprise": "glass"}).status_code == 403
    assert asking.get("/api/v1/indicators").status_code == 403
    assert asking.get("/api/v1/title-counts").status_code == 403
    asking.headers["Authorization"] = "Bearer key-of-readers"
    assert len(asking.get("/api/v1/titles").json()["items"]) == 2
