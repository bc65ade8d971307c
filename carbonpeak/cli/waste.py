"""``carbonpeak waste``: solid waste of each enterprise."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.options import Data, Json
from ledger.solid_waste import By
from models.periods import Every

# Of the columns; --json gives all of them.
SHOWN = [
    "period", "enterprise", "waste", "name_zh", "generated_t", "reused_t", "disposed_t", "stored_t",
    "stored_change_t", "difference_t", "reuse_rate", "unstated",
]  # fmt: skip


def waste(
    year: Annotated[int | None, typer.Option(help="Year of the park's time, cut at now.")] = None,
    start: Annotated[
        str | None, typer.Option(help="First period: 2026, 2026-03, 2026-03-05.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last period, inclusive.")] = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = "year",
    by: Annotated[By, typer.Option(help="Each kind, or hazardous and general.")] = "waste",
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Solid waste generated, reused, disposed of and stored, by kind.

    Example: carbonpeak waste --year 2025 --by class
    """
    wanted = {
        "year": year, "start": start, "end": end, "every": every, "by": by,
        "enterprise": enterprise,
    }  # fmt: skip
    ask_table("/solid-waste", wanted, SHOWN, data=data, json=json)
