"""``carbonpeak permits``: what outlets may discharge, beside the standards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table

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
    wanted: dict[str, str] = {"looser": str(looser).lower()}
    for name, value in (("enterprise", enterprise), ("point", point)):
        if value is not None:
            wanted[name] = value
    if on is not None:
        wanted["on"] = on.date().isoformat()
    with open_api(settings_for(data)) as api:
        body = answer(api.get("/permits", params=wanted)).json()
    if json:
        print_json(body)
        return
    print_table(SHOWN, body["items"])
