"""The dashboards' shape against schema 41, what they name, and that the files are current."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.boards import BOARDS, Picture
from dashboards.grafana.dashboard import Dashboard
from dashboards.grafana.files import PROVISIONED, outdated

ROOT = Path(__file__).parents[3]
PROVISIONING = ROOT / "dashboards" / "grafana" / "provisioning"
CJK = re.compile(r"[\u4e00-\u9fff]")
SOURCES = {
    "carbonpeak-api": "yesoreyeram-infinity-datasource",
    "carbonpeak-influxdb": "influxdb",
}
# Variables that Grafana has itself, of those that are used.
GLOBAL = {"__from", "__to", "timeFilter", "__data", "__field"}
NAMES = [board.id for board in BOARDS]
Made = Callable[[str], Dashboard]


@pytest.fixture
def made() -> Made:
    """A dashboard as it is checked in, by its board."""
    return lambda name: json.loads((PROVISIONED / f"carbonpeak-{name}.json").read_text("utf-8"))


def test_the_files_are_current() -> None:
    assert list(outdated()) == []


def test_build_writes_what_is_checked_in_and_check_tells_what_is_not(
    carbonpeak: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "carbonpeak-old.json").write_text("{}", encoding="utf-8")
    assert carbonpeak("dashboards", "build", "--to", str(tmp_path)).returncode == 0
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in PROVISIONED.glob("*.json")}
    assert carbonpeak("dashboards", "build", "--check", "--to", str(tmp_path)).returncode == 0
    spoilt = tmp_path / "carbonpeak-enterprise.json"
    spoilt.write_text(spoilt.read_text("utf-8").replace("企业", "公司"), encoding="utf-8")
    (tmp_path / "carbonpeak-live-meters.json").unlink()
    done = carbonpeak("dashboards", "build", "--check", "--to", str(tmp_path))
    assert done.returncode == 1
    assert "enterprise.json: is not what the boards say" in done.stderr
    assert "live-meters.json: is missing" in done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_the_head_is_of_schema_41(made: Made, name: str) -> None:
    board = made(name)
    assert board["schemaVersion"] == 41
    assert re.fullmatch(r"[a-z0-9-]{1,40}", board["uid"])
    assert board["timezone"] == "Asia/Shanghai"
    assert re.fullmatch(r"\d+s", board["refresh"])
    assert set(board["time"]) == {"from", "to"}
    # Neither belongs to a file: Grafana counts them.
    assert "id" not in board
    assert "version" not in board


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_in_both_languages(made: Made, name: str) -> None:
    board = made(name)
    texts = [board["title"]]
    for panel in board["panels"]:
        texts += [panel["title"], panel["description"]]
    texts += [one["label"] for one in board["templating"].get("list", ())]
    for text in texts:
        assert CJK.search(text), text
        assert re.search("[A-Za-z]", text), text


@pytest.mark.parametrize("name", NAMES)
def test_panels_lie_side_by_side_in_24_columns(made: Made, name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in made(name)["panels"]:
        place = panel["gridPos"]
        assert place["x"] >= 0
        assert place["w"] > 0
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        taken |= cells


@pytest.mark.parametrize("name", NAMES)
def test_panels_have_what_grafana_draws_them_by(made: Made, name: str) -> None:
    panels = made(name)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["type"] in {
            "stat", "barchart", "piechart", "table", "timeseries", "xychart",
        }  # fmt: skip
        assert panel["fieldConfig"]["defaults"]["noValue"] == "未知 unknown"
        refs = [target["refId"] for target in panel["targets"]]
        assert len(set(refs)) == len(refs) > 0
        for target in panel["targets"]:
            source = target["datasource"]
            assert SOURCES[source["uid"]] == source["type"]
        for one in panel["fieldConfig"]["overrides"]:
            assert one["matcher"]["id"] == "byName"
            assert all(given["id"] for given in one["properties"])


@pytest.mark.parametrize("name", NAMES)
def test_overrides_and_transformations_name_columns_that_are_read(made: Made, name: str) -> None:
    for panel in made(name)["panels"]:
        read = {
            column["text"] for target in panel["targets"] for column in target.get("columns", ())
        }
        named = {one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]}
        for one in panel.get("transformations", ()):
            named |= set(one["options"].get("indexByName", ()))
            named |= {by["field"] for by in one["options"].get("sort", ())}
        if panel["type"] == "barchart":
            named.add(panel["options"]["xField"])
        assert named <= read, panel["title"]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def named(value: Any) -> set[str]:
    """Variables that the texts of a value name."""
    return {
        (found[1] or found[2]).split(":")[0].split(".")[0]
        for text in strings(value)
        for found in re.finditer(r"\$\{([^}]+)\}|\$(\w+)", text)
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_that_is_named_is_defined_before(made: Made, name: str) -> None:
    board = made(name)
    known = set(GLOBAL)
    for variable in board["templating"].get("list", ()):
        assert variable["type"] == "query"
        assert named(variable["query"]) <= known
        assert {one["text"] for one in variable["query"]["infinityQuery"]["columns"]} == {
            "__text", "__value",
        }  # fmt: skip
        known.add(variable["name"])
    assert named(board["panels"]) <= known


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_dashboards_with_variables_that_they_have(made: Made, name: str) -> None:
    links = [
        link
        for panel in made(name)["panels"]
        for one in panel["fieldConfig"]["overrides"]
        for given in one["properties"]
        if given["id"] == "links"
        for link in given["value"]
    ]
    # Those speak of the park as a whole, or of park, clusters and enterprises alike.
    assert links or name in {"control", "indicators", "peak"}
    for link in links:
        uid, _, query = link["url"].removeprefix("/d/").partition("?")
        target = made(uid.removeprefix("carbonpeak-"))
        offered = {one["name"] for one in target["templating"]["list"]}
        assert {pair.split("=")[0] for pair in query.split("&")} <= {
            f"var-{one}" for one in offered
        }


def test_every_field_of_a_board_is_shown(made: Made) -> None:
    for board in BOARDS:
        panels = made(board.id)["panels"]
        read = {
            (target["url"], column["selector"])
            for panel in panels
            for target in panel["targets"]
            for column in target.get("columns", ())
        }
        for panel in board.panels:
            if not panel.influxql:
                assert {(panel.query.path, field.name) for field in panel.fields} <= read


def test_a_limit_is_a_threshold_and_a_share_in_per_cent(made: Made) -> None:
    panel = made("park-overview")["panels"][0]
    (coverage,) = (
        one["properties"]
        for one in panel["fieldConfig"]["overrides"]
        if one["matcher"]["options"] == "coverage"
    )
    said = {one["id"]: one["value"] for one in coverage}
    assert said["unit"] == "percentunit"
    steps = [(step.get("value"), step["color"]) for step in said["thresholds"]["steps"]]
    assert steps == [(None, "red"), (0.9, "yellow"), (0.98, "green")]


def test_shares_become_a_ring_for_each_measure(made: Made) -> None:
    rings = [one for one in made("park-overview")["panels"] if one["type"] == "piechart"]
    (shares,) = (one for one in BOARDS[0].panels if one.picture is Picture.SHARES)
    assert len(rings) == len(shares.fields) - 1 == 2
    for ring, measure in zip(rings, shares.fields[1:], strict=True):
        assert ring["title"].endswith(measure.title.both)
        columns = [one["selector"] for one in ring["targets"][0]["columns"]]
        assert columns == ["carrier", measure.name]


def test_raw_readings_are_only_those_that_count(made: Made) -> None:
    (target,) = (
        target
        for panel in made("live-meters")["panels"]
        for target in panel["targets"]
        if target["datasource"]["uid"] == "carbonpeak-influxdb"
    )
    assert target["query"] == (
        'SELECT "value" FROM "reading" WHERE "meter"=\'${meter_key}\' AND "quality" <= 3'
        " AND $timeFilter"
    )
    assert target["rawQuery"] is True


def test_provisioned_data_sources_are_those_that_the_dashboards_name() -> None:
    given = yaml.safe_load((PROVISIONING / "datasources" / "carbonpeak.yaml").read_text("utf-8"))
    assert given["apiVersion"] == 1
    assert {one["uid"]: one["type"] for one in given["datasources"]} == SOURCES
    for one in given["datasources"]:
        secrets = list(one["secureJsonData"].values())
        assert all(re.fullmatch(r"\$__file\{/run/secrets/\w+\}", secret) for secret in secrets)
        assert secrets


def test_the_environment_and_the_secrets_of_provisioning_are_explained() -> None:
    for path in sorted(PROVISIONING.glob("*/*.yaml")):
        text = path.read_text("utf-8")
        head = "".join(line for line in text.splitlines(True) if line.startswith("#"))
        body = text.removeprefix(head)
        for name in set(re.findall(r"\$(CARBONPEAK_\w+)", body)):
            assert name in head
        for name in set(re.findall(r"/run/secrets/(\w+)", body)):
            assert f"/run/secrets/{name}" in head


def test_the_provider_names_the_folder_of_push() -> None:
    given = yaml.safe_load((PROVISIONING / "dashboards" / "carbonpeak.yaml").read_text("utf-8"))
    (provider,) = given["providers"]
    assert provider["folderUid"] == "carbonpeak"
    assert provider["type"] == "file"
    assert provider["options"]["path"].startswith("/")
