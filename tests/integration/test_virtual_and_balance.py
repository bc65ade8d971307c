"""From files to figures by the commands: a virtual meter, its balance and the inventory.

One day of a works: 100 kWh an hour come in, 30 go out through an export meter; a virtual meter says
what the works itself used, and two halls account for 66 of these 70.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILES = {
    "park.yaml": """park: {code: p, name_zh: 园区, name_en: Park, province: 吉林, grid_region: 东北}
clusters: [{code: c, name_zh: 甲, name_en: One}]
""",
    "enterprises.csv": "code,name_zh,name_en,cluster\nE01,甲厂,A,c\n",
    "meters.csv": """enterprise,code,quantity,kind,unit,interval_s,direction,parent,formula
E01,IN,electricity,counter,kWh,3600,import,,
E01,OUT,electricity,counter,kWh,3600,export,,
E01,OWN,electricity,interval,kWh,3600,import,,'IN' - 'OUT'
E01,HALL-1,electricity,counter,kWh,3600,import,OWN,
E01,HALL-2,electricity,counter,kWh,3600,import,OWN,
""",
}
AN_HOUR = {"IN": 100, "OUT": 30, "HALL-1": 40, "HALL-2": 26}


def answer(*arguments: object) -> Any:
    """What a command prints, as JSON; it must succeed."""
    words = [str(one) for one in arguments]
    command = [sys.executable, "-m", "carbonpeak", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in words else done.stdout


def readings(hours: range, *meters: str) -> str:
    begin = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
    rows = [
        f"{meter},{(begin + timedelta(hours=hour)).isoformat()},{AN_HOUR[meter] * hour}"
        for meter in meters
        for hour in hours
    ]
    return "\n".join(["meter,ts,value", *rows]) + "\n"


def test_a_day_of_a_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARBONPEAK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CARBONPEAK_BROKER", "none")
    (tmp_path / "registry").mkdir()
    for name, text in FILES.items():
        (tmp_path / "registry" / name).write_text(text, encoding="utf-8")
    answer("registry", "load", tmp_path / "registry")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("{enterprise: E01, unit: kWh}\n", encoding="utf-8")
    file = tmp_path / "rows.csv"
    file.write_text(readings(range(25), "IN", "OUT", "HALL-1"), encoding="utf-8")
    answer("import", file, "--mapping", mapping)

    asked = ("balance", "--start", "2026-03-02", "--end", "2026-03-02", "--every", "day")
    (row,) = answer(*asked, "--json")["items"]
    assert (row["meter"], row["parts"], row["unknown"]) == ("OWN", 2, "HALL-2")
    assert (row["amount"], row["loss"], row["balanced"]) == (1680.0, None, 0.0)  # 24 x 70

    file.write_text(readings(range(25), "HALL-2"), encoding="utf-8")  # late
    answer("import", file, "--mapping", mapping)
    (row,) = answer(*asked, "--json")["items"]
    assert (row["parts_amount"], row["unknown"], row["balanced"]) == (1584.0, None, 1.0)  # 24 x 66
    assert row["loss"] == pytest.approx(96.0)
    assert row["loss_share"] == pytest.approx(4 / 70)
    assert "OWN" in answer(*asked)

    year = answer("inventory", "--year", "2026", "--json")
    assert [(row["activity_amount"], row["scope"]) for row in year["items"]] == [(1680.0, 2)]
    assert {one["meter"]: one["reason"] for one in year["left_out"]} == {
        "IN": "counted in the virtual meter OWN",
        "OUT": "counted in the virtual meter OWN",
        "HALL-1": "sub-meter of OWN",
        "HALL-2": "sub-meter of OWN",
    }
    assert answer("audit", "verify", "--json")["usage_differences"] == 0
