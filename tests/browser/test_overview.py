"""The page "park overview" of the real service, read in a real browser.

The park has one meter of whole days (24,000 kWh a day) from 1 January until today's midnight, one
of whole hours (1,000 kWh an hour) since, and a declared factor of 0.5 kg CO2/kWh. So after D days
and H hours the year is 0.5 × (24 D + H) t and today 0.5 × H t; electricity is 0.1229 kgce/kWh
(calorific, GB/T 2589-2020 table A.1), so 0.1229 × (24 D + H) tce.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers import plain_http

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Shanghai")

PARK = """
park:
  code: trial
  name_zh: 试验园区
  name_en: Trial Park
  province: 吉林
  grid_region: 东北
clusters:
  - {code: equipment, name_zh: 装备制造, name_en: Equipment}
"""
ENTERPRISES = "code,name_zh,name_en,cluster\naxle,示例车桥有限公司,Example Axle,equipment\n"
METERS = """enterprise,code,quantity,kind,unit,interval_s,name_zh,name_en
axle,EL-DAY,electricity,interval,kWh,86400,总进线（日）,"main feeder, days"
axle,EL-HOUR,electricity,interval,kWh,3600,总进线（时）,"main feeder, hours"
axle,WA-01,water,counter,m3,60,生产用水,process water
"""
FACTORS = """enterprise,carrier,value,unit,valid_from,evidence
axle,electricity,0.5,kg/kWh,2000-01-01,supply contract
"""


@dataclass(frozen=True)
class Trial:
    """A running park: where it answers, and the whole days and hours of this year it was sent."""

    url: str
    days: int
    hours: int

    @property
    def year_mwh(self) -> int:
        return 24 * self.days + self.hours


@pytest.fixture(scope="module")
def trial(run_service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder = tmp_path_factory.mktemp("registry")
    write_registry(folder)
    (folder / "declared_factors.csv").write_text(FACTORS, encoding="utf-8")
    now = datetime.now(ZONE)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    new_year = midnight.replace(month=1, day=1)
    days, hours = (midnight - new_year).days, now.hour
    ends = [(new_year + timedelta(days=day + 1), "EL-DAY", 24_000) for day in range(days)]
    ends += [(midnight + timedelta(hours=hour + 1), "EL-HOUR", 1_000) for hour in range(hours)]
    with run_service(folder) as url:
        if ends:
            answer = send(url, *(f"axle,{meter},{ts.isoformat()},{kwh}" for ts, meter, kwh in ends))
            assert answer.json()["accepted"] == len(ends)
        yield Trial(url, days, hours)


def write_registry(folder: Path) -> None:
    (folder / "park.yaml").write_text(PARK, encoding="utf-8")
    (folder / "enterprises.csv").write_text(ENTERPRISES, encoding="utf-8")
    (folder / "meters.csv").write_text(METERS, encoding="utf-8")


def send(url: str, *rows: str) -> httpx.Response:
    """Send rows as CSV."""
    return plain_http.post(
        f"{url}/api/v1/readings",
        content="\n".join(("enterprise,meter,ts,value", *rows)),
        headers={"Content-Type": "text/csv"},
        timeout=60,
    )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 1000})
    yield opened
    opened.close()


def printed(value: float) -> str:
    """At least four significant digits, thousands apart; nothing metered yet is unknown."""
    if value == 0:
        return "—"
    digits = len(str(int(value))) if value >= 1 else 0
    return f"{value:,.{max(0, 4 - digits)}f}"


@pytest.mark.parametrize(("language", "unit"), [("zh", "tCO₂e"), ("en", "tCO₂e")])
def test_the_year_s_figure_is_the_hand_calculation(
    trial: Trial, page: Page, language: str, unit: str
) -> None:
    page.goto(f"{trial.url}/console/?lang={language}")
    figures = {
        "year-co2e": printed(0.5 * trial.year_mwh),
        "year-energy": printed(0.1229 * trial.year_mwh),
        "today-co2e": printed(0.5 * trial.hours),
    }
    for name, text in figures.items():
        expect(page.get_by_test_id(name)).to_have_text(text, timeout=20_000)
    expect(page.get_by_test_id("panel-year-co2e").locator(".value .unit")).to_have_text(unit)


def test_what_is_unknown_says_why(trial: Trial, page: Page) -> None:
    page.goto(f"{trial.url}/console/?lang=zh")
    expect(page.get_by_test_id("year-energy-intensity")).to_have_text("—")
    expect(page.get_by_test_id("year-energy-intensity-why")).to_have_text("今年尚未登记产值")


def test_the_language_is_remembered(trial: Trial, page: Page) -> None:
    page.goto(f"{trial.url}/console/?lang=zh")
    expect(page.get_by_test_id("park-name")).to_have_text("试验园区")
    page.get_by_test_id("lang-en").click()
    expect(page.get_by_test_id("park-name")).to_have_text("Trial Park")
    page.goto(f"{trial.url}/console/")
    expect(page.get_by_test_id("park-name")).to_have_text("Trial Park")
    expect(page.locator("html")).to_have_attribute("lang", "en-US")


def test_nothing_is_loaded_from_outside(trial: Trial, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{trial.url}/console/?lang=zh")
    expect(page.get_by_test_id("live-row").first).to_be_visible()
    host = trial.url.removeprefix("http://")
    assert asked
    assert [url for url in asked if not url.startswith(("data:", "blob:", f"http://{host}/"))] == []


def test_a_refusal_appears_as_text_without_reload(trial: Trial, page: Page) -> None:
    page.goto(f"{trial.url}/console/?lang=en")
    expect(page.get_by_test_id("panel-rejections").locator(".body")).to_be_visible()
    spoilt = "<img src=x onerror=document.title='caught'>"
    send(trial.url, f"axle,EL-HOUR,2026-01-01T01:00:00+08:00,{spoilt}")
    row = page.get_by_test_id("rejection-row").first
    expect(row).to_contain_text("Bad value", timeout=15_000)
    expect(row.locator("code")).to_contain_text("value: ")
    expect(row.locator("img")).to_have_count(0)
    expect(page).not_to_have_title("caught")


def test_a_reading_arrives_while_one_looks(trial: Trial, page: Page) -> None:
    page.goto(f"{trial.url}/console/?lang=zh")
    now = datetime.now(ZONE).replace(microsecond=0)
    expect(page.get_by_test_id("live-row").filter(has_text="生产用水")).to_have_count(0)
    send(trial.url, f"axle,WA-01,{now.isoformat()},4321.5")
    row = page.get_by_test_id("live-row").filter(has_text="生产用水")
    expect(row).to_contain_text("4,321.5 m³", timeout=15_000)
    expect(row).to_contain_text("示例车桥有限公司")
    expect(page.get_by_test_id("newest-reading")).to_have_text(f"{now:%Y-%m-%d %H:%M:%S}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_a_phone(trial: Trial, browser: Browser, language: str) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    phone.goto(f"{trial.url}/console/?lang={language}")
    expect(phone.get_by_test_id("year-co2e")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.close()


@pytest.mark.parametrize(("language", "name"), [("zh", "示例车桥有限公司"), ("en", "Example Axle")])
def test_the_page_of_senders_says_what_is_missing(
    trial: Trial, browser: Browser, language: str, name: str
) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 800})
    phone.goto(f"{trial.url}/console/?lang={language}")
    expect(phone.get_by_test_id("page-senders")).to_be_hidden()  # behind the button
    phone.get_by_test_id("menu").click()
    phone.get_by_test_id("page-senders").click()
    cells = phone.get_by_test_id("completeness-table").locator("tbody td")
    # Yesterday 1 of a day, 24 of hours and 1,440 of minutes were expected; midnight's reading came.
    came = 1 if trial.days > 1 else 0
    expect(cells.nth(0)).to_have_text(name, timeout=20_000)
    expect(cells.nth(2)).to_have_text("1,465")
    expect(cells.nth(3)).to_have_text(str(came))
    expect(cells.nth(4)).to_have_text(f"{1465 - came:,}")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.close()


def test_a_park_without_readings_shows_no_zero(run_service, tmp_path: Path, page: Page) -> None:
    write_registry(tmp_path)
    with run_service(tmp_path) as url:
        page.goto(f"{url}/console/?lang=en")
        expect(page.get_by_test_id("year-co2e")).to_have_text("—")
        expect(page.get_by_test_id("year-co2e-why")).to_contain_text("No usage")
        expect(page.get_by_test_id("newest-reading")).to_have_text("No reading yet")
        expect(page.get_by_test_id("panel-rejections")).to_contain_text("Nothing was refused")


def test_an_error_of_the_api_is_shown_in_the_panels(failing_api: str, page: Page) -> None:
    page.goto(f"{failing_api}/console/?lang=en")
    panel = page.get_by_test_id("panel-year-co2e")
    expect(panel.get_by_role("alert")).to_contain_text("Store is closed: ")
    expect(panel.get_by_role("alert")).to_contain_text("back at six")
    expect(page.get_by_test_id("panel-months").get_by_role("alert")).to_be_visible()
