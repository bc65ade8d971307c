"""``carbonpeak discharges``, ``exceedances`` and ``budgets``: what outlets emit, against limits."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.inventory import End, Enterprise, Start, Year
from carbonpeak.cli.options import Data, Json
from models.periods import Every

# Of the columns; --json gives all of them.
DISCHARGES = [
    "period", "enterprise", "point", "pollutant", "conc_measured", "conc_converted", "conc_unit",
    "flow_m3", "mass_kg", "substituted_kg", "valid_hours", "hours", "mark",
]  # fmt: skip
EXCEEDANCES = [
    "period", "enterprise", "point", "pollutant", "averaging", "value", "limit", "unit", "times",
    "standard", "clause", "basis", "excused",
]  # fmt: skip
BUDGETS = [
    "enterprise", "point", "pollutant", "permitted_kg", "mass_kg", "share", "left_kg",
    "runs_out_on", "seasonal_runs_out_on", "even_rate_kg_per_day",
]  # fmt: skip

Point = Annotated[str | None, typer.Option(help="Only this outlet.")]
Pollutant = Annotated[str | None, typer.Option(help="Only this code of HJ 212-2017.")]


def discharges(
    year: Year = None,
    start: Start = None,
    end: End = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = "month",
    enterprise: Enterprise = None,
    point: Point = None,
    pollutant: Pollutant = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Concentrations, flows and masses of outlets by pollutant and period.

    Example: carbonpeak discharges --start 2026-03 --end 2026-03 --every day --point DA001
    """
    wanted = {
        "year": year, "start": start, "end": end, "every": every, "enterprise": enterprise,
        "point": point, "pollutant": pollutant,
    }  # fmt: skip
    ask_table("/discharges", wanted, DISCHARGES, data=data, json=json)


def exceedances(
    year: Year = None,
    start: Start = None,
    end: End = None,
    enterprise: Enterprise = None,
    point: Point = None,
    pollutant: Pollutant = None,
    early: Annotated[
        bool, typer.Option("--early", help="Instead: running means near their limit now.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Means beyond their limit, of complete averaging periods.

    Example: carbonpeak exceedances --start 2026-03 --end 2026-03 --enterprise heat-01
    """
    wanted: dict[str, Any] = {"enterprise": enterprise, "point": point}
    if not early:
        wanted |= {"year": year, "start": start, "end": end, "pollutant": pollutant}
    shown = [*EXCEEDANCES[:-1], "elapsed_share"] if early else EXCEEDANCES
    ask_table("/early-warnings" if early else "/exceedances", wanted, shown, data=data, json=json)


def budgets(
    year: Year = None, enterprise: Enterprise = None, data: Data = None, json: Json = False
) -> None:
    """Annual amounts against permits, and the day on which they run out.

    Example: carbonpeak budgets --year 2026
    """
    ask_table("/budgets", {"year": year, "enterprise": enterprise}, BUDGETS, data=data, json=json)
