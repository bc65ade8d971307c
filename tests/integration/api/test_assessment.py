"""/assessment and its appeals: rows, CSV, refusals, what an enterprise's key may see and do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from models.registry import Scope, YearlyFigure
from store.registry_db import Appeals
from tests.servers.migrated import sqlite_registry

OFFICER, READER, OWN = "w" * 16, "r" * 16, "g" * 16


def figure(code: str, indicator: str, value: float) -> YearlyFigure:
    prices = "constant 2020" if "yuan" in indicator else None
    return YearlyFigure(Scope.ENTERPRISE, code, 2025, indicator, value, "yearbook",
                        date(2026, 1, 31), price_basis=prices)  # fmt: skip


@pytest.fixture
def client(park: Any, tmp_path: Path) -> Iterator[TestClient]:
    """Three enterprises of one division with a year that was entered."""
    registry = park.books.registry()
    steel, glass = registry.enterprises
    third = replace(steel, code="third", name_zh="三厂", name_en="Third", industry="C3110")
    steel = replace(steel, industry="C3110", land_area_mu=100.0)
    glass = replace(glass, industry="C3110", land_area_mu=50.0)
    figures = [
        figure(code, indicator, value)
        for code, scale in (("steel", 1.0), ("glass", 0.5), ("third", 2.0))
        for indicator, value in (
            ("co2e_t", 1000.0 * scale**2),
            ("energy_tce_equivalent", 400.0 * scale**2),
            ("output_1e4_yuan", 8000.0 * scale),
        )
    ]
    registry = replace(
        registry, enterprises=(steel, glass, third), meters=(), yearly_figures=tuple(figures)
    )
    books = replace(park.books, registry=lambda: registry)
    database = sqlite_registry(tmp_path / "registry.db")
    context = ApiContext(books, health=dict, appeals=Appeals(database))
    keys = Keys(read=READER, write=OFFICER, enterprises={"glass": OWN})
    yield TestClient(create_app(context, keys), raise_server_exceptions=False)
    database.close()


def ask(client: TestClient, path: str, key: str = READER, **params: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    return client.get(f"/api/v1/{path}", params=params, headers=headers)


def items(client: TestClient, path: str, key: str = READER, **params: Any) -> list[dict[str, Any]]:
    response = ask(client, path, key, **params)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["items"]
    return found


def post(client: TestClient, path: str, key: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    return client.post(f"/api/v1/{path}", json=body, headers=headers)


APPEAL = {
    "enterprise": "glass", "year": 2025, "criterion": "reduction", "by": "Wang Fang",
    "note": "last year's output was entered late", "evidence": "form 7",
}  # fmt: skip


def test_grades_and_points(client: TestClient) -> None:
    """Intensity of glass 200 t / 4,000 against 5,250 / 28,000: the best of the three."""
    rows = {row["enterprise"]: row for row in items(client, "assessment")}
    # data_quality counts with no points, so that 8 of at most 31 are lost: no grade below 60 known
    assert {row["no_grade"] for row in rows.values()} == {"too_little_known"}
    assert rows["glass"]["score"] is None
    assert "28 of 100 points of weight are known" in rows["third"]["statement_en"]
    points = {
        row["criterion"]: row for row in items(client, "assessment/points", enterprise="glass")
    }
    assert points["co2_intensity"]["value"] == pytest.approx(250 / 4000)
    assert points["co2_intensity"]["yardstick"] == pytest.approx(5250 / 28000)
    assert points["reduction"]["reason"] == "no_year_before"
    assert [row["state"] for row in items(client, "assessment/path")] == ["no_grade"] * 3
    watched = {row["enterprise"]: row for row in items(client, "assessment/watch")}
    assert watched["third"]["reason"] == "no_land"


def test_csv_and_etag(client: TestClient) -> None:
    headers = {"Authorization": f"Bearer {READER}", "Accept": "text/csv"}
    response = client.get("/api/v1/assessment", headers=headers)
    assert response.text.startswith("year,enterprise,name_zh,")
    again = client.get(
        "/api/v1/assessment", headers=headers | {"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("params", "status", "field"),
    [
        ({"year": 2026}, 422, "year"),
        ({"year": 2012}, 422, "year"),
        ({"enterprise": "nobody"}, 404, "enterprise"),
    ],
)
@pytest.mark.parametrize("path", ["", "/points", "/path", "/watch"])
def test_what_cannot_be_asked_is_refused_by_name(
    client: TestClient, path: str, params: dict[str, Any], status: int, field: str
) -> None:
    response = ask(client, f"assessment{path}", **params)
    assert response.status_code == status
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_an_enterprise_sees_its_own(client: TestClient) -> None:
    for path in ("assessment", "assessment/points", "assessment/path", "assessment/watch"):
        assert {row["enterprise"] for row in items(client, path, OWN)} == {"glass"}
        assert ask(client, path, OWN, enterprise="steel").status_code == 403


def test_an_appeal_is_filed_seen_and_answered(client: TestClient) -> None:
    filed = post(client, "assessment/appeals", OWN, **APPEAL)
    assert filed.status_code == 200, filed.text
    appeal = filed.json()
    assert (appeal["state"], appeal["grade"], appeal["filed_by"]) == ("open", None, "Wang Fang")
    other = post(client, "assessment/appeals", OFFICER, **(APPEAL | {"enterprise": "steel"})).json()
    assert [row["id"] for row in items(client, "assessment/appeals")] == [other["id"], appeal["id"]]
    assert [row["id"] for row in items(client, "assessment/appeals", OWN)] == [appeal["id"]]
    # The enterprise cannot answer it, nor see or withdraw another's.
    answer = {"state": "upheld", "by": "Wang Fang", "note": "agreed"}
    mine, theirs = (f"assessment/appeals/{one['id']}" for one in (appeal, other))
    assert post(client, mine, OWN, **answer).status_code == 403
    withdrawn = {"state": "withdrawn", "by": "Wang Fang"}
    assert post(client, theirs, OWN, **withdrawn).status_code == 404
    assert post(client, mine, READER, **answer).status_code == 403
    done = post(client, mine, OFFICER, **(answer | {"by": "Li Lei"}))
    assert (done.json()["state"], done.json()["answered_by"]) == ("upheld", "Li Lei")
    again = post(client, mine, OFFICER, **(answer | {"state": "dismissed"}))
    assert again.status_code == 409
    assert "upheld already" in again.json()["detail"]
    assert [row["id"] for row in items(client, "assessment/appeals", state="open")] == [other["id"]]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"note": "  "}, 422, "note"),
        ({"by": " "}, 422, "by"),
        ({"year": 2026}, 422, "year"),
        ({"criterion": "noise"}, 404, "criterion"),
        ({"enterprise": "nobody"}, 404, "enterprise"),
    ],
)
def test_an_appeal_that_says_nothing_is_refused(
    client: TestClient, change: dict[str, Any], status: int, field: str
) -> None:
    response = post(client, "assessment/appeals", OFFICER, **(APPEAL | change))
    assert response.status_code == status
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert items(client, "assessment/appeals") == []


def test_an_enterprise_appeals_for_itself_alone(client: TestClient) -> None:
    response = post(client, "assessment/appeals", OWN, **(APPEAL | {"enterprise": "steel"}))
    assert response.status_code == 403


def test_appeals_come_in_pages(client: TestClient) -> None:
    numbers = [post(client, "assessment/appeals", OWN, **APPEAL).json()["id"] for _ in range(3)]
    first = ask(client, "assessment/appeals", limit=2).json()
    assert [row["id"] for row in first["items"]] == numbers[:0:-1]
    rest = ask(client, "assessment/appeals", limit=2, cursor=first["next"]).json()
    assert [row["id"] for row in rest["items"]] == numbers[:1]
    assert rest["next"] is None
