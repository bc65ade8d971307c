"""The page "factors" of the real service in a real browser, and the same library by the CLI.

Jilin's average of 2023 is 0.4671 kgCO2/kWh (MEE/NBS notice 47 of 2025). Natural gas per 10^4 Nm3:
389.31 x 0.0153 x 99 % x 44/12 = 21.6219 t CO2 in the NDRC set, 389.31 x 0.01532 x 44/12 = 21.8688
in that of steel, 1.1 % more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers.program import serving

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PARK = """
park: {code: trial, name_zh: 试验园区, name_en: Trial Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 装备制造, name_en: Equipment}
"""


@dataclass(frozen=True)
class Running:
    """A service, and the data folder by which commands find it."""

    console: str
    data: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("factors")
    (folder / "park.yaml").write_text(PARK, encoding="utf-8")
    data = folder / "data"
    run("registry", "load", str(folder), "--data", str(data))
    environment = {
        "CARBONPEAK_DATA": str(data),
        "CARBONPEAK_BROKER": "none",
        "NICEGUI_STORAGE_PATH": str(folder / "console"),
    }
    with serving([sys.executable, "-m", "carbonpeak", "run", "--port", "0"], environment) as url:
        yield Running(f"{url}/console", data)


@pytest.fixture(params=[1440, 390])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 1000})
    yield opened
    assert opened.evaluate("document.documentElement.scrollWidth") <= request.param
    opened.close()


def test_a_search_and_a_comparison(running: Running, page: Page) -> None:
    page.goto(f"{running.console}/?lang=zh")
    if page.evaluate("innerWidth") < 1000:  # behind a button
        page.get_by_test_id("menu").click()
    page.get_by_test_id("page-factors").click()
    page.get_by_role("searchbox").fill("吉林 2023")
    page.get_by_role("button", name="查询").click()
    result = page.get_by_test_id("factor-result")
    expect(result).to_have_count(1, timeout=20_000)
    expect(result).to_contain_text("电力 · 吉林")
    expect(result).to_contain_text("0.4671")
    expect(result).to_contain_text("已核对原文")
    result.get_by_role("link", name="比较").click()
    years = page.get_by_test_id("factor-compared").filter(has_text="average")
    expect(years).to_have_count(3, timeout=20_000)  # 2021 to 2023
    expect(years.last).to_contain_text("0.4671")


def test_sets_beside_each_other_in_english(running: Running, page: Page) -> None:
    page.goto(
        f"{running.console}/factors?lang=en&search=natural+gas&set=cets_steel_2024&carrier=natural_gas"
    )
    expect(page.get_by_test_id("factor-count")).to_have_text("1 found, 1 shown", timeout=20_000)
    steel = page.get_by_test_id("factor-compared").filter(has_text="cets_steel_2024")
    expect(steel).to_contain_text("21.8688")
    expect(steel).to_contain_text("+1.1 %")
    expect(steel).to_contain_text("verified in the original")


def test_nothing_found_and_nonsense_say_so(running: Running, page: Page) -> None:
    page.goto(f"{running.console}/factors?lang=en&search=no-such-word")
    expect(page.get_by_test_id("factor-count")).to_have_text("0 found, 0 shown", timeout=20_000)
    page.goto(f"{running.console}/factors?lang=en&carrier=unobtainium")
    expect(page.get_by_test_id("panel-factor-search")).to_contain_text("'unobtainium' is not in")


def run(*arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "carbonpeak", *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_same_by_the_command_line(running: Running) -> None:
    data = ("--data", str(running.data))
    shown = run("factors", "show", "cets_steel_2024/coke", *data)
    assert "derived_tco2_per_unit  3.0674" in shown
    assert "E = FC × NCV × CC × 44/12" in shown
    found = json.loads(run("factors", "list", "吉林", "--year", "2023", "--json", *data))
    assert [row["value"] for row in found] == [0.4671]


def test_check_by_its_exit_code(tmp_path: Path) -> None:
    faults = json.loads(run("factors", "check", str(tmp_path), "--json", code=1))
    assert {"heat.csv", "guidelines.csv"} <= {fault["file"] for fault in faults}
    assert all(set(fault) == {"file", "row", "column", "reason"} for fault in faults)
