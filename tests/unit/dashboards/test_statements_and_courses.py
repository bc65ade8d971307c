"""Statements and courses over years: in the console, in Grafana, in either language."""

import html
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.boards import Board, Field, Kind, Limit, Panel, Picture, Query, Text
from dashboards.boards.placed_fields import courses
from dashboards.boards.vocabulary import SHARE
from dashboards.console import pictures
from dashboards.console.courses import COLOURS, lines
from dashboards.console.statements import statements
from dashboards.console.view import View
from dashboards.grafana.dashboard import dashboard

VERDICTS = {"peaked": Text("已达峰", "Peaked"), "plateau": Text("平台期", "Plateau")}
SAID = Text("结论", "Statement")
SCENARIOS = {"planned": Text("规划", "Planned")}

STATEMENT = Panel(
    id="verdicts",
    title=Text("达峰结论", "Peak"),
    question=Text("达峰了吗？", "Has it peaked?"),
    query=Query("/api/v1/peak"),
    picture=Picture.STATEMENT,
    fields=(
        Field("enterprise", Text("企业", "Enterprise"), kind=Kind.TEXT),
        Field("statement_zh", SAID, kind=Kind.TEXT),
        Field("statement_en", SAID, kind=Kind.TEXT),
        Field("verdict", Text("判定", "Verdict"), kind=Kind.TEXT, codes=VERDICTS),
        Field("peak_year", Text("峰值年", "Year of the peak"), kind=Kind.TEXT),
    ),
)
COURSES = Panel(
    id="courses",
    title=Text("情景", "Scenarios"),
    question=Text("走向如何？", "Which way does it go?"),
    query=Query("/api/v1/roadmap"),
    picture=Picture.COURSES,
    fields=(
        Field("co2e_t", Text("排放量", "Emissions"), "tCO2e"),
        Field("year", Text("年份", "Year")),
        Field("scenario", Text("情景", "Scenario"), kind=Kind.TEXT, codes=SCENARIOS),
        Field("low_t", Text("下限", "Low"), "tCO2e"),
        Field("high_t", Text("上限", "High"), "tCO2e"),
        Field("origin", Text("来源", "Origin"), kind=Kind.TEXT),
    ),
)
PAIRED = Panel(
    id="clusters",
    title=Text("集群", "Clusters"),
    question=Text("走向如何？", "Which way does each go?"),
    query=Query("/api/v1/peak/series"),
    picture=Picture.COURSES,
    fields=(
        *COURSES.fields[:2],
        Field("name_zh", Text("名称", "Name"), kind=Kind.TEXT),
        Field("name_en", Text("英文名称", "Name in English"), kind=Kind.TEXT),
    ),
)
ROWS: list[dict[str, Any]] = [
    {
        "enterprise": "e01",
        "statement_zh": "2019 年排放最高，<b>此后</b>显著下降。",
        "statement_en": "Emissions were highest in 2019 and fell significantly since.",
        "verdict": "peaked",
        "peak_year": 2019,
    },
    {
        "enterprise": "e02",
        "statement_zh": "只有 3 年数据。",
        "statement_en": "Only 3 years are known.",
        "verdict": "plateau",
        "peak_year": None,
    },
]
COURSE: list[dict[str, Any]] = [
    {"scenario": "planned", "year": 2027, "co2e_t": 90.0, "low_t": 80.0, "high_t": 105.0,
     "origin": "projected"},
    {"scenario": "planned", "year": 2025, "co2e_t": 100.0, "low_t": None, "high_t": None,
     "origin": None},
    {"scenario": "frozen", "year": 2026, "co2e_t": 0.0, "low_t": -5.0, "high_t": 5.0,
     "origin": "projected"},
]  # fmt: skip


