"""``carbonpeak registry``: what is registered, and loading it from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
from carbonpeak.stores import open_registry
from store.registry_db import RegistryDatabase, describe
from store.registry_db.history import history
from store.registry_files import load

app = typer.Typer(
    help="Enterprises, meters and all else that figures depend on.", no_args_is_help=True
)


def _database(data: Path | None) -> RegistryDatabase:
    settings = settings_for(data)
    settings.data.mkdir(parents=True, exist_ok=True)
    return open_registry(settings)


@app.command("load")
def load_folder(
    folder: Annotated[
        Path, typer.Argument(help="Folder of park.yaml, enterprises.csv, meters.csv ...")
    ],
    data: Data = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference only.")] = False,
    json: Json = False,
) -> None:
    """Load a folder of files: show the difference and apply it in one transaction.

    Any fault of any file is listed and nothing is applied. A running service sees the change within
    a second. Example: carbonpeak registry load ./registry --dry-run
    """
    difference = load(_database(data), folder, dry_run=dry_run)
    if json:
        print_json(difference.as_json())
        return
    for line in difference.lines():
        typer.echo(line)


@app.command()
def show(data: Data = None, json: Json = False) -> None:
    """Show what is registered.

    Example: carbonpeak registry show --json
    """
    description = describe(_database(data).snapshot())
    if json:
        print_json(description)
        return
    for noun, rows in description.items():
        typer.echo(f"\n{noun}")
        listed = [rows] if isinstance(rows, dict) else rows
        print_table(list(listed[0]) if listed else [], listed)


@app.command("history")
def list_history(
    data: Data = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 20,
    json: Json = False,
) -> None:
    """Show what each change of the registry did: added, corrected (old -> new), closed, withdrawn.

    Example: carbonpeak registry history --limit 5
    """
    found = history(_database(data), limit)
    if json:
        print_json(
            [
                {"version": one.version, "recorded_at": one.recorded_at.isoformat()}
                | one.difference.as_json()
                | {"activity": [f"{record.id} {record.state}" for record in one.activity]}
                for one in found
            ]
        )
        return
    for one in found:
        counts = one.difference.counts.items()
        said = "; ".join(
            f"{kind} {number} {action}" for kind, by in counts for action, number in by.items()
        )
        if one.activity:
            said = "; ".join(f"activity record {r.id} {r.state}" for r in one.activity[:5])
            said += f"; {len(one.activity) - 5} more" if len(one.activity) > 5 else ""
        typer.echo(f"version {one.version}, {one.recorded_at.isoformat()}: {said}")
        # What is new is what a registry holds; what was put right is what one looks for.
        for line in one.difference.lines():
            if not line.startswith("+"):
                typer.echo(f"  {line}")
