"""Rows of an answer as a table, a column a field; on a narrow page each row becomes a block."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from dashboards.boards import SHARE, Field, Kind, Panel, Text
from dashboards.client import Answer
from dashboards.console import numbers, tables, texts
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View

ROWS = 12  # of a table at most, where its panel has no limit; the API and Grafana have the others
# Fields whose few words stay in one line.
SHORT = {"period", "averaging", "basis", "severity", "state"}
EMPTY = {
    "sender-findings": "none_found",
    "rejection-counts": "none_rejected",
    "exceedances": "none_beyond",
    "early-warnings": "none_heading",
    "budgets": "none_permitted",
    "open-alarms": "none_open",
    "untold": "none_untold",
}


def table(panel: Panel, answer: Answer, view: View) -> Markup:
    """The rows of an answer, a column a field; on a narrow page each row becomes a block."""
    found = rows(panel.query, answer)
    if not found:
        return tables.empty(view, EMPTY.get(panel.id, "no_data"))
    shown = ROWS if panel.limit is None else panel.limit
    fields = [field for field in panel.fields if is_read(field, view)]
    head = Markup("").join(
        Markup('<th class="{}">{}</th>').format(_side(field), title(field, view))
        for field in fields
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<td class="{} {}" data-title="{}">{}</td>').format(
                    _side(field), _state(field, row), title(field, view), cell(field, row, view)
                )
                for field in fields
            )
        )
        for row in found[:shown]
    )
    rest = len(found) - shown
    more = Markup("")
    if rest > 0:
        more = Markup('<p class="caption">{}</p>').format(view.word("more_rows", n=rest))
    return Markup(
        '<table class="grid plain" data-testid="{}-table"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table>{}"
    ).format(panel.id, head, body, more)


def is_read(field: Field, view: View) -> bool:
    """Whether it has a column: not what is said in the other language, nor units by themselves."""
    if field.name in ("detail", "detail_zh"):
        return (field.name == "detail_zh") is (view.language == "zh")
    other = "_en" if view.language == "zh" else "_zh"
    return field.name != "unit" and not field.name.endswith(other)


def title(field: Field, view: View) -> str:
    """A field's title in the viewer's language, with its unit."""
    if field.name in ("detail", "detail_zh"):
        return view.word("detail")
    if field.name in ("rule_zh", "rule_en"):
        return view.word("rule")
    unit = view.unit(field.unit) if field.unit not in ("", "1") else ""
    return f"{view.say(field.title)} {unit}".strip()


def _side(field: Field) -> str:
    if field.name in SHORT:
        return "short"
    return "right" if field.kind is Kind.NUMBER else ""


def _state(field: Field, row: Row) -> str:
    value = read(row, field.name)
    if field.ceiling is not None and numbers.known(value):
        if value > field.ceiling.bad_above:
            return "bad"
        return "doubted" if value >= field.ceiling.doubted_from else ""
    if field.limit is None or not numbers.known(value):
        return "none" if value in (0, None) else ""  # left out where there is no room
    if value < field.limit.bad_below:
        return "bad"
    return "doubted" if value < field.limit.doubted_below else ""


def cell(field: Field, row: Row, view: View) -> str:
    """A field of a row as it is printed: numbers, times, names of codes; unknown is unknown."""
    value = read(row, field.name)
    if value is None:
        return numbers.UNKNOWN
    if field.kind is Kind.NUMBER:
        return _number(field, value, row, view)
    if field.kind is Kind.TIME:
        return view.moment(value)
    if field.name == "period":
        return view.period(str(value))
    if field.name in ("enterprise", "point", "pollutant"):
        return _name(field, value, row, view)
    codes: Mapping[str, Text] = field.codes or {}
    several = str(value).split("|")  # a period may have seen several states
    return view.word("comma").join(texts.named(codes, one, view.language) for one in several)


def _name(field: Field, value: object, row: Row, view: View) -> str:
    if field.name == "enterprise":
        return view.enterprise(value)
    return (
        view.pollutant(value) if field.name == "pollutant" else view.point(row["enterprise"], value)
    )


def _number(field: Field, value: float, row: Row, view: View) -> str:
    if field.unit == SHARE:
        return numbers.percent(value)
    if field.name in ("value", "limit") and "unit" in row:
        return f"{numbers.measured(value)} {view.unit(row['unit'])}".rstrip()
    if field.unit in ("kg", "kg/d"):
        return numbers.measured(value)
    if field.name == "times":
        return numbers.number(value, field.decimals, significant=2)
    return numbers.number(value, field.decimals) if field.decimals else numbers.count(value)
