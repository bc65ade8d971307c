"""``carbonpeak peak``: has the park peaked, why do emissions change, how far is neutrality."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from carbonpeak.cli import nowcast
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.peak_whose import By, Code, Whose, tell

app = typer.Typer(
    help="Carbon peak: verdict, decomposition, decoupling, neutrality. / 碳达峰判断与分析。",
    no_args_is_help=True,
)

VERDICT = ["code", "series", "verdict", "reason", "n", "peak_year", "peak_value_t", "last_year",
           "last_value_t", "years_after", "mk_p", "slope_t"]  # fmt: skip
SERIES = ["code", "series", "year", "co2e_t", "origin", "judged", "boundary", "reason"]
EFFECTS = ["method", "first_year", "last_year", "effect", "effect_t", "share_of_first", "factor",
           "largest_unit", "largest_t"]  # fmt: skip
DECOUPLING = ["code", "span", "first_year", "last_year", "state", "elasticity", "co2e_first_t",
              "co2e_last_t", "of_first_1e4_yuan", "of_last_1e4_yuan", "reason"]  # fmt: skip
NEUTRALITY = ["code", "verdict", "level_t", "last_year", "goal_year", "residual_t",
              "reduction_t_per_year", "reduction_rate", "fall_since_peak_t_per_year"]  # fmt: skip


class Of(StrEnum):
    """What emissions are held against."""

    OUTPUT = "output"
    VALUE_ADDED = "value_added"
    GDP = "gdp"


@app.command("verdict")
def verdict(
    by: By = Whose.PARK,
    code: Code = None,
    raw: Annotated[bool, typer.Option("--raw", help="Only the series as it is.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Whether emissions have peaked, with the reasons, and what next year would change.

    Example: carbonpeak peak verdict --by cluster
    """
    wanted = {"by": by.value, "code": code, "adjusted": False if raw else None}
    tell("/peak", wanted, VERDICT, data=data, json=json)


@app.command("series")
def series(by: By = Whose.PARK, code: Code = None, data: Data = None, json: Json = False) -> None:
    """Yearly emissions, as they are and without weather and output.

    Example: carbonpeak peak series --by cluster --code equipment
    """
    wanted = {"by": by.value, "code": code}
    tell("/peak/series", wanted, SERIES, data=data, json=json, said=False)


@app.command("decomposition")
def decomposition(
    by: By = Whose.PARK,
    code: Code = None,
    first: Annotated[int | None, typer.Option(help="First year.")] = None,
    last: Annotated[int | None, typer.Option(help="Last year.")] = None,
    by_cluster: Annotated[
        bool, typer.Option("--by-cluster", help="Clusters as units, not enterprises.")
    ] = False,
    equivalent: Annotated[
        bool, typer.Option("--equivalent", help="Energy at the equivalent value (等价值).")
    ] = False,
    chained: Annotated[bool, typer.Option("--chained", help="From year to year.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Why emissions changed: activity, structure, intensity, energy mix, emission factors.

    Example: carbonpeak peak decomposition --first 2020 --last 2025
    """
    wanted = {
        "by": by.value, "code": code, "first": first, "last": last,
        "units": "cluster" if by_cluster else None, "energy": "equivalent" if equivalent else None,
        "chained": True if chained else None,
    }  # fmt: skip
    tell("/peak/decomposition", wanted, EFFECTS, data=data, json=json)


@app.command("decoupling")
def decoupling(
    by: By = Whose.PARK,
    code: Code = None,
    of: Annotated[Of, typer.Option(help="What emissions are held against.")] = Of.OUTPUT,
    data: Data = None,
    json: Json = False,
) -> None:
    """How far emissions have come apart from output (Tapio), year by year and over all years.

    Example: carbonpeak peak decoupling --by cluster --code equipment
    """
    wanted = {"by": by.value, "code": code, "of": of.value}
    tell("/peak/decoupling", wanted, DECOUPLING, data=data, json=json, said=False)


@app.command("neutrality")
def neutrality(
    by: By = Whose.PARK,
    code: Code = None,
    residual: Annotated[
        float | None, typer.Option(min=0, help="Emissions in t that are left to sinks.")
    ] = None,
    goal: Annotated[int | None, typer.Option(help="The goal's year; by default 2060.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """The way to neutrality, and what an even path asks of every year.

    Example: carbonpeak peak neutrality --residual 20000
    """
    wanted = {"by": by.value, "code": code, "residual_t": residual, "goal": goal}
    tell("/peak/neutrality", wanted, NEUTRALITY, data=data, json=json)


app.command("nowcast")(nowcast.nowcast)
app.command("months")(nowcast.months)
app.command("peers")(nowcast.peers)
