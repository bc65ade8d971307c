"""``carbonpeak balance``: main meters against their sub-meters."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.options import Data, Json
from models.periods import Every

# Of the columns; --json gives all of them.
SHOWN = [
    "period", "enterprise", "meter", "unit", "amount", "coverage", "parts", "parts_amount",
    "parts_coverage", "unknown", "loss", "loss_share", "balanced",
]  # fmt: skip


def balance(
    year: Annotated[int | None, typer.Option(help="Year of the park's time, cut at now.")] = None,
    start: Annotated[
        str | None, typer.Option(help="First period: 2026, 2026-03, 2026-03-05.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last period, inclusive.")] = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = "month",
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    meter: Annotated[str | None, typer.Option(help="Only this main meter.")] = None,
    quantity: Annotated[str | None, typer.Option(help="Only this quantity.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Each main meter, the sum of its sub-meters, and what is lost between them.

    Example: carbonpeak balance --year 2026 --enterprise axle-01
    """
    wanted = {
        "year": year, "start": start, "end": end, "every": every,
        "enterprise": enterprise, "meter": meter, "quantity": quantity,
    }  # fmt: skip
    ask_table("/balance", wanted, SHOWN, data=data, json=json)
