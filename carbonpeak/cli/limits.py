"""``carbonpeak limits``: what the standards allow, where it stands, and its proof."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import print_json, print_table, tell_faults
from models.environment.limit_checks import check

app = typer.Typer(
    help="Limits of standards: list, show, prove. / 标准限值：查询、查看、检验。",
    no_args_is_help=True,
)

# Of the columns; --json gives all of them.
LISTED = [
    "limit_class", "pollutant", "pollutant_name_zh", "bound", "value", "unit", "averaging",
    "condition", "status",
]  # fmt: skip
_OF_CLASS = (
    "limit_class", "name_zh", "name_en", "medium", "standard", "valid_from", "valid_to",
    "reference_oxygen_pct", "class_status", "class_source", "class_note",
)  # fmt: skip
SHOWN = [
    "pollutant", "pollutant_name_zh", "bound", "value", "unit", "averaging", "condition", "table",
    "status", "source", "note",
]  # fmt: skip


@app.command("list")
def list_limits(
    medium: Annotated[
        str | None, typer.Option(help="Only of this medium: waste_gas, waste_water, noise ...")
    ] = None,
    pollutant: Annotated[
        str | None, typer.Option(help="Only of this pollutant, a code of HJ 212-2017.")
    ] = None,
    standard: Annotated[str | None, typer.Option(help="Only of this standard.")] = None,
    status: Annotated[
        str | None, typer.Option(help="verified, verified-secondary or 'from memory'.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what is in force that day.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the limits with class, mean, unit and status.

    Example: carbonpeak limits list --pollutant a21002 --on 2026-03-01
    """
    asked = {
        "medium": medium, "pollutant": pollutant, "standard": standard, "status": status,
        "on": None if on is None else on.date().isoformat(),
    }  # fmt: skip
    items = _items(data, **asked)
    if json:
        print_json(items)
    else:
        print_table(LISTED, map(_exact, items))


@app.command("show")
def show(
    limit_class: Annotated[str, typer.Argument(metavar="CLASS", help="Code of a limit class.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show a class: its standard, validity and reference oxygen, and every limit with its source.

    Example: carbonpeak limits show GB13271-2014/new/gas
    """
    items = _items(data, limit_class=limit_class)
    if json:
        print_json(items)
        return
    width = max(map(len, _OF_CLASS))
    for name in _OF_CLASS:
        if items[0][name] is not None:
            typer.echo(f"{name:<{width}}  {items[0][name]}")
    typer.echo("")
    print_table(SHOWN, map(_exact, items))


@app.command("check")
def check_files(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of reference data (with limits/); else our own."),
    ] = None,
    json: Json = False,
) -> None:
    """Prove every limit file sound; exit code 1 where anything is wrong.

    Classes, dates, sources, statuses, codes, units, reference oxygen, one value a row.

    Example: carbonpeak limits check
    """
    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is not a folder", param_hint="folder")
    tell_faults(check(folder), as_json=json)


def _items(data: Path | None, **asked: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask("/limits", asked, data)["items"]
    return found


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose limit is printed as published, not with three decimals."""
    return row | {"value": f"{row['value']:.15g}"}
