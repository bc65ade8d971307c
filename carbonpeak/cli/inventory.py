"""``carbonpeak inventory``: emissions and energy of the park or of one enterprise."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table


def inventory(
    year: Annotated[int | None, typer.Option(help="Year of the park's time, cut at now.")] = None,
    start: Annotated[
        str | None, typer.Option(help="First period: 2026, 2026-03, 2026-03-05.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last period, inclusive.")] = None,
    every: Annotated[str, typer.Option(help="hour, day, month, year or total.")] = "month",
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
    hidden = {"start", "gas_t", "biogenic_co2_t", "uncertainty_rel", "method", "gas"}
    print_table([c for c in (items[0] if items else {}) if c not in hidden], items)
    print_table(list(body["totals"]), [body["totals"]])
