"""The page "environment" of the real service in a real browser: one stack, one hour, its limits.

In the last whole hour the stack sent nitrogen oxides of 110 and sulphur dioxide of 60 mg/m3 at 7 %
oxygen. At the 3.5 % that limits speak of these are 110 x (21 - 3.5) / (21 - 7) = 137.5 and
60 x 17.5 / 14 = 75. The permit allows 150 of the first; GB 13271-2014, table 2, gas, 50 of the
second: an exceedance.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_overview import ENTERPRISES, PARK
from tests.servers import plain_http

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Shanghai")

FILES = {
    "park.yaml": PARK,
    "enterprises.csv": ENTERPRISES,
    "points.csv": """\
enterprise,code,medium,name_zh,name_en,mn,password,reference_oxygen_pct,limit_classes
axle,DA001,waste_gas,锅炉排放口,boiler stack,MN-1,q7Wx2p,3.5,GB13271-2014/new/gas
""",
    "channels.csv": """\
enterprise,point,code,fields
axle,DA001,a21002,minute
axle,DA001,a21026,minute
axle,DA001,a19001,minute
axle,DA001,a00000,minute
""",
    "permits.csv": """\
enterprise,point,pollutant,kind,averaging,value,unit,reference_oxygen_pct,standard,clause,valid_from,evidence
axle,DA001,a21002,concentration,hour,150,mg/m3,3.5,permit 001P,page 14,2020-01-01,permit
axle,DA001,a21002,annual_amount,year,2.4,t,,permit 001P,page 15,2020-01-01,permit
""",
}


@pytest.fixture(scope="module")
def stack(run_service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service that has the last whole hour of the stack."""
    folder = tmp_path_factory.mktemp("registry")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    now = datetime.now(ZONE)
    if now.minute == 59:  # else another hour is the last one when the page is looked at
        time.sleep(61 - now.second)
        now = datetime.now(ZONE)
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    sent = {"a21002": 110, "a21026": 60, "a19001": 7, "a00000": 3}
    rows = [
        f"axle,DA001.{code}.minute,{(start + timedelta(minutes=10 * n)).isoformat()},{value}"
        for code, value in sent.items()
        for n in range(1, 7)
    ]
    with run_service(folder) as url:
        answer = plain_http.post(
            f"{url}/api/v1/readings",
            content="\n".join(("enterprise,meter,ts,value", *rows)),
            headers={"Content-Type": "text/csv"},
            timeout=60,
        )
        assert answer.json()["accepted"] == 24
        yield url


def test_the_hour_beside_its_limits_the_exceedance_and_what_is_left(
    stack: str, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(f"{stack}/console/environment?lang=zh")
    point = page.get_by_test_id("point")
    expect(point.get_by_test_id("value-a21002")).to_contain_text("137.5 mg/m³", timeout=20_000)
    expect(point.get_by_test_id("value-a21002")).to_contain_text("限值 150 mg/m³")
    expect(point.get_by_test_id("value-a21002")).to_have_class("near")
    expect(point.get_by_test_id("value-a21026")).to_contain_text("75 mg/m³")
    expect(point.get_by_test_id("value-a21026")).to_have_class("beyond")
    expect(point).to_contain_text("锅炉排放口")
    now = datetime.now(ZONE)
    if (now.day, now.hour) != (1, 0):  # then the hour is of the month before
        row = page.get_by_test_id("exceedances-table").locator("tbody tr")
        expect(row).to_have_count(1)
        expect(row).to_contain_text("0.50")  # 75 / 50 - 1
        expect(row).to_contain_text("GB 13271-2014")
        # 110 mg/m3 x 3 m3/s x 3600 s = 1.188 kg of 2,400 kg.
        budget = page.get_by_test_id("budget")
        expect(budget).to_contain_text("1.188 / 2,400 kg", timeout=20_000)
    assert "q7Wx2p" not in page.content()
    page.close()


def test_in_english_on_a_phone(stack: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{stack}/console/environment?lang=en")
    expect(page.get_by_test_id("medium-waste_gas")).to_contain_text(
        "Waste gas points: 1", timeout=20_000
    )
    expect(page.get_by_test_id("value-a21026")).to_contain_text("sulphur dioxide")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_its_alarm_stands_on_the_page_of_alarms_and_goes_once_seen_to(
    stack: str, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{stack}/console/alarms?lang=zh")
    row = page.get_by_test_id("open-alarms-table").locator("tr", has_text="超标").filter(
        has_text="二氧化硫"
    )  # fmt: skip
    expect(row).to_contain_text("紧急", timeout=20_000)
    expect(row).to_contain_text("75 mg/m3，限值 50，超标 0.50 倍")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    number = row.locator("td").first.inner_text()
    # What an officer does by API is on the page without a click.
    alarm = f"{stack}/api/v1/alarms/{number}"
    plain_http.post(f"{alarm}/acknowledge", json={"by": "Wang Fang"}).raise_for_status()
    expect(row).to_contain_text("已确认")
    done = {"by": "Wang Fang", "note": "no trouble"}
    plain_http.post(f"{alarm}/resolve", json=done).raise_for_status()
    expect(row).to_have_count(0)
    page.goto(f"{stack}/console/alarms?lang=en")
    expect(page.get_by_test_id("panel-open-alarms")).to_contain_text("Open alarms")
    expect(page.get_by_test_id("resolved-alarms-table")).to_contain_text("By hand", timeout=20_000)
    page.close()
