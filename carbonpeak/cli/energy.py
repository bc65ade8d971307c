"""``carbonpeak energy``: comprehensive consumption in tce, and its flow."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask
from carbonpeak.cli.inventory import AsOf, Building, Cluster, End, Enterprise, Group, Start, Year
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import print_json, print_table
from models.periods import Every


def energy(
    year: Year = None,
    start: Start = None,
    end: End = None,
    every: Annotated[Every, typer.Option(help="Length of a period.")] = "year",
    enterprise: Enterprise = None,
    cluster: Cluster = None,
    group: Group = None,
    building: Building = None,
    by: Annotated[str, typer.Option(help="Sum by these.")] = "period,enterprise",
    flow: Annotated[
        bool, typer.Option("--flow", help="From source over conversion to use and loss.")
    ] = False,
    as_of: AsOf = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Energy consumption in tce, calorific (当量值) and equivalent (等价值), or its flow.

    Example: carbonpeak energy --year 2026 --by enterprise
    """
    wanted = {
        "year": year, "start": start, "end": end, "enterprise": enterprise, "cluster": cluster,
        "group": group, "building": building, "as_of": as_of,
    }  # fmt: skip
    if not flow:
        wanted |= {"every": every, "by": by}
    body = ask("/energy/flow" if flow else "/energy", wanted, data)
    if json:
        print_json(body)
        return
    print_table(list(body["items"][0]) if body["items"] else [], body["items"])
    if not flow:
        print_table(list(body["totals"]), [body["totals"]])
