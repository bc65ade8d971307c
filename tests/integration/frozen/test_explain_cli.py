"""A real service's figure, explained, computes again by the script that knows nothing of ours.

January of a park of two works: a counter with a gap of nine hours, a corrected and a substituted
value, heat by the ministry's default factor, electricity by an earlier year's factor (fallback).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from store.registry_files import load

ROOT = Path(__file__).parents[3]
PARK = """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
METERS = """enterprise,code,quantity,kind,unit,interval_s,multiplier
steel,EL-01,electricity,counter,kWh,3600,40
glass,HT-01,heat,interval,GJ,3600,1
glass,EL-01,electricity,counter,MWh,3600,1
"""
SIGNED = ["--note", "by hand", "--evidence", "protocol 7", "--author", "Wang"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("explained")
    files = folder / "registry"
    files.mkdir()
    (files / "park.yaml").write_text(PARK, encoding="utf-8")
    (files / "enterprises.csv").write_text(
        "code,name_zh,name_en,cluster\nsteel,钢厂,Steel,equipment\nglass,玻璃厂,Glass,equipment\n"
    )
    (files / "meters.csv").write_text(METERS)
    settings = Settings(data=folder / "data", broker="none")
    settings.data.mkdir()
    database = open_registry(settings)
    load(database, files)
    database.close()
    rows = [
        f"{enterprise},{meter},2026-01-{day + 1:02d}T{hour:02d}:30:00+08:00,"
        f"{100 + rise * (day * 24 + hour) if rise else 2.5}\n"
        for enterprise, meter, rise in (("steel", "EL-01", 1.0), ("glass", "HT-01", 0.0),
                                        ("glass", "EL-01", 0.25))
        for day in range(31) for hour in range(24)
        if not (enterprise == "steel" and day == 9 and 2 < hour < 12)
    ]  # fmt: skip
    path = folder / "readings.csv"
    path.write_text("enterprise,meter,ts,value\n" + "".join(rows))
    run(settings.data, "import", str(path))
    for kind, value, reason in (
        ("replace", "2026-01-20T08:30:00+08:00=565", "wrong_entry"),
        ("substitute", "2026-01-10T07:30:00+08:00=325", "agreed_estimate"),
    ):
        run(settings.data, "correct", kind, "steel", "EL-01", "--value", value,
            "--reason", reason, *SIGNED)  # fmt: skip
    yield settings.data
    shutil.rmtree(folder)


def run(data: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "carbonpeak", *arguments, "--data", str(data)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def recompute(text: str) -> tuple[int, str]:
    """Of a copy elsewhere, by an interpreter that sees nothing but its own library."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "verify" / "recompute.py")],
        input=text, capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    return done.returncode, done.stdout


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for one in node["operands"]:
        yield from nodes(one)


def test_the_parks_total_down_to_readings_computes_again(data: Path) -> None:
    # Hours in the gap, beside the correction, and one off it: 2026-01-10 05:00, 01-20 08:00.
    text = run(data, "explain", "--period", "2026-01", "--depth", "12",
               "--hour", "2026-01-10T05:00:00+08:00", "--hour", "2026-01-20T08:00:00+08:00",
               "--json")  # fmt: skip
    figure = json.loads(text)["figure"]
    inventory = json.loads(
        run(data, "inventory", "--start", "2026-01", "--end", "2026-01", "--every", "month",
            "--json")
    )  # fmt: skip
    assert figure["value"] == pytest.approx(inventory["totals"]["co2e_t"], rel=1e-12)
    code, told = recompute(text)
    assert code == 0, told
    assert "0 differences" in told
    every = list(nodes(figure))
    assert all(not node["folded"] for node in every if node.get("hour") is None)
    # The fallback is named, with the factor's document and status.
    fallback = next(node for node in every if "fallback" in node["evidence"])
    assert fallback["source"]["match"].endswith("_earlier")
    assert fallback["source"]["document"]
    assert fallback["source"]["status"] in ("verified", "verified-secondary", "from memory")
    # The substituted reading splits the gap in two; both tell what they are.
    gap = next(node for node in every if "gap" in node["evidence"])
    assert "h without readings" in gap["evidence"]["gap"]
    readings = [node for node in every if node["op"] == "reading"]
    substituted = next(one for one in readings if one["evidence"]["quality"] == "substituted")
    assert substituted["evidence"]["correction"]["reason"] == "agreed_estimate"
    corrected = next(one for one in readings if one["value"] == 565)
    assert corrected["evidence"]["correction"]["evidence"] == "protocol 7"
    assert [one["value"] for one in corrected["evidence"]["replaced"]] == [564.0]
    assert all(len(one["evidence"]["sha256"]) == 64 for one in readings)
    assert {one["evidence"]["source"] for one in readings} == {"file", "correction"}


def test_a_changed_value_is_told_by_the_script(data: Path) -> None:
    text = run(data, "explain", "--period", "2026-01", "--enterprise", "glass", "--what",
               "tce_equivalent", "--depth", "9", "--json")  # fmt: skip
    body = json.loads(text)
    assert recompute(text)[0] == 0
    victim = next(one for one in nodes(body["figure"]) if one["id"].endswith("2026-01-03"))
    victim["hours"][5][1] += 0.001
    code, told = recompute(json.dumps(body))
    assert code == 1
    assert f"differs: {victim['id']}" in told
    assert recompute("[]")[0] == 2


def test_one_part_by_its_path_for_people(data: Path) -> None:
    told = run(data, "explain", "--period", "2026-01", "--depth", "4", "--path",
               "demo/glass/purchased_heat.heat.location")  # fmt: skip
    # Intervals of 2.5 GJ end at half past, from 00:30 to 23:30 of the 31st; half of the first lies
    # in the December before: 743.5 × 2.5 GJ × 0.11 t/GJ = 204.4625 t.
    head, *_ = told.splitlines()
    assert "购入热力" in head
    assert "204.463 tCO2e" in head.replace("204.462", "204.463")
    assert "EF" in head
    assert "ndrc_sector/heat" in head
    assert "HT-01" in told


def test_frozen_and_compared_by_commands(data: Path) -> None:
    frozen = run(data, "freeze", "--period", "2026-01", "--enterprise", "glass", "--author", "Li",
                 "--reason", "report")  # fmt: skip
    assert frozen.startswith("frozen inventory 1: enterprise glass 2026-01, ")
    run(data, "correct", "replace", "glass", "HT-01", "--value", "2026-01-20T08:30:00+08:00=12.5",
        "--reason", "wrong_entry", *SIGNED)  # fmt: skip
    told = run(data, "restate", "1")
    # 10 GJ more × 0.11 t/GJ
    assert "1,100,000" in told.replace("1100000", "1,100,000")
    assert "更正" in told
    assert "author Wang" in told
