"""``carbonpeak roadmap``: scenarios to 2060, their measures and what they assume."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from carbonpeak.cli.asking import ask, ask_table
from carbonpeak.cli.inventory import Enterprise
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import print_json, print_table

# Of the columns; --json gives all of them.
SCENARIOS = [
    "scenario", "verdict", "peak_year", "peak_year_low", "peak_year_high", "peak_t", "co2e_2030_t",
    "co2e_2035_t", "co2e_2060_t", "probability_by_2030", "reason",
]  # fmt: skip
SHOWN = {
    "years": ["scenario", "year", "origin", "co2e_t", "low_t", "high_t", "baseline_t", "saved_t"],
    "measures": [
        "scenario", "code", "enterprise", "kind", "saving_co2e_t", "saved_2030_t",
        "cost_yuan_per_t", "cumulated_2030_t", "counted", "reason",
    ],
    "assumptions": [
        "scenario", "parameter", "cluster", "from_year", "value_pct", "low_pct", "high_pct",
        "source",
    ],
}  # fmt: skip


class What(StrEnum):
    """What of the roadmap is told."""

    SCENARIOS = "scenarios"
    YEARS = "years"
    MEASURES = "measures"
    ASSUMPTIONS = "assumptions"


def roadmap(
    what: Annotated[What, typer.Argument(help="What is told.")] = What.SCENARIOS,
    scenario: Annotated[str | None, typer.Option(help="Only this scenario.")] = None,
    enterprise: Enterprise = None,
    draws: Annotated[int | None, typer.Option(help="How often intervals are drawn.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the draws.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Peak and level of each scenario to 2060, its years, measures or assumptions.

    Example: carbonpeak roadmap measures --scenario planned
    """
    wanted: dict[str, Any] = {"scenario": scenario}
    if what is What.MEASURES:
        wanted |= {"enterprise": enterprise}
    if what in (What.SCENARIOS, What.YEARS):
        wanted |= {"draws": draws, "seed": seed}
    if what is not What.SCENARIOS:
        path = "/roadmap" if what is What.YEARS else f"/roadmap/{what.value}"
        ask_table(path, wanted, SHOWN[what.value], data=data, json=json)
        return
    body = ask("/roadmap/scenarios", wanted, data)
    if json:
        print_json(body)
        return
    print_table(SCENARIOS, body["items"])
    for row in body["items"]:
        typer.echo(f"\n{row['statement_zh']}\n{row['statement_en']}")
