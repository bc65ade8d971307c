"""``dashboards push`` against a stand-in that answers and checks as Grafana's API documents."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards.grafana.dashboard import Dashboard
from tests.integration.dashboards.grafana_stand_in import StandIn, running

Push = Callable[..., subprocess.CompletedProcess[str]]
OVERVIEW = "carbonpeak-park-overview"


@pytest.fixture
def grafana() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in
        assert stand_in.faults == []


@pytest.fixture
def push(grafana: StandIn, carbonpeak: Callable[..., Any], tmp_path: Path) -> Push:
    """Run the command with a token that may everything, unless another is named."""
    password = tmp_path / "influx_password"
    password.write_text("reads-only\n", encoding="utf-8")

    def run(*arguments: str, token: str = "editor-and-admin", **environment: str) -> Any:
        return carbonpeak(
            "dashboards", "push", "--api-url", "http://api:8000",
            "--influx-url", "http://influxdb:8086", "--influx-password-file", str(password),
            *arguments,
            **{
                "CARBONPEAK_GRAFANA_URL": grafana.url,
                "CARBONPEAK_GRAFANA_TOKEN": token,
                "CARBONPEAK_READ_KEY": "key-that-may-read",
                **environment,
            },
        )  # fmt: skip

    return run


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    assert done.returncode == 0, done.stderr
    return {row["what"] + " " + row["uid"]: row["outcome"] for row in json.loads(done.stdout)}


def test_everything_is_made_and_a_second_time_changes_nothing(
    push: Push, grafana: StandIn, boards: list[Dashboard]
) -> None:
    assert set(outcomes(push("--json")).values()) == {"created"}
    assert grafana.folders["carbonpeak"]["title"] == "carbonpeak"
    assert set(grafana.dashboards) == {board["uid"] for board in boards}
    for board in boards:
        saved = grafana.newest(board["uid"])
        assert saved["message"] == "carbonpeak dashboards push"
        assert saved["folderUid"] == "carbonpeak"
        assert {**board, "id": saved["data"]["id"], "version": 1} == saved["data"]
    written = len(grafana.writes)
    again = outcomes(push("--json"))
    assert set(again.values()) == {"unchanged"}
    assert len(again) == 1 + 2 + len(boards)
    assert len(grafana.writes) == written
    assert all(len(versions) == 1 for versions in grafana.dashboards.values())


def test_the_data_sources_carry_address_and_secrets(push: Push, grafana: StandIn) -> None:
    push()
    api, influx = grafana.sources["carbonpeak-api"], grafana.sources["carbonpeak-influxdb"]
    assert api["type"] == "yesoreyeram-infinity-datasource"
    assert api["url"] == "http://api:8000"
    assert api["jsonData"]["auth_method"] == "bearerToken"
    assert api["jsonData"]["allowedHosts"] == ["http://api:8000"]
    assert api["secureJsonData"] == {"bearerToken": "key-that-may-read"}
    assert influx["type"] == "influxdb"
    assert influx["jsonData"] == {
        "version": "InfluxQL", "dbName": "carbonpeak", "httpMode": "GET",
    }  # fmt: skip
    assert influx["user"] == "grafana"
    assert influx["secureJsonData"] == {"password": "reads-only"}


def test_a_changed_address_and_a_changed_key_are_brought(push: Push, grafana: StandIn) -> None:
    push()
    moved = outcomes(push("--json", "--api-url", "https://api.park.example"))
    assert moved["data source carbonpeak-api"] == "updated"
    assert moved["data source carbonpeak-influxdb"] == "unchanged"
    assert grafana.sources["carbonpeak-api"]["url"] == "https://api.park.example"
    # Grafana does not tell secrets, so a new key is brought only where that is asked for.
    arguments = ("--json", "--api-url", "https://api.park.example")
    renewed = {"CARBONPEAK_READ_KEY": "another-key"}
    same = outcomes(push(*arguments, **renewed))
    assert same["data source carbonpeak-api"] == "unchanged"
    outcomes(push(*arguments, "--overwrite", **renewed))
    secrets = grafana.sources["carbonpeak-api"]["secureJsonData"]
    assert secrets == {"bearerToken": "another-key"}


def test_boards_that_changed_since_the_last_push_are_a_new_version(
    push: Push, grafana: StandIn
) -> None:
    push()
    # As if the last push had been of an older carbonpeak.
    grafana.newest(OVERVIEW)["data"]["title"] = "older"
    done = outcomes(push("--json"))
    assert done.pop(f"dashboard {OVERVIEW}") == "updated"
    assert set(done.values()) == {"unchanged"}
    assert [one["version"] for one in grafana.dashboards[OVERVIEW]] == [1, 2]


def test_what_somebody_edited_is_not_written_over_unless_asked(
    push: Push, grafana: StandIn
) -> None:
    push()
    grafana.edit(OVERVIEW, by="li.wei", refresh="1m")
    refused = push("--json")
    assert refused.returncode == 1
    said = refused.stderr.strip().splitlines()[-1]
    assert f"dashboard {OVERVIEW}: li.wei changed it in Grafana" in said
    assert "version 2; the last push made version 1" in said
    assert "--overwrite" in said
    assert len(grafana.dashboards[OVERVIEW]) == 2
    # What was brought before the conflict is told all the same.
    assert json.loads(refused.stdout)[0]["what"] == "folder"
    outcomes(push("--json", "--overwrite"))
    assert grafana.newest(OVERVIEW)["version"] == 3
    assert grafana.newest(OVERVIEW)["data"]["refresh"] == "30s"
    assert set(outcomes(push("--json")).values()) == {"unchanged"}


def test_a_dashboard_that_is_not_of_a_push_is_kept(push: Push, grafana: StandIn) -> None:
    push()
    for version in grafana.dashboards[OVERVIEW]:
        version["message"] = "imported by hand"
        version["data"] = version["data"] | {"title": "mine"}
    refused = push()
    assert refused.returncode == 1
    assert "no push of ours is in its history" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (
            (),
            {"CARBONPEAK_GRAFANA_TOKEN": "stolen"},
            "does not know the token",
        ),
        ((), {"CARBONPEAK_GRAFANA_TOKEN": "editor"}, "for data sources Admin"),
        ((), {"CARBONPEAK_GRAFANA_URL": "http://127.0.0.1:1"}, "no Grafana answers at"),
    ],
)
def test_what_hinders_is_one_clear_line(
    push: Push,
    grafana: StandIn,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    said: str,
) -> None:
    done = push(*arguments, **environment)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not grafana.dashboards


def test_an_editor_s_token_brings_dashboards_without_data_sources(
    push: Push, grafana: StandIn
) -> None:
    done = outcomes(push("--json", "--no-sources", token="editor"))
    assert set(done.values()) == {"created"}
    assert not grafana.sources


def test_what_grafana_reads_from_files_cannot_be_pushed(push: Push, grafana: StandIn) -> None:
    grafana.provisioned.add(OVERVIEW)
    done = push()
    assert done.returncode == 1
    assert "it comes from files of that Grafana" in done.stderr


def test_what_answers_but_is_no_grafana_is_told(push: Push, on_duckdb: Any) -> None:
    done = push(**{"CARBONPEAK_GRAFANA_URL": on_duckdb.url})
    assert done.returncode == 1
    assert "folder carbonpeak" in done.stderr
    assert "Traceback" not in done.stderr
