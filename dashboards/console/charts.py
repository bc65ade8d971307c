"""Pictures as ECharts options: months and years as bars, carriers as shares of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.boards import COVERAGE, Field, Panel, codes
from dashboards.client import Answer
from dashboards.console import numbers, texts
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View

Options = dict[str, Any]

FONT = (
    '"Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Microsoft YaHei",'
    ' "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif'
)
INK, MUTED, LINE = "#1d2b33", "#64757f", "#e6ebee"
THIS_YEAR, RUNNING, LAST_YEAR = "#1f7a6c", "#8cc3b8", "#c9d5da"
CARRIER_COLOURS = {
    "electricity": "#2f7196",
    "natural_gas": "#d9974a",
    "heat": "#b9574d",
    "steam": "#8f6aa8",
}
OTHER_COLOURS = ("#6b8f5e", "#8a8170", "#4f6d7a", "#a58e3f", "#7a6f8c", "#5f9ea0")

# What is under the pointer, as ``said`` beside each value. Names are the registry's: as text only.
TOOLTIP: Options = {
    "borderColor": LINE,
    "textStyle": {"color": INK, "fontSize": 13},
    "confine": True,
    ":formatter": """pointed => {
        const text = given => String(given).replace(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`);
        const all = (Array.isArray(pointed) ? pointed : [pointed]).filter(one => one.data.said);
        const head = Array.isArray(pointed) ? `<b>${text(pointed[0].name)}</b>` : "";
        const lines = all.map(one =>
            `<span>${one.marker}${text(head ? one.seriesName : one.name)}</span>`
            + `<span>${text(one.data.said)}</span>`);
        return `<div class="tip">${head}${lines.join("")}</div>`;
    }""",
}

MONTHS_ZH = tuple(f"{month}月" for month in range(1, 13))
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def months(panel: Panel, answer: Answer, view: View) -> Options:
    """Twelve groups, a bar for each year of the answer; a month without a figure has no bar.

    The running month is paler: it is not finished.
    """
    main = panel.fields[0]
    running = f"{view.now.astimezone(view.zone):%Y-%m}"
    by_year: dict[str, list[Row | None]] = {}
    for row in rows(panel.query, answer):
        year, month = str(row["period"]).split("-")[:2]
        by_year.setdefault(year, [None] * 12)[int(month) - 1] = row
    years = sorted(by_year)
    colours = dict(zip(reversed(years), (THIS_YEAR, LAST_YEAR), strict=False))
    series = [
        {
            "name": year,
            "type": "bar",
            "barMaxWidth": 22,
            "barGap": "12%",
            "itemStyle": {"color": colours.get(year, LINE), "borderRadius": [3, 3, 0, 0]},
            "data": [_bar(row, main, running, view) for row in by_year[year]],
        }
        for year in years
    ]
    names = MONTHS_EN if view.language == "en" else MONTHS_ZH
    return _bars(names, series, main, view) | {
        "legend": {
            "right": 0,
            "top": 0,
            "itemWidth": 12,
            "itemHeight": 12,
            "icon": "roundRect",
            "textStyle": {"color": MUTED, "fontSize": 13},
        }
    }


def years(panel: Panel, answer: Answer, view: View) -> Options:
    """A bar for each year since the first with a figure; a year without one has no bar.

    The running year is paler and said to be to date: it is not finished.
    """
    main = panel.fields[0]
    running = str(view.year)
    found = sorted(rows(panel.query, answer), key=lambda row: str(row["period"]))
    while found and not numbers.known(read(found[0], main.name)):
        del found[0]
    series = {
        "name": view.say(main.title),
        "type": "bar",
        "barMaxWidth": 48,
        "itemStyle": {"color": THIS_YEAR, "borderRadius": [3, 3, 0, 0]},
        "data": [_bar(row, main, running, view) for row in found],
    }
    names = [
        f"{row['period']} {view.word('to_date')}" if row["period"] == running else row["period"]
        for row in found
    ]
    return _bars(names, [series], main, view)


def _bars(names: Sequence[str], series: list[Options], main: Field, view: View) -> Options:
    return {
        "textStyle": {"fontFamily": FONT, "color": INK},
        "animationDuration": 400,
        "grid": {"left": 8, "right": 8, "top": 52, "bottom": 8, "containLabel": True},
        "tooltip": TOOLTIP
        | {
            "trigger": "axis",
            "axisPointer": {"type": "shadow", "shadowStyle": {"color": "rgba(31,122,108,.06)"}},
        },
        "xAxis": {
            "type": "category",
            "data": list(names),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": LINE}},
            "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True},
        },
        "yAxis": {
            "type": "value",
            "name": view.unit(main.unit),
            "nameTextStyle": {"color": MUTED, "fontSize": 12, "align": "left"},
            "nameGap": 18,
            "splitNumber": 4,
            "splitLine": {"lineStyle": {"color": LINE}},
            "axisLabel": {"color": MUTED, "fontSize": 12},
        },
        "series": series,
    }


def _bar(row: Row | None, main: Field, running: str, view: View) -> Options:
    value = read(row, main.name) if row else None
    if not row or not numbers.known(value):
        return {"value": "-"}
    said = f"{numbers.number(value, main.decimals)} {view.unit(main.unit)}"
    coverage = read(row, "coverage")
    if numbers.known(coverage) and coverage < 1:
        said += f" · {view.say(COVERAGE.title)} {numbers.percent(coverage)}"
    bar: Options = {"value": value}
    if row["period"] == running:
        said += f" · {view.word('to_date')}"
        bar["itemStyle"] = {"color": RUNNING}
    return bar | {"said": said}


def shares(panel: Panel, field: Field, answer: Answer, view: View) -> Options:
    """A ring of the panel's rows by one field, the sum in its middle."""
    parts = [row for row in rows(panel.query, answer) if numbers.known(read(row, field.name))]
    total = sum(read(row, field.name) for row in parts)
    return {
        "textStyle": {"fontFamily": FONT, "color": INK},
        "animationDuration": 400,
        "tooltip": TOOLTIP | {"trigger": "item"},
        "title": {
            "text": numbers.number(total if parts else None, field.decimals),
            "subtext": view.unit(field.unit),
            "left": "center",
            "top": "36%",
            "itemGap": 4,
            "textStyle": {"fontSize": 18, "fontWeight": 600, "color": INK, "fontFamily": FONT},
            "subtextStyle": {"fontSize": 12, "color": MUTED, "fontFamily": FONT},
        },
        "series": [
            {
                "type": "pie",
                "radius": ["64%", "88%"],
                "label": {"show": False},
                "itemStyle": {"borderColor": "#fff", "borderWidth": 2},
                "emphasis": {"scaleSize": 3},
                "data": [
                    {
                        "name": texts.named(codes.CARRIERS, row["carrier"], view.language),
                        "value": read(row, field.name),
                        "said": f"{numbers.number(read(row, field.name), field.decimals)} "
                        f"{view.unit(field.unit)} · {numbers.percent(_part(row, field, total))}",
                        "itemStyle": {"color": carrier_colour(row["carrier"])},
                    }
                    for row in parts
                ],
            }
        ],
    }


def _part(row: Row, field: Field, total: float) -> float | None:
    return read(row, field.name) / total if total else None


def carrier_colour(carrier: str) -> str:
    """The colour a carrier has in every picture."""
    named = CARRIER_COLOURS.get(carrier)
    return named or OTHER_COLOURS[sum(carrier.encode()) % len(OTHER_COLOURS)]
