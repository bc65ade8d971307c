"""``carbonpeak water``: water of each enterprise."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
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
    with open_api(settings_for(data)) as api:
        body = answer(
            api.get("/water-balance", params={k: v for k, v in wanted.items() if v is not None})
        ).json()
    if json:
        print_json(body)
        return
    print_table(SHOWN, body["items"])
