"""``carbonpeak water``: water of each enterprise."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.options import Data, Json
from models.periods import Every

# Of the columns; --json gives all of them.
SHOWN = [
    "period", "enterprise", "intake_m3", "reused_m3", "reuse_rate", "discharged_m3", "foul_m3",
    "clean_m3", "mixed_m3", "diversion_rate", "consumed_m3", "coverage", "estimated_share",
]  # fmt: skip


def water(
    year: Annotated[int | None, typer.Option(help="Year of the park's time, cut at now.")] = None,
    start: Annotated[
        str | None, typer.Option(help="First period: 2026, 2026-03, 2026-03-05.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last period, inclusive.")] = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = "year",
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Water taken in, used again and led away, by enterprise.

    Example: carbonpeak water --year 2025
    """
    wanted = {
        "year": year, "start": start, "end": end, "every": every,
        "enterprise": enterprise,
    }  # fmt: skip
    ask_table("/water-balance", wanted, SHOWN, data=data, json=json)
