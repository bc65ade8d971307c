"""``carbonpeak allowances``: positions in the national ETS, and the ledger of rights."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask, ask_table
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import print_json, print_table

app = typer.Typer(
    help="Allowances and other rights, certificates. / 配额、用能权、排污权与绿证。",
    no_args_is_help=True,
)

Year = Annotated[
    int | None, typer.Option(help="Accounting year; without one the last and the running one.")
]
Enterprise = Annotated[str | None, typer.Option(help="Only of this enterprise.")]
Instrument = Annotated[str | None, typer.Option(help="Only this kind of right.")]
On = Annotated[str | None, typer.Option(help="As of the end of this day, 2026-09-30.")]

# Of the columns; --json gives all of them.
POSITION = [
    "enterprise", "year", "verdict", "emissions_t", "allocation_t", "due_t", "short_t",
    "outstanding_t", "held_t", "to_come_t", "to_buy_t", "cost_1e4_yuan", "surrender_by",
]  # fmt: skip
UNITS = [
    "enterprise", "year", "unit_class", "electricity_generated_mwh", "heat_supplied_gj",
    "load_correction", "electricity_benchmark_t_per_mwh", "heat_benchmark_t_per_gj",
    "benchmark_stage", "allocation_t", "reason", "notes",
]  # fmt: skip
MOVEMENTS = [
    "on", "id", "enterprise", "instrument", "item", "vintage", "kind", "change", "held", "unit",
    "for_year", "counterpart", "price_yuan", "document",
]  # fmt: skip
BALANCES = [
    "enterprise", "instrument", "item", "vintage", "unit", "issued", "bought", "carried_in",
    "held", "frozen", "surrendered", "cancelled", "expired",
]  # fmt: skip
CERTIFICATES = [
    "certificate", "enterprise", "recorded_mwh", "moved_mwh", "used_mwh", "moved_used_mwh",
    "held_mwh", "state",
]  # fmt: skip
RIGHTS = [
    "enterprise", "instrument", "item", "unit", "granted", "used", "expected", "left", "share",
    "permitted", "state", "reason",
]  # fmt: skip


@app.command()
def position(
    year: Year = None,
    enterprise: Enterprise = None,
    price: Annotated[
        float | None, typer.Option(help="Yuan an allowance; by default the last known price.")
    ] = None,
    words: Annotated[bool, typer.Option("--words", help="Also print it in words.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Positions in the national ETS: allocation, what is due, what must be bought.

    Example: carbonpeak allowances position --year 2025 --price 80
    """
    asked = {"year": year, "enterprise": enterprise, "price_yuan": price}
    body = ask("/allowances", asked, data)
    if json:
        print_json(body)
        return
    print_table(POSITION, body["items"])
    if words:
        for row in body["items"]:
            typer.echo(f"\n{row['statement_zh']}\n{row['statement_en']}")


@app.command()
def units(
    year: Year = None, enterprise: Enterprise = None, data: Data = None, json: Json = False
) -> None:
    """Allocations by class of units, with amounts and benchmarks.

    Example: carbonpeak allowances units --year 2025 --enterprise heat-01
    """
    asked = {"year": year, "enterprise": enterprise}
    ask_table("/allowances/units", asked, UNITS, data=data, json=json)


@app.command()
def movements(
    enterprise: Enterprise = None,
    instrument: Instrument = None,
    on: On = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Movements of rights with their running balance.

    Example: carbonpeak allowances movements --instrument allowance --on 2026-09-30
    """
    asked = {"enterprise": enterprise, "instrument": instrument, "on": on}
    ask_table("/allowances/movements", asked, MOVEMENTS, data=data, json=json)


@app.command()
def balances(
    enterprise: Enterprise = None,
    instrument: Instrument = None,
    on: On = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Balances of rights as of a day, by vintage and item.

    Example: carbonpeak allowances balances --enterprise heat-01 --on 2026-09-30
    """
    asked = {"enterprise": enterprise, "instrument": instrument, "on": on}
    ask_table("/allowances/balances", asked, BALANCES, data=data, json=json)


@app.command()
def check(enterprise: Enterprise = None, data: Data = None, json: Json = False) -> None:
    """What does not agree in the record of movements; exit code 1 where something does not.

    Example: carbonpeak allowances check
    """
    body = ask("/allowances/findings", {"enterprise": enterprise}, data)
    if json:
        print_json(body)
    else:
        for row in body["items"]:
            typer.echo(f"{row['statement_zh']}\n{row['statement_en']}")
        if not body["items"]:
            typer.echo("记录相符。\nThe record agrees.")
    if body["items"]:
        raise typer.Exit(1)


@app.command()
def certificates(
    enterprise: Enterprise = None, on: On = None, data: Data = None, json: Json = False
) -> None:
    """Green certificates as recorded, against their movements.

    Example: carbonpeak allowances certificates --enterprise axle-01
    """
    asked = {"enterprise": enterprise, "on": on}
    ask_table("/allowances/certificates", asked, CERTIFICATES, data=data, json=json)


@app.command()
def rights(
    year: Annotated[int | None, typer.Option(help="Year; by default this one.")] = None,
    enterprise: Enterprise = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Energy-use and discharge rights against what was used of them.

    Example: carbonpeak allowances rights --year 2026
    """
    asked = {"year": year, "enterprise": enterprise}
    ask_table("/rights", asked, RIGHTS, data=data, json=json)
