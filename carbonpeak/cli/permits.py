"""``carbonpeak permits``: what outlets may discharge, beside the standards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.options import Data, Json

# Of the columns; --json gives all of them.
SHOWN = [
    "enterprise", "point", "pollutant", "kind", "averaging", "value", "unit",
    "reference_oxygen_pct", "valid_to", "days_left", "limit_class", "limit", "looser",
]  # fmt: skip


def permits(
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    point: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="In force that day; today.")
    ] = None,
    looser: Annotated[
        bool, typer.Option("--looser", help="Only those that allow more than the standards.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """What outlets may discharge, and whether the standards allow as much.

    Example: carbonpeak permits --looser
    """
    wanted = {
        "looser": str(looser).lower(), "enterprise": enterprise, "point": point,
        "on": None if on is None else on.date().isoformat(),
    }  # fmt: skip
    ask_table("/permits", wanted, SHOWN, data=data, json=json)
