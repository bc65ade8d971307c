"""``carbonpeak inventory``: emissions and energy of the park or of one enterprise."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
from models.periods import Every

# Of the columns; --json gives all of them.
SHOWN = [
    "period", "enterprise", "cluster", "scope", "carrier", "activity_amount", "activity_unit",
    "energy_tce_calorific", "co2e_t", "factor_id", "factor_match", "factor_status", "coverage",
]  # fmt: skip


def inventory(
    year: Annotated[int | None, typer.Option(help="Year of the park's time, cut at now.")] = None,
    start: Annotated[
        str | None, typer.Option(help="First period: 2026, 2026-03, 2026-03-05.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last period, inclusive.")] = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = "year",
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    by: Annotated[
        str | None, typer.Option(help="Sum by these, e.g. period,enterprise; default: every row.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Inventory rows, each with its factor and the rule that chose it.

    Example: carbonpeak inventory --year 2026 --by period,carrier
    """
    wanted = {
        "year": year, "start": start, "end": end, "every": every,
        "enterprise": enterprise, "by": by,
    }  # fmt: skip
    with open_api(settings_for(data)) as api:
        body = answer(
            api.get("/inventory", params={k: v for k, v in wanted.items() if v is not None})
        ).json()
    if json:
        print_json(body)
        return
    items = body["items"]
    print_table([name for name in SHOWN if any(name in item for item in items)], items)
    print_table(list(body["totals"]), [body["totals"]])
