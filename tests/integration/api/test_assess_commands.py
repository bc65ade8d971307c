"""``carbonpeak assess`` on a data folder of its own: grades, points, paths, land, appeals.

The three works of division 36 of tests/unit/progress/assessment/test_enterprises_assessed.py, where
their scores are worked by hand: b 80.5 (A), c 71.0 (B), a 30.2 (D, over its budget).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from carbonpeak.cli import app_with
from carbonpeak.settings import Settings
from models.errors import CarbonpeakError
from store.registry_db import RegistryDatabase
from store.registry_files import load

PARK = """
park: {code: p, name_zh: 园区, name_en: Park, province: 吉林, grid_region: 东北}
clusters: [{code: c1, name_zh: 甲, name_en: One}, {code: c2, name_zh: 乙, name_en: Two}]
"""
# co2e_t, energy at the equivalent and the calorific value, output, tax, share of clean energy.
COLUMNS = (
    "co2e_t", "energy_tce_equivalent", "energy_tce_calorific", "output_1e4_yuan", "tax_1e4_yuan",
    "clean_energy_share_pct",
)  # fmt: skip
YEAR = {
    "a": (1000, 500, 400, 10_000, 500, 30),
    "b": (300, 100, 80, 10_000, 1000, None),
    "c": (700, 400, 300, 20_000, 400, 90),
}
BEFORE = {"a": (1000, 10_000), "b": (330, 10_000), "c": (700, 17_500)}


def figures() -> str:
    rows = [(code, 2025, *of) for code in YEAR for of in zip(COLUMNS, YEAR[code], strict=True)]
    rows += [(code, 2024, "co2e_t", of[0]) for code, of in BEFORE.items()]
    rows += [(code, 2024, "output_1e4_yuan", of[1]) for code, of in BEFORE.items()]
    lines = ["scope,code,year,indicator,value,source,source_date,item,price_basis"]
    prices = {"output_1e4_yuan": "constant 2020", "tax_1e4_yuan": "current"}
    lines += [
        f"enterprise,{code},{year},{indicator},{value},yearbook,2026-01-01,,"
        f"{prices.get(indicator, '')}"
        for code, year, indicator, value in rows
        if value is not None
    ]
    lines.append("enterprise,a,2025,product_amount,1000,yearbook,2026-01-01,iron_castings,")
    return "\n".join(lines) + "\n"


FILES = {
    "park.yaml": PARK,
    "enterprises.csv": "code,name_zh,name_en,cluster,industry,land_area_mu\n"
    "a,甲厂,A,c1,C3611,100\nb,乙厂,B,c1,C3670,50\nc,丙厂,C,c2,C3660,200\n",
    "targets.csv": "scope,code,subject,period,document,clause,value,basis\n"
    "enterprise,a,co2_total,2025,notice 7,1,900,\n"
    "enterprise,b,energy_total,2025,notice 7,1,100,equivalent\n",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose registry has the three works."""
    files = tmp_path / "files"
    files.mkdir()
    for name, text in (FILES | {"yearly_figures.csv": figures()}).items():
        (files / name).write_text(text, encoding="utf-8")
    settings = Settings(data=tmp_path / "data", broker="none")
    settings.data.mkdir()
    database = RegistryDatabase(settings.registry_address)
    database.migrate()
    load(database, files)
    database.close()
    return settings.data


def run(data: Path, *words: str) -> str:
    done = CliRunner().invoke(app_with(["assess"]), ["assess", *words, "--data", str(data)])
    assert done.exit_code == 0, done.output
    return done.output


def refused(data: Path, *words: str) -> str:
    """What ``carbonpeak`` prints as one line where it fails (carbonpeak.cli.main)."""
    done = CliRunner().invoke(app_with(["assess"]), ["assess", *words, "--data", str(data)])
    assert isinstance(done.exception, CarbonpeakError), done.output
    return str(done.exception)


def rows(data: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(data, *words, "--json"))["items"]
    return found


def test_grades_points_paths_and_land(data: Path) -> None:
    grades = rows(data, "grades", "--year", "2025")
    assert [(row["rank"], row["enterprise"], row["grade"]) for row in grades] == [
        (1, "b", "A"), (2, "c", "B"), (3, "a", "D"),
    ]  # fmt: skip
    assert [round(row["score"], 1) for row in grades] == [80.5, 71.0, 30.2]
    assert grades[2]["caps"] == "budget"
    (own,) = rows(data, "grades", "--year", "2025", "--cluster", "c2")
    assert (own["enterprise"], own["rank"]) == ("c", 2)
    said = run(data, "grades", "--year", "2025", "--enterprise", "b", "--words", "zh")
    assert said.startswith("乙厂2025年综合得分80.5分，评为A级（优先发展类），园区第1名（共3家）")
    points = {row["criterion"]: row for row in rows(data, "points", "--year", "2025",
                                                     "--enterprise", "a")}  # fmt: skip
    assert (points["budget"]["at"], points["budget"]["points"]) == (pytest.approx(10 / 9), 0.0)
    assert points["energy_quota"]["value"] == 400.0  # 400 tce for 1,000 t
    assert "111.1 %" in run(data, "points", "--year", "2025", "--enterprise", "a", "--words", "en")
    whole, *moves = rows(data, "path", "--year", "2025", "--enterprise", "c")
    assert (whole["to_grade"], whole["score_needed"]) == ("A", 80)
    assert sum(row["points"] for row in moves) == pytest.approx(80 - whole["score"])
    watched = {row["enterprise"]: row["verdict"] for row in rows(data, "watch", "--year", "2025")}
    assert watched == {"a": "watched", "b": "clear", "c": "clear"}
    table = run(data, "grades", "--year", "2025")
    assert "score" in table


def test_an_appeal_is_filed_seen_and_answered_once(data: Path) -> None:
    told = run(
        data, "appeal", "a", "2025", "--criterion", "budget", "--note", "the boiler was sold",
        "--evidence", "file 7", "--by", "Wang Fang",
    )  # fmt: skip
    assert "open" in told
    (one,) = rows(data, "appeals", "--state", "open")
    assert (one["id"], one["criterion"], one["grade"]) == (1, "budget", "D")
    assert one["score"] == pytest.approx(30.164, abs=5e-4)
    run(data, "answer", "1", "upheld", "--note", "seen", "--by", "Li Lei")
    assert rows(data, "appeals", "--state", "open") == []
    again = refused(data, "answer", "1", "dismissed", "--note", "no", "--by", "Li Lei")
    assert "upheld already" in again


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("grades", "--year", "2012"), "year: 0 schemes"),
        (("grades", "--year", "2099"), "year"),
        (("points", "--enterprise", "nobody"), "enterprise"),
        (("grades", "--cluster", "nowhere"), "cluster"),
        (("answer", "9", "upheld", "--note", "x"), "appeal_id"),
        (("appeal", "a", "2025", "--criterion", "beauty", "--note", "x"), "criterion"),
        (("appeal", "a", "2025", "--note", " "), "note"),
        (("answer", "1", "upheld"), "appeal_id"),
    ],
)
def test_what_is_refused_is_one_line_that_names_the_field(
    data: Path, words: tuple[str, ...], told: str
) -> None:
    said = refused(data, *words)
    assert told in said
    assert "\n" not in said
