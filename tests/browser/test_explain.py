"""The page "explain" in a real browser: a total unfolds by click, down to a reading."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.servers import plain_http

pytestmark = pytest.mark.browser
WAIT_MS = 30_000

PARK = """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""


@pytest.fixture(scope="module")
def url(run_service, tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry")
    (folder / "park.yaml").write_text(PARK, encoding="utf-8")
    (folder / "enterprises.csv").write_text(
        "code,name_zh,name_en,cluster\nsteel,示例钢厂,Example Steel,equipment\n", encoding="utf-8"
    )
    (folder / "meters.csv").write_text(
        "enterprise,code,quantity,kind,unit,interval_s,multiplier\n"
        "steel,EL-01,electricity,counter,kWh,3600,40\n"
    )
    with run_service(folder) as address:
        rows = "".join(
            f"EL-01,2026-01-05T{hour:02d}:30:00+08:00,{100 + hour},kWh\n"
            for hour in range(24) if not 8 < hour < 14
        )  # fmt: skip
        pushed = plain_http.post(
            f"{address}/api/v1/readings", params={"enterprise": "steel"},
            content="meter,ts,value,unit\n" + rows, headers={"content-type": "text/csv"},
        )  # fmt: skip
        assert pushed.json()["accepted"] == 19, pushed.text
        yield address


@pytest.mark.parametrize(("width", "lang"), [(1440, "zh"), (390, "en")])
def test_a_total_unfolds_to_a_reading(browser, url, tmp_path, width, lang):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{url}/console/explain?lang={lang}&period=2026-01")
    nodes = page.get_by_test_id("node")
    # 23 h × 40 kWh = 920 kWh from 00:30 to 23:30.
    for title in (
        {"zh": "示例钢厂", "en": "Example Steel"}[lang],
        {
            "zh": "购入电力（基于位置）",
            "en": "purchased electricity (location-based)",
        }[lang],
        {"zh": "CO2 质量", "en": "mass of CO2"}[lang],
        "amount * factor",
        {"zh": "活动数据", "en": "activity data"}[lang],
        {"zh": "表计 EL-01", "en": "meter EL-01"}[lang], "2026-01-05", "10:00",
        {"zh": "两次读数之间", "en": "between two readings"}[lang],
        {"zh": "表码差", "en": "rise of the register"}[lang],
        {"zh": "后一读数", "en": "the later reading"}[lang],
    ):  # fmt: skip
        found = nodes.filter(has=page.get_by_text(title, exact=True)).last
        expect(found).to_be_visible(timeout=WAIT_MS)
        if found.get_attribute("aria-expanded") == "false":
            found.click()
        expect(found).to_have_attribute("aria-expanded", "true", timeout=WAIT_MS)
    told = page.locator(".told").last
    expect(told).to_contain_text("2026-01-05T06:30:00Z")
    expect(told).to_contain_text("http")
    gap = page.locator(".told").filter(has_text="6 h without readings")
    expect(gap.first).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    page.screenshot(path=str(tmp_path / f"explain-{width}.png"), full_page=True)
    page.close()
