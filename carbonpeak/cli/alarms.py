"""``carbonpeak alarms``: what needs attention, and what is done about it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Literal

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
from models.alarms import AlarmState, Severity

app = typer.Typer(
    help="Alarms: list, acknowledge, handle, resolve. / 报警的查看与处理。", no_args_is_help=True
)

Numbers = Annotated[list[int], typer.Argument(help="Numbers of alarms.")]
By = Annotated[str | None, typer.Option(help="Who does it; by default the user.")]
Note = Annotated[str, typer.Option(help="What was done, or why.")]
Shown = ["id", "severity", "state", "kind", "enterprise", "point", "count", "worst", "limit",
         "unit", "begin", "until", "due_at", "overdue", "assignee"]  # fmt: skip
Told = ["id", "alarm", "number", "action", "way", "state", "held", "attempts", "at", "sent_at",
        "next_at", "trouble"]  # fmt: skip
Events = ["number", "action", "state", "at", "by", "count", "worst", "note"]


@app.command("list")
def list_alarms(
    enterprise: Annotated[str | None, typer.Option(help="Only of this enterprise.")] = None,
    point: Annotated[
        str | None, typer.Option(help="Only of this outlet, station or meter.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only of this severity.")] = None,
    state: Annotated[AlarmState | None, typer.Option(help="Only in this state.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only past their deadline.")] = False,
    assignee: Annotated[str | None, typer.Option(help="Only those of this person.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List alarms, newest first; without --all or --state those that are open.

    Example: carbonpeak alarms list --overdue
    """
    only_open = None if every or state is not None else True
    asked = {"enterprise": enterprise, "point": point, "kind": kind, "severity": severity,
             "state": state, "open": only_open, "overdue": overdue or None,
             "assignee": assignee, "limit": limit}  # fmt: skip
    items = ask("/alarms", asked, data)["items"]
    if json:
        print_json(items)
        return
    print_table(Shown, items)


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="Number of the alarm.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show an alarm with everything that happened to it and how it was told.

    Example: carbonpeak alarms show 17
    """
    with open_api(settings_for(data)) as api:
        found = answer(api.get(f"/alarms/{number}")).json()
    if json:
        print_json(found)
        return
    for name, value in (found["alarm"] | {"evidence": found["evidence"]}).items():
        typer.echo(f"{name}: {'—' if value is None else value}")
    typer.echo("")
    print_table(Events, found["events"])
    if found["deliveries"]:
        typer.echo("")
        print_table(Told, found["deliveries"])


@app.command()
def deliveries(
    way: Annotated[
        Literal["mqtt", "webhook", "mail"] | None, typer.Option(help="Only by this way.")
    ] = None,
    state: Annotated[
        Literal["waiting", "sent", "failed"] | None, typer.Option(help="Only so far.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List what was told of alarms, and what still has to be.

    Example: carbonpeak alarms deliveries --way webhook --state waiting
    """
    items = ask("/alarms/deliveries", {"way": way, "state": state, "limit": limit}, data)["items"]
    if json:
        print_json(items)
        return
    print_table(Told, items)


@app.command()
def responses(
    start: Annotated[
        str | None, typer.Option(help="Raised from then on: 2026, 2026-03, this_month.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Raised until then, inclusive.")] = None,
    enterprise: Annotated[str | None, typer.Option(help="Only of this enterprise.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """How long alarms waited to be acknowledged, handled and resolved.

    Example: carbonpeak alarms responses --start this_year
    """
    asked = {"start": start, "end": end, "enterprise": enterprise, "kind": kind}
    items = ask("/alarms/responses", asked, data)["items"]
    if json:
        print_json(items)
        return
    print_table(["enterprise", "kind", "rounds", "open", "overdue", "acknowledge_median_s",
                 "handle_median_s", "resolve_median_s", "in_time"], items)  # fmt: skip


@app.command()
def acknowledge(numbers: Numbers, by: By = None, note: Note = "", data: Data = None) -> None:
    """Say that somebody has seen them and looks after them.

    Example: carbonpeak alarms acknowledge 17 18 --by "Wang Fang"
    """
    _step("acknowledge", numbers, by, note, data)


@app.command()
def handle(numbers: Numbers, note: Note, by: By = None, data: Data = None) -> None:
    """Say what was done about them.

    Example: carbonpeak alarms handle 17 --note "burner set anew" --by "Wang Fang"
    """
    _step("handle", numbers, by, note, data)


@app.command("note")
def add_note(numbers: Numbers, note: Note, by: By = None, data: Data = None) -> None:
    """Add a note to them.

    Example: carbonpeak alarms note 17 --note "enterprise called, they look into it"
    """
    _step("note", numbers, by, note, data)


@app.command()
def assign(
    numbers: Numbers,
    to: Annotated[str, typer.Option(help="Who is to look after them.")],
    by: By = None,
    note: Note = "",
    data: Data = None,
) -> None:
    """Say who is to look after them.

    Example: carbonpeak alarms assign 17 --to "Li Lei"
    """
    _step("assign", numbers, by, note, data, assignee=to)


@app.command()
def resolve(numbers: Numbers, note: Note, by: By = None, data: Data = None) -> None:
    """Resolve them by hand, whatever their condition says.

    Example: carbonpeak alarms resolve 17 --note "meter is taken down" --by "Wang Fang"
    """
    _step("resolve", numbers, by, note, data)


def _step(
    action: str,
    numbers: list[int],
    by: str | None,
    note: str,
    data: Path | None,
    **more: str,
) -> None:
    body = {"by": by or getpass.getuser(), "note": note, **more}
    with open_api(settings_for(data)) as api:
        for number in numbers:
            row = answer(api.post(f"/alarms/{number}/{action}", json=body)).json()
            typer.echo(f"alarm {number}: {row['state']}")
