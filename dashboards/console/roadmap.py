"""The page "roadmap": scenarios in words and lines, their measures, what they assume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup

from dashboards.boards import Panel
from dashboards.boards.roadmap import ROADMAP
from dashboards.client import Answer
from dashboards.console import numbers, tables
from dashboards.console.board_page import Layout
from dashboards.console.plain_table import table
from dashboards.console.rows import Row
from dashboards.console.statements import statements
from dashboards.console.view import View

# Named as the answer of the scenarios names them; a park's own scenario is called by its code.
_NAMED = {"continued", "planned", "accelerated"}


def by_scenario(panel: Panel, answer: Answer, view: View) -> Markup:
    """A table for each scenario: its rows are in an order of their own."""
    shown = replace(panel, fields=tuple(one for one in panel.fields if one.name != "scenario"))
    rows: dict[str, list[Row]] = {}
    called = {row["code"]: row[f"name_{view.language}"] for row in answer[panel.query.root]}
    for row in answer[panel.query.root]:
        rows.setdefault(str(row["scenario"]), []).append(row)
    if not rows:
        return tables.empty(view)
    return Markup("").join(
        Markup('<h3 class="part">{}</h3>{}').format(
            _called(name, view),
            table(shown, {panel.query.root: [_told(row, called, view) for row in of]}, view),
        )
        for name, of in rows.items()
    )


def _told(row: Row, called: Mapping[str, str], view: View) -> Row:
    """A measure of nobody is the park's; others that it is part of go by their names."""
    whole = [called.get(code, code) for code in (row.get("overlaps") or "").split("|") if code]
    return row | {
        "enterprise": row["enterprise"] or view.word("explain_park"),
        "overlaps": view.word("comma").join(whole) or None,
    }


def once(panel: Panel, answer: Answer, view: View) -> Markup:
    """Each measure once, with all scenarios that it does not count in."""
    found: dict[str, Row] = {}
    for row in answer[panel.query.root]:
        before = found.get(row["code"])
        scenarios = before["scenarios"] if before else []
        said = [*scenarios, row["scenario"]] if row["scenario"] else scenarios
        called = view.word("comma").join(dict.fromkeys(_called(one, view) for one in said))
        found[row["code"]] = row | {"scenario": called or None, "scenarios": said}
    if not found:
        return tables.empty(view, "all_counted")
    return statements(panel, {panel.query.root: list(found.values())}, view)


def side_by_side(panel: Panel, answer: Answer, view: View) -> Markup:
    """A row a parameter and cluster, a column a scenario: rates with their intervals, and since
    when where they change.
    """
    found = answer[panel.query.root]
    if not found:
        return tables.empty(view)
    scenarios = list(dict.fromkeys(row["scenario"] for row in found))
    cells: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in found:
        key = row[f"parameter_{view.language}"], row[f"cluster_{view.language}"]
        cells.setdefault(key, {}).setdefault(row["scenario"], []).append(row)
    parameter, cluster = (
        view.word("parameter"), view.word("cluster"),
    )  # fmt: skip
    head = Markup("").join(
        Markup("<th>{}</th>").format(one)
        for one in (parameter, cluster, *(_called(name, view) for name in scenarios))
    )
    body = Markup("").join(
        Markup('<tr><td data-title="{}">{}</td><td data-title="{}">{}</td>{}</tr>').format(
            parameter,
            key[0],
            cluster,
            key[1],
            Markup("").join(
                Markup('<td data-title="{}"><div>{}</div></td>').format(
                    _called(name, view), _rates(of.get(name, []))
                )
                for name in scenarios
            ),
        )
        for key, of in cells.items()
    )
    return Markup(
        '<p class="caption">{}</p><table class="grid plain" data-testid="{}-table"><thead><tr>{}'
        "</tr></thead><tbody>{}</tbody></table>"
    ).format(view.word("rates_told"), panel.id, head, body)


def _rates(rows: list[Row]) -> Markup:
    if not rows:
        return Markup("{}").format(numbers.UNKNOWN)
    return Markup("<br>").join(
        Markup('{}{} <small class="inline">{}</small>').format(
            f"{row['from_year']}: " if len(rows) > 1 else "",
            numbers.measured(row["value_pct"]),
            ""
            if row["low_pct"] is None
            else f"{numbers.measured(row['low_pct'])} ~ {numbers.measured(row['high_pct'])}",
        )
        for row in rows
    )


def _called(scenario: str, view: View) -> str:
    return view.word(f"scenario_{scenario}") if scenario in _NAMED else scenario


LAYOUT = Layout(
    path="roadmap",
    board=ROADMAP,
    places=dict.fromkeys(
        ("scenarios", "courses", "measures", "measures-not-counted", "assumptions"), "full"
    ),
    drawn={"measures": by_scenario, "measures-not-counted": once, "assumptions": side_by_side},
)
