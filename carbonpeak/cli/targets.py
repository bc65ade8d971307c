"""``carbonpeak targets`` and ``dual-control``: what is allowed, what was used, who passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import typer

from carbonpeak.cli.asking import ask, ask_table
from carbonpeak.cli.inventory import Enterprise, Year
from carbonpeak.cli.options import Data, Json

# Of the columns; --json gives all of them.
TARGETS = [
    "code", "subject", "basis", "period", "asked_period", "allowed", "actual", "unit", "used_share",
    "even_rate_per_day", "rate_per_day", "expected_course", "state", "reason",
]  # fmt: skip
BREAKDOWN = [
    "scope", "code", "subject", "basis", "allowed", "parts_allowed", "difference", "unit",
    "without_target", "verdict",
]  # fmt: skip
LEAD_UNITS = [
    "lead_unit", "code", "subject", "period", "state", "mid_year", "mid_allowed", "mid_actual",
    "mid_state",
]  # fmt: skip
DUAL_CONTROL = [
    "code", "control", "total_actual", "total_allowed", "total_state", "intensity_actual",
    "intensity_allowed", "intensity_state", "renewable_tce", "verdict", "reason",
]  # fmt: skip

Scope = Annotated[
    Literal["park", "cluster", "enterprise"] | None, typer.Option(help="Only of these.")
]
Cluster = Annotated[str | None, typer.Option(help="Only this cluster.")]
Words = Annotated[
    str | None, typer.Option(help="Statements instead of figures, in this language: zh or en.")
]


def targets(
    year: Year = None,
    scope: Scope = None,
    cluster: Cluster = None,
    enterprise: Enterprise = None,
    path: Annotated[
        bool, typer.Option("--path", help="Instead: every year of targets of several years.")
    ] = False,
    breakdown: Annotated[
        bool, typer.Option("--breakdown", help="Instead: totals beside the sum of their parts.")
    ] = False,
    lead_units: Annotated[
        bool, typer.Option("--lead-units", help="Instead: what each lead unit answers for.")
    ] = False,
    words: Words = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Targets of a year: allowed, used, the daily rate that would meet them, and their state.

    Example: carbonpeak targets --year 2026 --cluster equipment
    """
    if sum((path, breakdown, lead_units)) > 1:
        raise typer.BadParameter("--path, --breakdown and --lead-units are three questions")
    whose: dict[str, object] = {"scope": scope, "cluster": cluster, "enterprise": enterprise}
    if path and year is not None:
        raise typer.BadParameter("--path has all its years, no --year")
    if (breakdown or lead_units) and any(one is not None for one in whose.values()):
        raise typer.BadParameter("--breakdown and --lead-units are of the whole park")
    if path:
        _tell("/targets/path", whose, TARGETS, words=words, data=data, json=json)
    elif breakdown:
        _tell("/targets/breakdown", {"year": year}, BREAKDOWN, words=words, data=data, json=json)
    elif lead_units:
        _tell("/targets/lead-units", {"year": year}, LEAD_UNITS, words=words, data=data, json=json)
    else:
        _tell("/targets", {"year": year, **whose}, TARGETS, words=words, data=data, json=json)


def dual_control(
    year: Year = None,
    scope: Scope = None,
    cluster: Cluster = None,
    enterprise: Enterprise = None,
    judged: Annotated[
        bool, typer.Option("--judged", help="Only where there is a verdict.")
    ] = False,
    words: Words = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Verdicts of the control of energy and of carbon, by the rules of the year.

    Example: carbonpeak dual-control --year 2025 --scope enterprise --words en
    """
    wanted = {
        "year": year, "scope": scope, "cluster": cluster, "enterprise": enterprise,
        "judged": judged or None,
    }  # fmt: skip
    _tell("/dual-control", wanted, DUAL_CONTROL, words=words, data=data, json=json)


def _tell(
    path: str,
    wanted: Mapping[str, object],
    shown: list[str],
    *,
    words: str | None,
    data: Data,
    json: bool,
) -> None:
    if words not in (None, "zh", "en"):
        raise typer.BadParameter(f"--words: {words!r} is neither zh nor en")
    if words is None or json:
        ask_table(path, wanted, shown, data=data, json=json)
        return
    for row in ask(path, wanted, data)["items"]:
        typer.echo(row[f"statement_{words}"])
