"""Rows of an answer as a table, a column a field; on a narrow page each row becomes a block."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from dashboards.boards import ROW_UNIT, SHARE, Field, Kind, Panel, Text
from dashboards.client import Answer
from dashboards.console import numbers, tables, texts
from dashboards.console.rows import Row, read, rows
from dashboards.console.standing import standing
from dashboards.console.view import View

ROWS = 12  # of a table that are seen before the reader asks for the rest
FEW = 4  # rows more than that are not worth asking for
# Fields whose few words stay in one line.
SHORT = {"period", "averaging", "basis", "severity", "state", "verdict", "unit"}
EMPTY = {
    "sender-findings": "none_found",
    "rejection-counts": "none_rejected",
    "exceedances": "none_beyond",
    "early-warnings": "none_heading",
    "budgets": "none_permitted",
    "open-alarms": "none_open",
    "untold": "none_untold",
    "movement-findings": "none_disagree",
    "appeals": "none_appealed",
    "land-watch": "none_watched",
    "measures-not-counted": "all_counted",
}
# Columns that are there for what seldom is: without it in any row they are left out.
SELDOM = {
    "reason", "notes", "months_unknown", "missing_years", "left_out", "no_grade", "caps",
    "boundary_changes", "lead_unit", "basis", "overlaps",
}  # fmt: skip
# Counts of what seldom is: a zero says nothing where there is no room.
COUNTED = {
    "missing", "late", "duplicate", "suspect", "rejected", "met", "on_track", "missed", "not_met",
    "behind", "no_target", "unknown", "national", "provincial", "city", "frozen", "surrendered",
    "carried_in", "bought", "issued", "to_come_t", "renewable_tce", "raw_material_tce",
}  # fmt: skip
WHO = {"enterprise", "code", "name_zh", "name_en"}  # names, which head a row where it is a block


def table(panel: Panel, answer: Answer, view: View) -> Markup:
    """The rows of an answer, a column a field; on a narrow page each row becomes a block."""
    found = rows(panel.query, answer)
    if not found:
        return tables.empty(view, EMPTY.get(panel.id, "no_data"))
    unit = common_unit(panel, found)
    fields = columns(panel, found, view)
    titles = [title(field, view, unit) for field in fields]
    head = Markup("").join(
        Markup('<th class="{}">{}</th>').format(_side(field), said)
        for field, said in zip(fields, titles, strict=True)
    )
    drawn = [
        Markup("").join(
            Markup('<td class="{} {}" data-title="{}">{}</td>').format(
                _side(field), _state(field, row), said, cell(field, row, view)
            )
            for field, said in zip(fields, titles, strict=True)
        )
        for row in found
    ]
    body, more = with_rest("tr", drawn, view)
    return Markup(
        '<div class="unfolds">{}<table class="grid plain" data-testid="{}-table"><thead><tr>{}'
        "</tr></thead><tbody>{}</tbody></table></div>"
    ).format(more, panel.id, head, body)


def with_rest(tag: str, drawn: list[Markup], view: View, seen: int = ROWS) -> tuple[Markup, Markup]:
    """Elements of which the first are seen, and what the others are asked for by; that stands
    before them in the page, as what it is checked for follows it, and is shown below.
    """
    if len(drawn) <= seen + FEW:
        seen = len(drawn)
    body = Markup("").join(
        Markup("<{tag}{rest}>{inner}</{tag}>").format(
            tag=Markup(tag), rest=Markup(' class="rest"') if place >= seen else "", inner=inner
        )
        for place, inner in enumerate(drawn)
    )
    rest = len(drawn) - seen
    if not rest:
        return body, Markup("")
    return body, Markup(
        '<label class="more"><input type="checkbox"><span>{}</span><span>{}</span></label>'
    ).format(view.word("more_rows", n=rest), view.word("fewer_rows"))


def columns(panel: Panel, found: list[Row], view: View) -> list[Field]:
    """The fields that have a column: none for what is said otherwise or not at all."""
    several = common_unit(panel, found) is None and any(
        field.unit == ROW_UNIT for field in panel.fields
    )
    return [
        field
        for field in panel.fields
        if (is_read(field, view) or (several and field.name == "unit"))
        and not _says_again(field, found, view)
        and (field.name not in SELDOM or any(read(row, field.name) for row in found))
    ]


def _says_again(field: Field, found: list[Row], view: View) -> bool:
    """Whether it only names the enterprise, which has a column of its own."""
    return field.name in ("name_zh", "name_en") and all(
        "enterprise" in row and read(row, field.name) == view.enterprise(row["enterprise"])
        for row in found
    )


def common_unit(panel: Panel, found: list[Row]) -> str | None:
    """The unit that every row tells; None where they tell several or nothing."""
    if all(field.unit != ROW_UNIT for field in panel.fields):
        return None
    units = {str(row["unit"]) for row in found if row.get("unit")}
    return units.pop() if len(units) == 1 else None


def is_read(field: Field, view: View) -> bool:
    """Whether it is for the reader: not what is in the other language, nor units by themselves."""
    if field.name in ("detail", "detail_zh"):
        return (field.name == "detail_zh") is (view.language == "zh")
    other = "_en" if view.language == "zh" else "_zh"
    return field.name != "unit" and not field.name.endswith(other)


def title(field: Field, view: View, row_unit: str | None = None) -> str:
    """A field's title in the viewer's language, with its unit; ``row_unit`` is every row's."""
    if field.unit == ROW_UNIT:
        return f"{view.say(field.title)} {view.unit(row_unit or '')}".strip()
    if field.name in ("detail", "detail_zh"):
        return view.word("detail")
    if field.name in ("rule_zh", "rule_en"):
        return view.word("rule")
    unit = view.unit(field.unit) if field.unit not in ("", "1") else ""
    return f"{view.say(field.title)} {unit}".strip()


