"""Statements: a paragraph a row in the reader's language, with what it is about and its facts."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.boards import Field, Panel
from dashboards.boards.placed_fields import is_for, statement
from dashboards.client import Answer
from dashboards.console import plain_table, tables
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View

SHOWN = 12  # paragraphs at most, where the panel has no limit; the API has the others


def statements(panel: Panel, answer: Answer, view: View) -> Markup:
    """The rows of an answer as paragraphs; what is unknown in a fact is left out of it."""
    found = rows(panel.query, answer)
    if not found:
        return tables.empty(view, plain_table.EMPTY.get(panel.id, "no_data"))
    shown = SHOWN if panel.limit is None else panel.limit
    told = Markup("").join(_paragraph(panel, row, view) for row in found[:shown])
    rest = len(found) - shown
    more = Markup("")
    if rest > 0:
        more = Markup('<p class="caption">{}</p>').format(view.word("more_rows", n=rest))
    return Markup('<div class="statements">{}</div>{}').format(told, more)


def _paragraph(panel: Panel, row: Row, view: View) -> Markup:
    fields = statement(panel)
    texts = Markup("").join(
        Markup("<p>{}</p>").format(read(row, one.name))
        for one in _seen(fields.texts, view)
        if read(row, one.name)
    )
    facts = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            plain_table.title(one, view), plain_table.cell(one, row, view)
        )
        for one in fields.facts
        if read(row, one.name) is not None
    )
    below = Markup('<dl class="facts">{}</dl>').format(facts) if facts else facts
    return Markup(
        '<article data-testid="{}-statement"><h3>{}</h3>{}{}</article>'
    ).format(
        panel.id,
        " ".join(plain_table.cell(one, row, view) for one in _seen(fields.heading, view)),
        texts,
        below,
    )  # fmt: skip


def _seen(fields: tuple[Field, ...], view: View) -> list[Field]:
    return [one for one in fields if is_for(one, view.language)]
