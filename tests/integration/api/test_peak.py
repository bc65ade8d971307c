"""/peak over HTTP: whose it is, statements, refusals; and what an enterprise's key may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from models.registry import Scope, YearlyFigure

# Each of the ten pairs after 2018 falls: peaked with the least number of years.
FALLING = {2017: 90, 2018: 100, 2019: 96, 2020: 93, 2021: 91, 2022: 88, 2023: 85}
STEEL_KEY = "steel-key-0123456789"


def figures(scope, code, values, *, carrier="coal", output=50.0):
    made = []
    for year, value in values.items():

        def of(indicator, amount, item=None, prices=None, year=year):
            return YearlyFigure(
                scope, code, year, indicator, amount, "yearbook", date(2026, 1, 1), item, prices
            )

        made += [of("co2e_t", value), of("output_1e4_yuan", output, prices="constant 2020")]
        if scope is Scope.ENTERPRISE:
            made += [of("co2e_t", value, carrier), of("energy_tce_calorific", value / 2, carrier)]
    return made


@pytest.fixture(scope="module")
def client(bare_park):
    """The park with years of the park, its cluster and its steel works entered."""
    entered = (
        *figures(Scope.ENTERPRISE, "steel", FALLING),
        *figures(Scope.CLUSTER, "equipment", FALLING),
        *figures(Scope.PARK, "demo-park", FALLING),
    )
    registry = replace(bare_park.books.registry(), yearly_figures=entered)
    context = ApiContext(
        replace(bare_park.books, registry=lambda: registry), health=lambda: {"status": "ok"}
    )
    keys = Keys("reading-key", "writing-key", enterprises={"steel": STEEL_KEY})
    return TestClient(create_app(context, keys), raise_server_exceptions=False)


def ask(client, path, key="reading-key", status=200, accept="application/json", **params):
    response = client.get(
        f"/api/v1/peak{path}", params=params,
        headers={"Authorization": f"Bearer {key}", "Accept": accept},
    )  # fmt: skip
    assert response.status_code == status, response.text
    return response


@pytest.mark.parametrize(
    ("by", "code"), [("park", "demo-park"), ("cluster", "equipment"), ("enterprise", "steel")]
)
def test_the_verdict_of_park_cluster_and_enterprise(client, by, code):
    rows = ask(client, "", by=by, code=code).json()["items"]
    assert [row["series"] for row in rows] == ["raw", "weather", "output"]
    raw = rows[0]
    assert (raw["scope"], raw["code"], raw["verdict"]) == (by, code, "peaked")
    assert (raw["n"], raw["peak_year"], raw["years_after"]) == (7, 2018, 5)
    assert "已达峰" in raw["statement_zh"]
    assert "peaked" in raw["statement_en"]
    assert raw["next_verdicts"].startswith("peaked [0.0, 88.0] | plateau (88.0, 100.0)")
    assert rows[1]["verdict"] is None
    assert rows[1]["reason"] == "influence_unknown"
    # Output never changed, so nothing can be told of its influence.
    assert rows[2]["reason"] == "influence_constant"


def test_series_with_their_years_as_csv(client):
    text = ask(client, "/series", accept="text/csv", by="cluster", running=False).text
    head, first, *_ = text.splitlines()
    assert head.startswith("scope,code,name_zh,name_en,series,series_zh,series_en,year,co2e_t")
    assert first.startswith("cluster,equipment,高端装备制造,Advanced equipment,raw,")
    assert ",2017,90.0,imported,true," in first


def test_the_effects_add_up(client):
    """Output stays; energy and emissions fall alike: all of it is energy intensity."""
    body = ask(client, "/decomposition", by="enterprise", code="steel", first=2018, last=2023)
    found = {row["effect"]: row["effect_t"] for row in body.json()["items"]}
    assert found["intensity"] == pytest.approx(-15)
    assert sum(found.values()) == pytest.approx(-15)


def test_decoupling_and_the_way_to_neutrality(client):
    (row, *_) = ask(client, "/decoupling").json()["items"]
    assert (row["state"], row["reason"]) == ("not_defined", "output_unchanged")
    (way,) = ask(client, "/neutrality", residual_t=17, goal=2060).json()["items"]
    assert (way["years_left"], way["residual_t"]) == (37, 17)
    assert way["reduction_t_per_year"] == pytest.approx((85 - 17) / 37)


@pytest.mark.parametrize(
    ("path", "params", "status", "field"),
    [
        ("", {"by": "colour"}, 422, "by"),
        ("", {"by": "cluster", "code": "none"}, 404, "code"),
        ("", {"by": "enterprise", "code": "nobody"}, 404, "code"),
        ("", {"code": "another-park"}, 404, "code"),
        ("/decomposition", {"by": "cluster"}, 422, "code"),
        ("/decomposition", {"first": 2023, "last": 2018}, 422, "first"),
        ("/decoupling", {"of": "luck"}, 422, "of"),
        ("/neutrality", {"residual_t": -1}, 422, "residual_t"),
    ],
)
def test_what_is_refused_is_named(client, path, params, status, field):
    body = ask(client, path, status=status, **params).json()
    assert [one["field"] for one in body["errors"]] == [field]


@pytest.mark.parametrize("path", ["", "/series", "/decomposition", "/decoupling", "/neutrality"])
def test_an_enterprise_s_key_sees_its_own_only(client, path):
    rows = ask(client, path, key=STEEL_KEY, by="enterprise").json()["items"]
    assert {row["code"] for row in rows} == {"steel"}
    ask(client, path, key=STEEL_KEY, status=403, by="enterprise", code="glass")
    ask(client, path, key=STEEL_KEY, status=403, by="cluster", code="equipment")
    ask(client, path, key=STEEL_KEY, status=403)
