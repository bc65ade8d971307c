"""What is long of each enterprise: folded under its name, which says what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from dashboards.boards import Panel, Text
from dashboards.client import Answer
from dashboards.console import plain_table, tables, texts
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View

Summary = Callable[[list[Row], View], str]


def by_enterprise(panel: Panel, answer: Answer, view: View, summary: Summary) -> Markup:
    """The statements of an answer in the order of its enterprises, opened one by one."""
    by_name: dict[str, list[Row]] = {}
    for row in rows(panel.query, answer):
        by_name.setdefault(str(row["enterprise"]), []).append(row)
    if not by_name:
        return tables.empty(view)
    drawn = [
        Markup(
            '<details data-testid="{}-of"><summary><b>{}</b><span>{}</span></summary><ul>{}</ul>'
            "</details>"
        ).format(
            panel.id,
            view.enterprise(enterprise),
            summary(of, view),
            Markup("").join(_line(row, view) for row in of),
        )
        for enterprise, of in by_name.items()
    ]
    told, more = plain_table.with_rest("div", drawn, view)
    return Markup('<div class="unfolds">{}<div class="folded">{}</div></div>').format(more, told)


def _line(row: Row, view: View) -> Markup:
    return Markup("<li>{}</li>").format(read(row, f"statement_{view.language}"))


def named(table: Mapping[str, Text], rows: list[Row], view: View) -> str:
    """The criteria of rows, by name."""
    said = (texts.named(table, row["criterion"], view.language) for row in rows if row["criterion"])
    return view.word("comma").join(said)
