"""The routes of outlets answer what the ledger says, as JSON and CSV."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, create_app
from ledger.settle import settle
from tests.integration.discharges.conftest import MIDNIGHT
from tests.integration.discharges.test_limits import CHANNELS, PERMITS, POINTS, STATES
from tests.integration.discharges.test_stations import CHANNELS as OF_STATIONS
from tests.integration.discharges.test_stations import POINTS as STATIONS

HOUR = timedelta(hours=1)


def rows_of(text):
    """A table without its heading."""
    return text.split("\n", 1)[1]


@pytest.fixture
def client(open_works):
    # The stations' classes and zones beside the outlets' reference oxygen.
    stations = "".join(
        ",".join([*row[:5], "600", "", *row[5:]]) + "\n"
        for row in (line.split(",") for line in rows_of(STATIONS).splitlines())
    )
    outlets = "".join(f"{line},\n" for line in rows_of(POINTS).splitlines())
    heading = POINTS.split("\n", 1)[0] + ",zone\n"
    works = open_works(
        points=heading + outlets + stations, channels=CHANNELS + rows_of(OF_STATIONS),
        permits=PERMITS, operating_states=STATES,
    )  # fmt: skip
    works.clock.now = MIDNIGHT + timedelta(days=2)
    # 100 mg/m3 x 100,000 m3/h = 10 kg/h, where 2 are permitted; NOx of the boiler is 210 mg/m3.
    works.send("DA002", "a21002", "hour", MIDNIGHT, [100.0] * 24)
    works.send("DA002", "a00000", "hour", MIDNIGHT, [100_000.0] * 24)
    works.send("DA001", "a21002", "hour", MIDNIGHT, [168.0])
    works.send("DA001", "a19001", "hour", MIDNIGHT, [7.0])
    works.send("A1", "a34004", "hour", MIDNIGHT, [60.0] * 24)
    works.send("N1", "Leq", "hour", MIDNIGHT + 6 * HOUR, [60.0] * 16)
    works.send("R1", "w01018", "hour", MIDNIGHT, [18.0] * 6)
    settle(works.books)
    context = ApiContext(works.books, health=lambda: {"status": "ok"})
    return TestClient(create_app(context), raise_server_exceptions=False)


def get(client, path, **params):
    answer = client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_every_route_of_outlets_and_stations(client):
    outlets = {row["code"]: row for row in get(client, "outlets")}
    assert sorted(outlets) == ["DA001", "DA002", "DW001"]
    assert outlets["DA001"]["limit_classes"] == "GB13271-2014/new/gas"
    assert outlets["DA002"]["channels"] == "a00000|a21002"
    assert "password" not in outlets["DA001"]
    assert {row["code"] for row in get(client, "stations")} == {"A1", "N1", "R1"}

    day = {"start": "2026-03-05", "end": "2026-03-05"}
    (row,) = get(client, "discharges", **day, every="day", point="DA002")
    assert (row["mass_kg"], row["mark"], row["medium"]) == (pytest.approx(240.0), "N", "waste_gas")
    csv = client.get("/api/v1/discharges", params=day, headers={"Accept": "text/csv"}).text
    assert csv.splitlines()[0].startswith("period,start,enterprise,point,medium,pollutant")

    beyond = get(client, "exceedances", **day)
    assert [one["point"] for one in beyond].count("DA002") == 24
    (boiler,) = [one for one in beyond if one["point"] == "DA001"]
    assert (boiler["value"], boiler["limit"]) == (pytest.approx(210.0), 200.0)
    assert get(client, "early-warnings") == []

    (budget,) = [one for one in get(client, "budgets") if one["point"] == "DA002"]
    assert (budget["mass_kg"], budget["permitted_kg"]) == (pytest.approx(240.0), 500.0)
    assert budget["runs_out_on"] is not None

    rates = {row["point"]: row for row in get(client, "monitoring-rates")}
    assert rates["DA002"]["valid_hours"] == 24
    (nox,) = [one for one in get(client, "reduction", by="park") if one["indicator"] == "nox"]
    assert (nox["mass_kg"], nox["previous_kg"]) == (pytest.approx(240.0), None)
    (side,) = get(client, "side-by-side", **day, every="day")
    assert (side["nox_kg"], side["co2e_t"]) == (pytest.approx(240.0), None)
    assert get(client, "stack-co2") == []

    (air,) = get(client, "air-quality", **day)
    assert (air["aqi"], air["primary"]) == (100.0, "a34004")
    noise = {row["part"]: row for row in get(client, "noise", **day)}
    assert noise["daytime"]["level_db"] == pytest.approx(60.0)
    assert noise["nighttime"]["level_db"] is None
    (water,) = get(client, "surface-water", **day, every="day")
    assert (water["water_class"], water["met"]) == ("III", True)

    whole = client.get(
        "/api/v1/discharges/explain",
        params={"enterprise": "works", "point": "DA002", "pollutant": "a21002",
                "period": "2026-03-05", "hours": "2026-03-05T08:00:00+08:00", "depth": 9},
    ).json()  # fmt: skip
    (hour,) = whole["figure"]["operands"]
    assert (whole["figure"]["value"], hour["value"]) == (pytest.approx(240.0), pytest.approx(10.0))


def test_what_is_not_there_is_named(client):
    for query, status, field in (
        ("discharges?point=DA009", 404, "point"),
        ("discharges?pollutant=x99999", 404, "pollutant"),
        ("exceedances?enterprise=nobody", 404, "enterprise"),
        ("budgets?year=2031", 422, "year"),
        ("discharges/explain?enterprise=works&point=DA002&pollutant=w01018", 404, "pollutant"),
    ):
        answer = client.get(f"/api/v1/{query}")
        assert answer.status_code == status, answer.text
        assert answer.json()["errors"][0]["field"] == field
