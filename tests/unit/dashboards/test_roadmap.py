"""The roadmap's panels as they are drawn, and that its codes are those of the answers."""

import html
import re
from typing import Any

from dashboards.boards.roadmap import ROADMAP
from dashboards.boards.roadmap_codes import REASONS, VERDICTS
from dashboards.console.roadmap import by_scenario, once, side_by_side
from dashboards.console.view import View
from models.progress.roadmap.peak import Turning
from models.progress.roadmap.rules import name_of

MEASURE: dict[str, Any] = {
    "scenario": "planned", "code": "M01", "name_zh": "屋顶光伏", "name_en": "Photovoltaics",
    "enterprise": "e01", "kind_zh": "光伏", "kind_en": "PV", "start_year": 2027,
    "saved_2030_t": 19_812.3, "saved_2035_t": 16_000.0, "cost_1e4_yuan": 12_800.0,
    "cost_yuan_per_t": 743.2, "cumulated_2030_t": 61_000.0, "saving_co2e_t": 24_000.0,
    "reason": "saving_above_energy", "statement_zh": "节能量过大。", "statement_en": "Too much.",
}  # fmt: skip
RATE: dict[str, Any] = {
    "scenario": "planned", "parameter_zh": "产出年增长率", "parameter_en": "Growth of output",
    "cluster_zh": "装备", "cluster_en": "Equipment", "from_year": 2026, "value_pct": 3.6,
    "low_pct": 2.0, "high_pct": 5.2, "source": "plan",
}  # fmt: skip


def said(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_measures_stand_by_scenario_under_its_name(view_zh: View, view_en: View) -> None:
    own = MEASURE | {"scenario": "ours"}
    drawn = by_scenario(ROADMAP.panel("measures"), {"items": [MEASURE, own]}, view_zh)
    assert "规划情景" in said(drawn)
    assert '<h3 class="part">ours</h3>' in drawn
    # A year is no amount: no separator in it.
    assert "屋顶光伏 光华制药 光伏 2027 19,812 16,000 12,800 743.2 61,000" in said(drawn)
    assert "Photovoltaics Guanghua Pharma PV 2027" in said(
        by_scenario(ROADMAP.panel("measures"), {"items": [MEASURE]}, view_en)
    )


def test_a_measure_of_the_park_and_one_that_is_part_of_another(view_zh: View) -> None:
    part = MEASURE | {"code": "M02", "name_zh": "车间屋顶光伏", "overlaps": "M01",
                      "enterprise": None, "saved_2030_t": 0.0}  # fmt: skip
    drawn = said(by_scenario(ROADMAP.panel("measures"), {"items": [MEASURE, part]}, view_zh))
    assert "车间屋顶光伏 全园区 光伏 屋顶光伏 2027 0 " in drawn


def test_a_measure_that_does_not_count_is_told_once(view_en: View) -> None:
    panel = ROADMAP.panel("measures-not-counted")
    rows = [MEASURE, MEASURE | {"scenario": "accelerated"}]
    drawn = once(panel, {"items": rows}, view_en)
    assert drawn.count("<article") == 1
    assert "Planned, Accelerated" in said(drawn)
    assert "Too much." in said(drawn)
    assert said(once(panel, {"items": []}, view_en)) == "Every measure counts"


def test_assumptions_of_scenarios_stand_side_by_side(view_zh: View) -> None:
    rows = [
        RATE,
        RATE | {"from_year": 2031, "value_pct": 2.5, "low_pct": None, "high_pct": None},
        RATE | {"scenario": "continued", "value_pct": 4.0},
    ]
    drawn = said(side_by_side(ROADMAP.panel("assumptions"), {"items": rows}, view_zh))
    assert "参数 集群 规划情景 延续情景" in drawn
    assert "产出年增长率 装备 2026: 3.6 2 ~ 5.2 2031: 2.5 4 2 ~ 5.2" in drawn


def test_every_code_of_the_answers_has_a_name() -> None:
    assert set(VERDICTS) == {one.value for one in Turning}
    for code in REASONS:
        assert any(name_of(which, code)[0] != code for which in ("reason", "standing")), code