def _side(field: Field) -> str:
    if field.name in SHORT:
        return "short"
    if field.name in WHO:
        return "who"
    return "right" if field.kind is Kind.NUMBER else ""


def _state(field: Field, row: Row) -> str:
    value = read(row, field.name)
    if value is None or (value == 0 and field.name in COUNTED):
        return "none"  # left out where there is no room
    return standing(field, row)


def cell(field: Field, row: Row, view: View) -> str:
    """A field of a row as it is printed: numbers, times, names of codes; unknown is unknown."""
    value = read(row, field.name)
    if value is None:
        return numbers.UNKNOWN
    if field.kind is Kind.NUMBER:
        return _number(field, value, row, view)
    if field.kind is Kind.TIME:
        return view.moment(value)
    own = {"period": view.period, "unit": view.unit}.get(field.name)
    if own is not None:
        return own(str(value))
    if field.name in ("enterprise", "code", "point", "pollutant"):
        return _name(field, value, row, view)
    codes: Mapping[str, Text] = field.codes or {}
    several = str(value).split("|")  # a period may have seen several states
    return view.word("comma").join(texts.named(codes, one, view.language) for one in several)


def _name(field: Field, value: object, row: Row, view: View) -> str:
    if field.name in ("enterprise", "code"):  # the park's own among them
        return view.enterprise(value)
    return (
        view.pollutant(value) if field.name == "pollutant" else view.point(row["enterprise"], value)
    )


def _number(field: Field, value: float, row: Row, view: View) -> str:
    if field.unit == SHARE:
        return numbers.percent(value)
    if field.rounded:
        return numbers.rounded(value, field.decimals)
    if field.unit in ("kg", "kg/d", ROW_UNIT):
        return numbers.measured(value)
    if field.name in ("value", "limit") and "unit" in row:
        return f"{numbers.measured(value)} {view.unit(row['unit'])}".rstrip()
    if field.name == "times":
        return numbers.number(value, field.decimals, significant=2)
    whole = not field.decimals and value == round(value)
    return numbers.count(value) if whole else numbers.number(value, field.decimals)
