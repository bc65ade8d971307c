"""Courses over years as ECharts options: a line a name, in its band where bounds are known."""

from __future__ import annotations

from dashboards.boards import Field, Panel
from dashboards.boards.placed_fields import Courses, courses, is_for
from dashboards.client import Answer
from dashboards.console import numbers, plain_table
from dashboards.console.charts import FONT, INK, LINE, MUTED, TOOLTIP, Options
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View

COLOURS = (
    "#1f7a6c", "#d9974a", "#2f7196", "#b9574d", "#8f6aa8", "#6b8f5e", "#4f6d7a", "#a58e3f",
)  # fmt: skip
POINTS_UP_TO = 16  # years; of longer courses the points would hide the line
NOTHING = "-"  # a year without a value: the line has a gap there


def lines(panel: Panel, answer: Answer, view: View) -> Options:
    """A line for each name, in the order of the answer, over every year from first to last."""
    fields = courses(panel)
    by_name: dict[str, dict[int, Row]] = {}
    for row in rows(panel.query, answer):
        by_name.setdefault(_name(fields, row, view), {})[int(read(row, fields.year.name))] = row
    known = [year for line in by_name.values() for year in line]
    years = list(range(min(known), max(known) + 1)) if known else []
    series: list[Options] = []
    for index, (name, line) in enumerate(by_name.items()):
        colour = COLOURS[index % len(COLOURS)]
        in_order = [line.get(year) for year in years]
        if fields.bounds:
            series += _band(name, colour, fields.bounds, in_order)
        series.append(
            {
                "name": name,
                "type": "line",
                "symbol": "circle",
                "symbolSize": 5 if len(years) <= POINTS_UP_TO else 0,
                # A value between two gaps has no line: it would not be seen.
                "showAllSymbol": True,
                "itemStyle": {"color": colour},
                "lineStyle": {"color": colour, "width": 2},
                "data": [_point(row, fields, view) for row in in_order],
            }
        )
    return _axes(list(by_name), [str(year) for year in years], fields, view) | {"series": series}


def _name(fields: Courses, row: Row, view: View) -> str:
    return " ".join(
        plain_table.cell(one, row, view) for one in fields.name if is_for(one, view.language)
    )


def _point(row: Row | None, fields: Courses, view: View) -> Options:
    value = read(row, fields.value.name) if row else None
    if row is None or not numbers.known(value):
        return {"value": NOTHING}
    said = [f"{numbers.number(value, fields.value.decimals)} {view.unit(fields.value.unit)}"]
    ends = [read(row, one.name) for one in fields.bounds]
    if ends and all(numbers.known(end) for end in ends):
        said.append(" ~ ".join(numbers.number(end, fields.value.decimals) for end in ends))
    said += [
        plain_table.cell(one, row, view)
        for one in fields.told
        if is_for(one, view.language) and read(row, one.name) is not None
    ]
    return {"value": value, "said": " · ".join(part.strip() for part in said)}


def _band(
    name: str, colour: str, bounds: tuple[Field, ...], in_order: list[Row | None]
) -> list[Options]:
    """Two lines that are not drawn, the second stacked on the first: what is between is filled."""
    lowest: list[Options] = []
    between: list[Options] = []
    for row in in_order:
        ends = [read(row, one.name) for one in bounds] if row else []
        whole = bool(ends) and all(numbers.known(end) for end in ends)
        lowest.append({"value": ends[0] if whole else NOTHING})
        between.append({"value": ends[1] - ends[0] if whole else NOTHING})
    common: Options = {
        "name": name,  # hidden with its line by the legend
        "type": "line",
        "symbol": "none",
        "silent": True,
        "stack": f"band of {name}",
        "stackStrategy": "all",  # also below zero
        "lineStyle": {"opacity": 0},
        "itemStyle": {"color": colour},
    }
    area = {"color": colour, "opacity": 0.14}
    return [common | {"data": lowest}, common | {"data": between, "areaStyle": area}]


def _axes(names: list[str], years: list[str], fields: Courses, view: View) -> Options:
    value = fields.value
    return {
        "textStyle": {"fontFamily": FONT, "color": INK},
        "animationDuration": 400,
        "grid": {"left": 8, "right": 24, "top": 64, "bottom": 26, "containLabel": True},
        "legend": {
            "type": "scroll",
            "data": names,
            "top": 0,
            "right": 0,
            "width": "96%",
            "itemWidth": 14,
            "itemHeight": 8,
            "icon": "roundRect",
            "textStyle": {"color": MUTED, "fontSize": 12},
        },
        "tooltip": TOOLTIP | {"trigger": "axis", "axisPointer": {"lineStyle": {"color": MUTED}}},
        "xAxis": {
            "type": "category",
            "data": years,
            "name": view.say(fields.year.title),
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": MUTED, "fontSize": 12},
            "boundaryGap": False,
            "axisTick": {"show": False},
            "axisLine": {"onZero": False, "lineStyle": {"color": LINE}},
            "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True},
        },
        "yAxis": {
            "type": "value",
            "scale": True,  # lines compare years, not heights over zero
            "name": f"{view.say(value.title)} {view.unit(value.unit)}",
            "nameTextStyle": {"color": MUTED, "fontSize": 12, "align": "left"},
            "nameGap": 18,
            "splitNumber": 4,
            "splitLine": {"lineStyle": {"color": LINE}},
            "axisLabel": {"color": MUTED, "fontSize": 12},
        },
    }
