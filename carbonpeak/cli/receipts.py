"""``carbonpeak receipts``: what was expected of senders, and what came."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.options import Data, Json

# Of the columns; --json gives all of them.
SHOWN = [
    "period", "enterprise", "meter", "expected", "received", "missing", "duplicate", "late",
    "suspect", "rejected", "completeness", "complete", "clock_offset_s",
]  # fmt: skip


def receipts(
    start: Annotated[
        str | None,
        typer.Option(help="First period: yesterday, 2026-03-05, 2026-03; default today."),
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last period, inclusive.")] = None,
    every: Annotated[
        Literal["day", "month", "year"], typer.Option(help="Length of a period.")
    ] = "day",
    by: Annotated[
        Literal["meter", "enterprise"], typer.Option(help="A row for each of these.")
    ] = "meter",
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    meter: Annotated[str | None, typer.Option(help="Only this meter.")] = None,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Only rows of which something is missing.")
    ] = False,
    worst: Annotated[
        int | None, typer.Option(min=1, help="Only so many rows, the most missing first.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Readings expected, received, missing, late, refused, and clocks, by local day.

    Example: carbonpeak receipts --start yesterday --by enterprise
    """
    wanted = {
        "start": start, "end": end, "every": every, "by": by,
        "enterprise": enterprise, "meter": meter, "incomplete": incomplete, "worst": worst,
    }  # fmt: skip
    ask_table("/receipts", wanted, SHOWN, data=data, json=json)
