"""Permitted amounts: what of each is used, beside how much of the year is over."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from dashboards.boards import Panel
from dashboards.client import Answer
from dashboards.console import numbers, tables
from dashboards.console.rows import Row, rows
from dashboards.console.view import View

SHOWN = 12  # those that run out first


def budgets(panel: Panel, answer: Answer, view: View) -> Markup:
    """A bar an amount, those that run out first; a line in it stands where the year stands."""
    found = sorted(rows(panel.query, answer), key=_order)
    if not found:
        return tables.empty(view, "none_permitted")
    elapsed = year_elapsed(view)
    lines = Markup("").join(_line(row, elapsed, view) for row in found[:SHOWN])
    rest = len(found) - SHOWN
    more = Markup("")
    if rest > 0:
        more = Markup('<p class="caption">{}</p>').format(view.word("more_rows", n=rest))
    return Markup('<p class="caption">{}</p><ul class="budgets">{}</ul>{}').format(
        view.word("year_elapsed", share=numbers.percent(elapsed)), lines, more
    )


def year_elapsed(view: View) -> float:
    """How much of the park's calendar year is over."""
    start, end = (datetime(year, 1, 1, tzinfo=view.zone) for year in (view.year, view.year + 1))
    return (view.now - start) / (end - start)


def _order(row: Row) -> tuple[str, float]:
    return row["runs_out_on"] or "9999", -(row["share"] or 0.0)


def _line(row: Row, elapsed: float, view: View) -> Markup:
    share, out = row["share"], row["runs_out_on"]
    standing = "within"
    if out is not None:
        standing = "beyond" if numbers.known(share) and share >= 1 else "near"
        told = view.word("used_up" if standing == "beyond" else "runs_out", day=out)
    else:
        known = numbers.known(row["expected_kg"])
        told = view.word("lasts" if known else "course_unknown")
    left = numbers.measured(row["left_kg"])
    left = f"{left} kg" if numbers.known(row["left_kg"]) else left
    return Markup(
        '<li class="{standing}" data-testid="budget"><span class="name">{point} · {pollutant}'
        "<small>{enterprise}</small></span><b>{share}</b>"
        '<span class="limit">{mass} / {permitted} kg · {left} · <em>{told}</em></span>'
        '<span class="bar"><i style="width:{width:.1f}%"></i>'
        '<u style="left:{elapsed:.1f}%"></u></span></li>'
    ).format(
        standing=standing,
        point=view.point(row["enterprise"], row["point"]),
        pollutant=view.pollutant(row["pollutant"]),
        enterprise=view.enterprise(row["enterprise"]),
        share=numbers.percent(share),
        mass=numbers.measured(row["mass_kg"]),
        permitted=numbers.measured(row["permitted_kg"]),
        left=view.word("left", mass=left),
        told=told,
        width=100 * min(share, 1.0) if numbers.known(share) else 0.0,
        elapsed=100 * elapsed,
    )
