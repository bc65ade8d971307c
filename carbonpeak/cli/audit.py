"""``carbonpeak audit``: whether what is stored is what was received."""

from __future__ import annotations

import typer

from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import print_json

app = typer.Typer(help="Checks of the record itself.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Checks of the record itself."""


@app.command()
def verify(data: Data = None, json: Json = False) -> None:
    """Recompute the hash chain of all batches and the usage of all meters; check what is frozen.

    Exit code 1 where anything differs. Example: carbonpeak audit verify --json
    """
    audit = ask("/audit", {}, data)
    if json:
        print_json(audit)
    else:
        for fault in audit["chain_faults"]:
            typer.echo(f"{fault['writer']} batch {fault['batch']}: {fault['detail']}", err=True)
        for fault in audit["frozen_faults"]:
            typer.echo(f"frozen inventory {fault['id']}: {fault['detail']}", err=True)
        typer.echo(
            f"{audit['batches']:,} batches, {len(audit['chain_faults'])} with faults; "
            f"{audit['usage_hours']:,} usage hours, {audit['usage_differences']:,} differ from a "
            f"recompute, {audit['touched']:,} hours to settle; {audit['frozen']:,} frozen "
            f"inventories, {len(audit['frozen_faults'])} with faults"
        )
    if audit["chain_faults"] or audit["usage_differences"] or audit["frozen_faults"]:
        raise typer.Exit(1)
