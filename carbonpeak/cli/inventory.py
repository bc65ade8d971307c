"""``carbonpeak inventory``: emissions and energy of the park or of a part of it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
from models.periods import Every

# Of the columns; --json gives all of them.
SHOWN = [
    "period", "enterprise", "cluster", "scope", "category", "carrier", "activity_amount",
    "activity_unit", "energy_tce_calorific", "co2e_t", "scope2_market_co2e_t", "factor_id",
    "factor_match", "factor_status", "coverage", "uncertainty_rel",
]  # fmt: skip

Year = Annotated[int | None, typer.Option(help="Year of the park's time, cut at now.")]
Start = Annotated[str | None, typer.Option(help="First period: 2026, 2026-03, 2026-03-05.")]
End = Annotated[str | None, typer.Option(help="Last period, inclusive.")]
Enterprise = Annotated[str | None, typer.Option(help="Only this enterprise.")]
Cluster = Annotated[str | None, typer.Option(help="Only this cluster.")]
Group = Annotated[str | None, typer.Option(help="Only this group of enterprises.")]
Building = Annotated[
    str | None, typer.Option(help="Only the meters in this building of the enterprise.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="As it was known then, e.g. 2026-04-01.")]
Gwp = Annotated[str | None, typer.Option(help="Warming potentials of AR4, AR5 or AR6.")]
Factors = Annotated[
    Literal["national", "province"] | None,
    typer.Option(help="Electricity factors: the nation's, or the province's first (default)."),
]
LEVELS = {"national": "nation", "province": "province"}


def inventory(
    year: Year = None,
    start: Start = None,
    end: End = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = "year",
    enterprise: Enterprise = None,
    cluster: Cluster = None,
    group: Group = None,
    building: Building = None,
    by: Annotated[
        str | None, typer.Option(help="Sum by these, e.g. period,enterprise; default: every row.")
    ] = None,
    basis: Annotated[
        Literal["location", "market"], typer.Option(help="Which scope 2 is shown and summed.")
    ] = "location",
    as_of: AsOf = None,
    gwp: Gwp = None,
    factors: Factors = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Inventory rows, each with its factor and the rule that chose it.

    Example: carbonpeak inventory --year 2026 --by period,carrier
    """
    wanted = {
        "year": year, "start": start, "end": end, "every": every, "enterprise": enterprise,
        "cluster": cluster, "group": group, "building": building, "by": by, "basis": basis,
        "as_of": as_of, "gwp": gwp, "factor_level": LEVELS.get(factors or ""),
    }  # fmt: skip
    given = {name: value for name, value in wanted.items() if value is not None}
    with open_api(settings_for(data)) as api:
        headers = {"Accept": "text/csv"} if csv else {}
        found = answer(api.get("/inventory", params=given, headers=headers))
    if csv:
        typer.echo(found.text, nl=False)
        return
    body = found.json()
    if json:
        print_json(body)
        return
    items = body["items"]
    print_table([name for name in SHOWN if any(name in item for item in items)], items)
    if body["netted"]:
        print_table(list(body["netted"][0]), body["netted"])
    print_table(list(body["totals"]), [body["totals"]])
