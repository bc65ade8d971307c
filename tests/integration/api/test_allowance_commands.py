"""``carbonpeak allowances`` on a data folder of its own: tables, words, the check's exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from carbonpeak.cli import app_with
from carbonpeak.settings import Settings
from store.registry_db import RegistryDatabase
from store.registry_files import load

PARK = """
park: {code: demo, name_zh: 园区, name_en: Park, province: 吉林, grid_region: 东北}
clusters: [{code: c, name_zh: 甲, name_en: One}]
"""
FILES = {
    "park.yaml": PARK,
    "enterprises.csv": "code,name_zh,name_en,cluster,ets_sector\nheat,热力厂,Heat Plant,c,power\n",
    "yearly_figures.csv": """scope,code,year,indicator,value,source,source_date,item
enterprise,heat,2025,heat_supplied_gj,1000000,report,2026-03-31,up_to_300_mw
enterprise,heat,2025,verified_emissions_t,104000,statement,2026-06-30,
""",
    "movements.csv": """id,enterprise,instrument,kind,on,amount,document,vintage,for_year
A-1,heat,allowance,allocation,2026-09-25,103300,paper,2025,
A-2,heat,allowance,surrender,2026-10-20,100000,paper,2025,2025
""",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose registry has one plant."""
    files = tmp_path / "files"
    files.mkdir()
    for name, text in FILES.items():
        (files / name).write_text(text, encoding="utf-8")
    settings = Settings(data=tmp_path / "data", broker="none")
    settings.data.mkdir()
    database = RegistryDatabase(settings.registry_address)
    database.migrate()
    load(database, files)
    database.close()
    return settings.data


def run(data: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app_with(["allowances"]), ["allowances", *words, "--data", str(data)])
    assert done.exit_code == code, done.output
    return done.output


def test_positions_balances_and_the_check(data: Path) -> None:
    """1,000,000 GJ x 0.1033 (of 2024) = 103,300; of 104,000 due 4,000 are outstanding, 3,300 held:
    700 are to be bought, at 80 yuan for 5.6 x 10^4 yuan.
    """
    (row,) = json.loads(
        run(data, "position", "--year", "2025", "--price", "80", "--json")
    )["items"]  # fmt: skip
    assert (row["outstanding_t"], row["held_t"], row["to_buy_t"]) == (4_000, 3_300, 700)
    assert row["cost_1e4_yuan"] == pytest.approx(5.6)
    words = run(data, "position", "--year", "2025", "--price", "80", "--words")
    assert "须购入700吨" in words
    assert "700 must be bought" in words
    (held,) = json.loads(run(data, "balances", "--on", "2026-10-19", "--json"))["items"]
    assert held["held"] == 103_300
    assert "The record agrees." in run(data, "check")


def test_the_check_fails_where_an_account_is_overdrawn(data: Path) -> None:
    settings = Settings(data=data, broker="none")
    database = RegistryDatabase(settings.registry_address)
    files = data.parent / "files"
    (files / "movements.csv").write_text(
        FILES["movements.csv"] + "A-3,heat,allowance,surrender,2026-10-21,3301,paper,2025,2025\n"
    )
    load(database, files)
    database.close()
    told = run(data, "check", code=1)
    assert "overdrawn by 1 t" in told
    assert "透支" in told
