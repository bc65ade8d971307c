"""Statements: a paragraph a row in the reader's language, with what it is about and its facts."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.boards import ROW_UNIT, Field, Panel
from dashboards.boards.placed_fields import is_for, statement
from dashboards.client import Answer
from dashboards.console import plain_table, tables
from dashboards.console.rows import Row, read, rows
from dashboards.console.standing import row_standing
from dashboards.console.view import View

SHOWN = 10  # paragraphs that are seen before the reader asks for the rest


def statements(panel: Panel, answer: Answer, view: View) -> Markup:
    """The rows of an answer as paragraphs; what is unknown in a fact is left out of it."""
    found = rows(panel.query, answer)
    if not found:
        return tables.empty(view, plain_table.EMPTY.get(panel.id, "no_data"))
    told, more = plain_table.with_rest(
        "article", [_paragraph(panel, row, view) for row in found], view, SHOWN
    )
    return Markup('<div class="unfolds">{}<div class="statements">{}</div></div>').format(
        more, told
    )


def _paragraph(panel: Panel, row: Row, view: View) -> Markup:
    fields = statement(panel)
    texts = Markup("").join(
        Markup("<p>{}</p>").format(read(row, one.name))
        for one in _seen(fields.texts, view)
        if read(row, one.name)
    )
    facts = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            plain_table.title(one, view), _fact(one, row, view)
        )
        for one in fields.facts
        if read(row, one.name) is not None and one.name != "unit"
    )
    below = Markup('<dl class="facts">{}</dl>').format(facts) if facts else facts
    return Markup(
        '<div class="said {}" data-testid="{}-statement"><h3>{}</h3>{}{}</div>'
    ).format(
        row_standing(fields.facts, row),
        panel.id,
        " ".join(plain_table.cell(one, row, view) for one in _seen(fields.heading, view)),
        texts,
        below,
    )  # fmt: skip


def _fact(field: Field, row: Row, view: View) -> str:
    said = plain_table.cell(field, row, view)
    return f"{said} {view.unit(str(row['unit']))}" if field.unit == ROW_UNIT else said


def _seen(fields: tuple[Field, ...], view: View) -> list[Field]:
    return [one for one in fields if is_for(one, view.language)]
