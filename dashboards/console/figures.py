"""Figures: one number, its unit, what belongs to it, and which factors stand behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from dashboards.boards import SHARE, Field, Panel
from dashboards.client import Answer
from dashboards.console import numbers
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View

# Why a figure is unknown, by the field it is about.
WHY = {
    "co2e_t": "why_no_usage",
    "energy_tce_calorific": "why_no_usage",
    "energy_intensity_tce_per_1e4_yuan": "why_no_output",
    "emission_intensity_t_per_1e4_yuan": "why_no_output",
}


def figure(panel: Panel, answer: Answer, view: View, notes: Sequence[str] = ()) -> Markup:
    """The panel's first field in large type, its other fields beneath, then the notes."""
    found = rows(panel.query, answer)
    row: Row = found[0] if found else {}
    main, *others = panel.fields
    value = read(row, main.name)
    if numbers.known(value):
        beneath = _beneath(others, row, view)
        why = Markup("")
    else:
        beneath = Markup("")
        why = Markup('<p class="why" data-testid="{id}-why">{why}</p>').format(
            id=panel.id, why=view.word(WHY.get(main.name, "why_unknown"))
        )
    return Markup(
        '<div class="value"><span class="number" data-testid="{id}">{number}</span>'
        '<span class="unit">{unit}</span></div>{why}{beneath}{notes}'
    ).format(
        id=panel.id,
        number=numbers.number(value, main.decimals),
        unit=view.unit(main.unit),
        why=why,
        beneath=beneath,
        notes=note_lines(notes),
    )


def note_lines(notes: Sequence[str]) -> Markup:
    """Small lines at the foot of a figure."""
    lines = Markup("").join(Markup('<p class="note">{}</p>').format(note) for note in notes)
    return Markup('<div class="notes">{}</div>').format(lines) if notes else lines


def printed(field: Field, value: Any, view: View) -> str:
    """A field's value with its unit, as it stands in a line of small type."""
    if field.name == "price_basis":
        return price_basis(value, view)
    if field.name == "months_with_output":
        return numbers.UNKNOWN if value is None else view.word("months", n=value)
    if field.unit == SHARE:
        return numbers.percent(value)
    return f"{numbers.number(value, field.decimals)} {view.unit(field.unit)}".rstrip()


def price_basis(value: Any, view: View) -> str:
    """The prices output is given in: "current", or "constant 2020" by its year."""
    if not value:
        return numbers.UNKNOWN
    text = str(value)
    if text == "current":
        return view.word("current_prices")
    if text.startswith("constant "):
        return view.word("constant_prices", year=text.removeprefix("constant "))
    return text


def _beneath(fields: Sequence[Field], row: Row, view: View) -> Markup:
    scopes = [field for field in fields if field.name.startswith("scope")]
    facts = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            view.say(field.title), printed(field, read(row, field.name), view)
        )
        for field in fields
        if field not in scopes
    )
    return Markup('{}<dl class="facts">{}</dl>').format(_scopes(scopes, row, view), facts)


def _scopes(fields: Sequence[Field], row: Row, view: View) -> Markup:
    values = [read(row, field.name) for field in fields]
    total = sum(value for value in values if numbers.known(value))
    if not fields or not total:
        return Markup("")
    bar = Markup("").join(
        Markup('<i class="{}" style="flex-grow:{:.4f}"></i>').format(
            _scope_class(field), (value or 0) / total
        )
        for field, value in zip(fields, values, strict=True)
    )
    legend = Markup("").join(
        Markup('<div><dt class="{}">{}</dt><dd>{}<span class="share">{}</span></dd></div>').format(
            _scope_class(field),
            view.say(field.title),
            printed(field, value, view),
            numbers.percent(value / total if numbers.known(value) else None),
        )
        for field, value in zip(fields, values, strict=True)
    )
    return Markup('<div class="split">{}</div><dl class="scopes">{}</dl>').format(bar, legend)


def _scope_class(field: Field) -> str:
    return field.name.partition("_")[0]
