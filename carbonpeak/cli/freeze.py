"""``carbonpeak freeze`` and ``carbonpeak restate``: sign an inventory; say what changed since."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table

SHOWN = ["id", "boundary", "code", "period", "frozen_at", "author", "reason", "co2e_t", "sha256"]
GRAMS = 1_000_000


def freeze(
    year: Annotated[int | None, typer.Option(help="Year of the park's time.")] = None,
    period: Annotated[str | None, typer.Option(help="2025 or 2025-03.")] = None,
    park: Annotated[bool, typer.Option("--park", help="Of the whole park.")] = False,
    enterprise: Annotated[str | None, typer.Option(help="Of this enterprise.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Of this cluster.")] = None,
    group: Annotated[str | None, typer.Option(help="Of this group.")] = None,
    reason: Annotated[str, typer.Option(help="What for.")] = "",
    author: Annotated[str | None, typer.Option(help="Who signs; by default the user.")] = None,
    every: Annotated[str, typer.Option(help="Length of the rows' periods: month, year.")] = "year",
    gwp: Annotated[str | None, typer.Option(help="Assessment report of the potentials.")] = None,
    factor_level: Annotated[
        str | None, typer.Option(help="First level of electricity factors: province or nation.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the frozen ones instead.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Keep an inventory as it is, signed, for ever; or list the frozen ones.

    Example: carbonpeak freeze --year 2025 --enterprise axle-01 --author "Li Na"
    --reason "annual report 2025"
    """
    if listed:
        with open_api(settings_for(data)) as api:
            items = answer(api.get("/inventories")).json()["items"]
        print_json(items) if json else print_table(SHOWN, items)
        return
    given = [("enterprise", enterprise), ("cluster", cluster), ("group", group)]
    whose: list[tuple[str, str | None]] = [one for one in given if one[1] is not None]
    whose += [("park", None)] if park else []
    if len(whose) != 1:
        raise typer.BadParameter("name one of --park, --enterprise, --cluster, --group")
    if (year is None) == (period is None):
        raise typer.BadParameter("name --year or --period")
    boundary, code = whose[0]
    body = {
        "period": period if year is None else str(year), "boundary": boundary, "code": code,
        "author": author or getpass.getuser(), "reason": reason, "every": every, "gwp": gwp,
        "factor_level": factor_level,
    }  # fmt: skip
    wanted = {name: value for name, value in body.items() if value is not None}
    with open_api(settings_for(data)) as api:
        made = answer(api.post("/inventories", json=wanted)).json()
    if json:
        print_json(made)
        return
    typer.echo(
        f"frozen inventory {made['id']}: {made['boundary']} {made['code']} {made['period']}, "
        f"{made['co2e_t']} tCO2e, sha256 {made['sha256']}"
    )


def restate(
    number: Annotated[int, typer.Argument(help="Number of the frozen inventory.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Say what changed since an inventory was frozen, why, and by how many grams.

    Example: carbonpeak restate 1
    """
    with open_api(settings_for(data)) as api:
        body = answer(api.get(f"/inventories/{number}/restate")).json()
    if json:
        print_json(body)
        return
    frozen = body["frozen"]
    typer.echo(
        f"{frozen['boundary']} {frozen['code']} {frozen['period']}, frozen {frozen['frozen_at']} "
        f"by {frozen['author']}: {frozen['reason']}"
    )
    totals = [{"figure": name, **figures} for name, figures in body["totals"].items()]
    print_table(["figure", "then", "now", "change"], totals)
    print_table(["figure", "cause", "cause_zh", "change", "grams"], map(_grams, body["changes"]))
    for row in body["rows"]:
        told = {name: value for name, value in row["row"].items() if value is not None}
        typer.echo("\n" + " ".join(str(value) for value in told.values()))
        print_table(["figure", "cause", "cause_zh", "change", "grams"], map(_grams, row["causes"]))
        for cause, references in row["references"].items():
            for reference in references:
                typer.echo(f"  {cause}: {_text(reference)}")


def _grams(row: dict[str, Any]) -> dict[str, Any]:
    carbon = row["figure"].startswith(("co2e", "scope"))
    return row | {"grams": round(row["change"] * GRAMS) if carbon else None}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(one)}" for name, one in value.items() if one is not None)
    if isinstance(value, list):
        return "; ".join(map(_text, value)) or "none"
    return str(value)
