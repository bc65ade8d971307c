"""Which factors stand behind the figures: of which year, chosen by which rule, verified or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboards.boards import Panel, codes
from dashboards.client import Answer
from dashboards.console import texts
from dashboards.console.numbers import UNKNOWN
from dashboards.console.rows import rows
from dashboards.console.tables import empty
from dashboards.console.view import View


@dataclass(frozen=True, order=True)
class FactorUse:
    """One factor as the inventory used it for a carrier."""

    scope: int
    carrier: str
    factor_id: str
    match: str
    status: str
    year: int | None
    coal_rate_year: int | None


def factor_uses(panel: Panel, answer: Answer) -> list[FactorUse]:
    """The different factors of the inventory's rows, by scope and carrier."""
    return sorted(
        {
            FactorUse(
                scope=row["scope"],
                carrier=row["carrier"],
                factor_id=row["factor_id"],
                match=row["factor_match"] or "",
                status=row["factor_status"] or "",
                year=row.get("factor_year"),
                coal_rate_year=row.get("coal_rate_year"),
            )
            for row in rows(panel.query, answer)
            if row.get("factor_id")
        },
        key=lambda use: (-use.scope, use.carrier, use.factor_id),
    )


def notes(panel: Panel, uses: Sequence[FactorUse], view: View) -> list[str]:
    """The honest line beneath a figure: whose factors, of which year, with which status."""
    if panel.fields[0].unit.startswith("tCO2e"):
        said = dict.fromkeys(_short(use, view) for use in uses)
        joint = view.word("comma")
        return [view.word("factors_line", factors=joint.join(said))] if said else []
    if any(field.name == "energy_tce_equivalent" for field in panel.fields):
        years = sorted({use.coal_rate_year for use in uses if use.coal_rate_year})
        return [view.word("coal_rate", year=" / ".join(map(str, years)))] if years else []
    return []


def table(panel: Panel, answer: Answer, view: View) -> Markup:
    """Every factor of the year's inventory with the rule that chose it and its status."""
    uses = factor_uses(panel, answer)
    if not uses:
        return empty(view)
    shown = ("carrier", "scope", "factor_id", "factor_year", "factor_match", "factor_status")
    titles = {field.name: view.say(field.title) for field in panel.fields}
    head = Markup("").join(Markup("<th>{}</th>").format(titles[name]) for name in shown)
    body = Markup("").join(
        Markup(
            '<tr data-testid="factor-row"><td><b>{}</b></td><td>{}</td><td><code>{}</code></td>'
            '<td class="{}">{}</td><td>{}</td><td>{}</td></tr>'
        ).format(
            texts.named(codes.CARRIERS, use.carrier, view.language),
            view.word("scope", n=use.scope),
            use.factor_id,
            "unsaid" if use.year is None else "",
            _year(use, view),
            texts.named(codes.MATCHES, use.match, view.language),
            texts.named(codes.STATUSES, use.status, view.language) if use.status else UNKNOWN,
        )
        for use in uses
    )
    return Markup(
        '<table class="grid factors"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(head, body)


def _year(use: FactorUse, view: View) -> str:
    if use.year is None:
        return UNKNOWN
    if use.year == view.year:
        return str(use.year)
    return view.word("earlier_year", factor_year=use.year, year=view.year)


def _short(use: FactorUse, view: View) -> str:
    carrier = texts.named(codes.CARRIERS, use.carrier, view.language)
    about = []
    if use.year is not None and use.year != view.year:
        about.append(view.word("of_year", year=use.year))
    if use.status and use.status != "verified":
        about.append(texts.named(codes.SHORT_STATUSES, use.status, view.language))
    if not about:
        return carrier
    return view.word("short_factor", carrier=carrier, about=view.word("comma").join(about))