def said(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_a_statement_is_a_paragraph_under_its_heading(view_zh: View, view_en: View) -> None:
    drawn = statements(STATEMENT, {"items": ROWS}, view_zh)
    assert drawn.count("<article") == 2
    assert "<h3>光华制药</h3><p>2019 年排放最高，" in drawn
    assert "Emissions" not in drawn
    assert "&lt;b&gt;此后" in drawn  # a text of the answer is never markup
    assert "判定 已达峰 峰值年 2019" in said(drawn)
    # What is unknown is left out of the facts.
    assert said(drawn).endswith("只有 3 年数据。 判定 平台期")
    english = said(statements(STATEMENT, {"items": ROWS}, view_en))
    assert english.startswith("Guanghua Pharma Emissions were highest in 2019")
    assert "年" not in english


def test_a_statement_that_judges_nothing_does_not_look_good(view_en: View) -> None:
    codes = ("peaked", "rising_again", "not_enough_years", None)
    drawn = statements(STATEMENT, {"items": [ROWS[0] | {"verdict": one} for one in codes]}, view_en)
    assert re.findall(r'class="said (\w*)"', drawn) == ["", "doubted", "unjudged", "unjudged"]


def test_a_target_that_will_hardly_hold_looks_so(view_en: View) -> None:
    holds = Field("probability", Text("守住的概率", "Holds with"), SHARE, limit=Limit(0.5, 0.1))
    panel = replace(STATEMENT, fields=(*STATEMENT.fields[:3], holds))
    given = [ROWS[0] | {"probability": one} for one in (0.014, 0.4, 0.99, None)]
    drawn = statements(panel, {"items": given}, view_en)
    assert re.findall(r'class="said (\w*)"', drawn) == ["bad", "doubted", "", ""]


def test_no_statements_are_said_to_be_none(view_en: View) -> None:
    assert said(statements(STATEMENT, {"items": []}, view_en)) == "No data yet"
    many = statements(STATEMENT, {"items": ROWS * 8}, view_en)
    assert "Show 6 more" in said(many)  # 16, of which the first ten are seen
    assert many.count('class="rest"') == 6


def test_courses_have_a_line_a_name_with_gaps_and_a_band(view_zh: View) -> None:
    drawn = lines(COURSES, {"items": COURSE}, view_zh)
    assert drawn["xAxis"]["data"] == ["2025", "2026", "2027"]
    assert drawn["legend"]["data"] == ["规划", "frozen"]
    assert drawn["yAxis"]["name"] == "排放量 tCO₂e"
    assert drawn["xAxis"]["name"] == "年份"
    low, between, line, *_ = drawn["series"]
    assert [one["value"] for one in line["data"]] == [100.0, "-", 90.0]
    assert [one["value"] for one in low["data"]] == ["-", "-", 80.0]
    assert [one["value"] for one in between["data"]] == ["-", "-", 25.0]
    assert low["stack"] == between["stack"]
    assert line["data"][2]["said"] == "90.00 tCO₂e · 80.00 ~ 105.0 · projected"
    assert line["data"][0]["said"] == "100.0 tCO₂e"
    # The band of a value below zero is stacked all the same: 5 - (-5) = 10.
    frozen = drawn["series"][3:]
    assert [one["value"] for one in frozen[0]["data"]] == ["-", -5.0, "-"]
    assert [one["value"] for one in frozen[1]["data"]] == ["-", 10.0, "-"]
    assert frozen[1]["stackStrategy"] == "all"
    assert [one["itemStyle"]["color"] for one in (line, frozen[2])] == list(COLOURS[:2])


def test_a_line_may_be_named_in_both_languages(view_zh: View, view_en: View) -> None:
    rows = [{"year": 2024, "co2e_t": 5.0, "name_zh": "装备", "name_en": "Equipment"}]
    assert lines(PAIRED, {"items": rows}, view_zh)["legend"]["data"] == ["装备"]
    assert lines(PAIRED, {"items": rows}, view_en)["legend"]["data"] == ["Equipment"]


def test_courses_without_rows_say_so(view_en: View) -> None:
    text, (chart,) = pictures.draw(COURSES, {"items": []}, view_en)
    assert said(text) == "No data yet"
    assert chart["series"] == []
    assert pictures.captions(COURSES) == ("",)
    assert pictures.captions(STATEMENT) == ()


def test_one_bound_is_no_band() -> None:
    spoilt = Panel(**{name: getattr(COURSES, name) for name in ("id", "title", "question",
        "query", "picture")}, fields=COURSES.fields[:4])  # fmt: skip
    with pytest.raises(ValueError, match="1 numbers"):
        courses(spoilt)


@pytest.fixture(scope="module")
def in_grafana() -> dict[str, dict[str, Any]]:
    board = Board(
        id="peak",
        title=Text("达峰", "Peak"),
        names=Query("/api/v1/enterprises"),
        panels=(STATEMENT, COURSES, PAIRED),
    )
    made = json.loads(json.dumps(dashboard(board), cls=JSONEncoder))
    return {panel["title"]: panel for panel in made["panels"]}


def looks(panel: dict[str, Any], column: str) -> dict[str, Any]:
    """What the overrides make of a column, the last word on each look."""
    return {
        given["id"]: given["value"]
        for one in panel["fieldConfig"]["overrides"]
        if one["matcher"]["options"] == column
        for given in one["properties"]
    }


def test_grafana_wraps_both_languages_of_a_statement(in_grafana: dict[str, Any]) -> None:
    panel = in_grafana["达峰结论 Peak"]
    assert panel["type"] == "table"
    for column, heading in (("statement_zh", "结论"), ("statement_en", "Statement")):
        said = looks(panel, column)
        assert said["custom.cellOptions"] == {"type": "auto", "wrapText": True}
        assert said["displayName"] == heading


def test_grafana_draws_courses_over_years_by_their_names(in_grafana: dict[str, Any]) -> None:
    panel = in_grafana["情景 Scenarios"]
    assert panel["type"] == "xychart"
    order, partition = panel["transformations"]
    assert order["options"]["indexByName"]["year"] == 0
    assert partition["id"] == "partitionByValues"
    assert partition["options"]["fields"] == ["scenario"]
    assert looks(panel, "co2e_t")["displayName"] == "${__field.labels.scenario}"
    assert looks(panel, "co2e_t")["unit"] == "suffix: tCO₂e"
    assert looks(panel, "low_t")["displayName"] == "${__field.labels.scenario} 下限 Low"
    both = looks(in_grafana["集群 Clusters"], "co2e_t")["displayName"]
    assert both == "${__field.labels.name_zh} ${__field.labels.name_en}"
