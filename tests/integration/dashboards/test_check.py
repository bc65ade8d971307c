"""``dashboards check`` asks a real service everything that the dashboards ask, on either store."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboards.grafana.check import Checker, Verdict
from dashboards.grafana.dashboard import Dashboard
from tests.integration.dashboards.conftest import HOURS, Service

SPOILT = {f"/api/v1/{noun}" for noun in ("latest", "findings", "rejections")}


def rows_of(service: Service, *more: str) -> list[dict[str, Any]]:
    done = service.run("dashboards", "check", "--json", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def by_panel(rows: list[dict[str, Any]], board: str) -> dict[str, dict[str, Any]]:
    return {row["panel"]: row for row in rows if row["board"].endswith(board)}


def queries_of(boards: list[Dashboard]) -> int:
    return sum(
        len(board["templating"].get("list", ()))
        + sum(len(panel["targets"]) for panel in board["panels"])
        for board in boards
    )


def test_every_query_is_answered_by_the_service_on_a_file(
    on_duckdb: Service, boards: list[Dashboard]
) -> None:
    rows = rows_of(on_duckdb)
    assert len(rows) == queries_of(boards)
    (raw,) = (row for row in rows if row["query"] == "InfluxQL")
    assert raw["verdict"] == "not applicable"
    assert {row["verdict"] for row in rows if row is not raw} == {"ok"}
    live = by_panel(rows, "Live meters")
    # The span is the 24 hours until a second after the newest reading, which ends its last hour:
    # 23 whole hours begin in it.
    assert live["逐小时用量 Usage by hour"]["rows"] == 23
    overview = by_panel(rows, "Park overview")
    assert overview["待处理拒收 Open rejections"]["rows"] == 1
    assert overview["企业排放排名 Enterprises by emissions"]["columns"] == [
        "code", "name_zh", "name_en",
    ]  # fmt: skip


@pytest.mark.influxdb
def test_raw_readings_are_answered_by_influxdb_and_another_address_with_the_key(
    on_influxdb: Service, boards: list[Dashboard], tmp_path: Path
) -> None:
    environment = on_influxdb.environment | {"CARBONPEAK_DATA": str(tmp_path)}
    rows = rows_of(Service(on_influxdb.url, environment), "--url", on_influxdb.url)
    assert not list(tmp_path.iterdir())  # no service of its own was started
    assert len(rows) == queries_of(boards)
    assert {row["verdict"] for row in rows} == {"ok"}
    (raw,) = (row for row in rows if row["query"] == "InfluxQL")
    # From 24 hours before the second after the newest reading: the newest and 23 before it.
    assert raw["rows"] == 24
    assert raw["rows"] < HOURS


def test_a_wrong_key_fails_every_query_and_says_so(on_duckdb: Service) -> None:
    stranger = Service(
        on_duckdb.url,
        on_duckdb.environment | {"CARBONPEAK_READ_KEY": "x", "CARBONPEAK_WRITE_KEY": "y"},
    )
    done = stranger.run("dashboards", "check", "--url", on_duckdb.url)
    assert done.returncode == 1
    assert "401" in done.stdout + done.stderr


@pytest.fixture
def overview(boards: list[Dashboard]) -> Dashboard:
    """The park overview, to be spoilt; of its panels those that are, for all are asked above."""
    board = copy.deepcopy(boards[0])
    first, *others = board["panels"]
    board["panels"] = [
        first, *(one for one in others if SPOILT & {target["url"] for target in one["targets"]}),
    ]  # fmt: skip
    return board


def spoilt(client: httpx.Client, overview: Dashboard) -> Verdict:
    (failed,) = (one for one in Checker(client, None).check(overview) if one.verdict == "failed")
    return failed


def test_a_column_that_the_answer_lacks_is_named(client: httpx.Client, overview: Dashboard) -> None:
    overview["panels"][0]["targets"][0]["columns"][0]["selector"] = "co2_tonnes"
    found = spoilt(client, overview)
    assert found.panel == overview["panels"][0]["title"]
    assert found.detail == "no fitting co2_tonnes in the answer"


def test_a_column_of_another_type_is_named(client: httpx.Client, overview: Dashboard) -> None:
    columns = {one["selector"]: one for one in target_of(overview, "/api/v1/latest")["columns"]}
    columns["unit"]["type"] = "number"
    assert spoilt(client, overview).detail == "no fitting unit in the answer"


def test_a_column_is_missed_where_there_are_no_rows(
    client: httpx.Client, overview: Dashboard
) -> None:
    target = target_of(overview, "/api/v1/findings")
    assert client.get("/findings?origin=usage").json()["items"] == []
    target["columns"][0]["selector"] = "colour"
    assert spoilt(client, overview).detail == "no fitting colour in the answer"


def test_what_the_api_refuses_is_told_with_its_reason(
    client: httpx.Client, overview: Dashboard
) -> None:
    target_of(overview, "/api/v1/rejections")["url_options"]["params"][0]["value"] = "none"
    assert "status 422: limit: " in spoilt(client, overview).detail


def test_a_variable_that_is_not_defined_is_named(client: httpx.Client, overview: Dashboard) -> None:
    target_of(overview, "/api/v1/rejections")["url_options"]["params"][0]["value"] = "${many}"
    assert spoilt(client, overview).detail == "variable many is not defined"


def target_of(board: Dashboard, path: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        target for panel in board["panels"] for target in panel["targets"] if target["url"] == path
    )
    return found
