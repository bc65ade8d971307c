"""``carbonpeak factors``: what is published, side by side, what it is for, and its proof."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import print_json, print_table, tell_faults
from models.carbon.factor_checks import check

app = typer.Typer(
    help="Factor library: search, compare, prove. / 因子库：查询、比较、检验。",
    no_args_is_help=True,
)

# Of the columns; --json gives all of them.
LISTED = ["id", "value", "unit", "ncv_gj_per_unit", "year", "status", "name_zh", "region"]
COMPARED = [
    "id", "year", "per_unit", "unit", "ncv_gj_per_unit", "carbon_tc_per_gj", "oxidation_pct",
    "difference_pct", "change_pct", "status",
]  # fmt: skip
USES = ["guideline", "year_from", "year_to", "category", "method", "formula", "rule"]


@app.command("list")
def list_factors(
    search: Annotated[
        list[str] | None, typer.Argument(help="Words of id, names, region, source or note.")
    ] = None,
    set_: Annotated[str | None, typer.Option("--set", help="Only this factor set.")] = None,
    category: Annotated[
        str | None, typer.Option(help="Only materials of this category of the inventory.")
    ] = None,
    carrier: Annotated[str | None, typer.Option(help="Only this carrier, gas or material.")] = None,
    region: Annotated[str | None, typer.Option(help="Only this region.")] = None,
    year: Annotated[int | None, typer.Option(help="Only data of this year.")] = None,
    status: Annotated[
        str | None, typer.Option(help="verified, verified-secondary or 'from memory'.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List published factors with unit, year and status.

    Example: carbonpeak factors list 吉林 --year 2023
    """
    wanted = {
        "set": set_, "category": category, "carrier": carrier, "region": region, "year": year,
        "status": status, "search": " ".join(search or []) or None,
    }  # fmt: skip
    items = ask("/factors", wanted, data)["items"]
    if json:
        print_json(items)
        return
    print_table(LISTED, map(_exact, items))


@app.command("show")
def show(
    factor_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the factor.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show everything of one factor, and the guidelines and years in which it is chosen.

    Example: carbonpeak factors show cets_steel_2024/coke
    """
    path = quote(factor_id).replace("..", "%2E%2E")  # else a path above /factors
    found = ask(f"/factors/{path}", {}, data)
    if json:
        print_json(found)
        return
    uses = found.pop("uses")
    width = max(map(len, found))
    for name, value in found.items():
        if value is not None:
            typer.echo(f"{name:<{width}}  {value}")
    typer.echo("")
    if uses:
        print_table(USES, map(_exact, uses))
    else:
        typer.echo("no inventory chooses it / 核算不选用")


@app.command("compare")
def compare(
    carrier: Annotated[str, typer.Argument(help="Carrier, gas or material: natural_gas, coke.")],
    region: Annotated[str | None, typer.Option(help="Only this region.")] = None,
    basis: Annotated[str | None, typer.Option(help="Only this basis: average.")] = None,
    reference: Annotated[
        str | None, typer.Option(help="Id that the others are compared with; else the first.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Put the sets and years of one carrier side by side.

    Example: carbonpeak factors compare electricity --region 吉林
    """
    wanted = {"carrier": carrier, "region": region, "basis": basis, "reference": reference}
    items = ask("/factors/compare", wanted, data)["items"]
    if json:
        print_json(items)
        return
    differences = ("difference_pct", "change_pct")
    print_table(COMPARED, (_exact(item, rounded=differences) for item in items))


@app.command("check")
def check_files(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of reference data (guidelines.csv, factors/); else our own."),
    ] = None,
    json: Json = False,
) -> None:
    """Prove every factor file sound; exit code 1 where anything is wrong.

    Ids, statuses, sources, dates, units, plausible values, validity without overlap; what is
    derived is computed again, a fuel by its set's own formula.

    Example: carbonpeak factors check
    """
    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is not a folder", param_hint="folder")
    tell_faults(check(folder), as_json=json)


def _exact(row: dict[str, Any], rounded: tuple[str, ...] = ()) -> dict[str, Any]:
    """A row whose figures are printed as published, not with three decimals; years plainly."""
    return {
        name: f"{value:.15g}"
        if isinstance(value, int | float) and not isinstance(value, bool) and name not in rounded
        else value
        for name, value in row.items()
    }
