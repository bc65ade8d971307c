"""``carbonpeak indicators``: the park's indicators, their tables, and titles."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.options import Data, Json

app = typer.Typer(
    help="Indicators against their targets, and titles. / 指标完成情况与称号。",
    no_args_is_help=True,
)

# Of the columns; --json gives all of them.
SHOWN = [
    "table", "code", "name_zh", "kind", "year", "value", "unit", "origin", "target", "target_year",
    "margin", "state", "reason",
]  # fmt: skip
TABLES = [
    "code", "name_zh", "name_en", "year", "rows", "met", "missed", "not_met", "on_track", "behind",
    "open", "no_target", "unknown", "not_asked",
]  # fmt: skip
TITLES = ["scope", "code", "name_zh", "name_en", "level", "awarded", "valid_to", "state"]
COUNTS = ["title", "name_zh", "name_en", "holders", "national", "provincial", "city", "of"]
STATEMENTS = ["table", "code", "statement_zh", "statement_en"]

Year = Annotated[
    int | None, typer.Option(help="Year of the park's time; by default the last one that is over.")
]
Day = Annotated[str | None, typer.Option(help="Day of the park's time; by default today.")]


@app.command("list")
def list_indicators(
    table: Annotated[str | None, typer.Option(help="Only this table.")] = None,
    code: Annotated[str | None, typer.Option(help="Only this row.")] = None,
    year: Year = None,
    statements: Annotated[
        bool, typer.Option("--statements", help="The sentences instead of the figures.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Values, targets and states of the indicators.

    Example: carbonpeak indicators list --table plan_14 --year 2025
    """
    wanted = {"table": table, "code": code, "year": year}
    shown = STATEMENTS if statements else SHOWN
    ask_table("/indicators", wanted, shown, data=data, json=json)


@app.command("tables")
def tables(year: Year = None, data: Data = None, json: Json = False) -> None:
    """The tables, and how many of their rows stand how.

    Example: carbonpeak indicators tables
    """
    ask_table("/indicators/tables", {"year": year}, TABLES, data=data, json=json)


@app.command("titles")
def titles(
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    on: Day = None,
    counts: Annotated[
        bool, typer.Option("--counts", help="Instead: how many hold each title.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Titles that the park and its enterprises hold.

    Example: carbonpeak indicators titles --counts
    """
    if counts:
        if enterprise is not None:
            raise typer.BadParameter("is not for --counts", param_hint="--enterprise")
        ask_table("/title-counts", {"on": on}, COUNTS, data=data, json=json)
        return
    ask_table("/titles", {"on": on, "enterprise": enterprise}, TITLES, data=data, json=json)
