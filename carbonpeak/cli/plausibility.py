"""``carbonpeak plausibility``: what looks implausible at outlets and stations."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask_table
from carbonpeak.cli.options import Data, Json

# Of the columns; --json gives all of them.
SHOWN = ["ts", "hours", "enterprise", "point", "pollutant", "kind", "detail", "detail_zh"]


def plausibility(
    start: Annotated[
        str | None, typer.Option(help="From when on (2026-11-20, or RFC 3339); default: 7 days.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Until when, a day included.")] = None,
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise.")] = None,
    point: Annotated[str | None, typer.Option(help="Only this outlet or station.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only of this kind: stuck, copied_day ...")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """监测数据存疑清单 / What looks implausible, with its evidence, for an officer to judge.

    Example: carbonpeak plausibility --enterprise heat-01 --start 2026-11-20
    """
    wanted = {
        "start": start, "end": end, "enterprise": enterprise, "point": point, "kind": kind,
    }  # fmt: skip
    ask_table("/plausibility", wanted, SHOWN, data=data, json=json)
