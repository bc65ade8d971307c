"""``carbonpeak activity``: enter what no meter shows, and let a second person approve it."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from carbonpeak.access import answer, open_api
from carbonpeak.activity_table import ActivityTable, read_activity_table, write_template
from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
from models.activity_states import ActivityAction
from models.errors import Fault, FaultsError
from models.registry import ActivityState

app = typer.Typer(
    help="Activity that is entered rather than metered. / 活动数据的录入与审批。",
    no_args_is_help=True,
)

Numbers = Annotated[list[int], typer.Argument(help="Numbers of records.")]
By = Annotated[str | None, typer.Option(help="Who does it; by default the user.")]
Note = Annotated[str, typer.Option(help="Why, in words.")]
Shown = ["id", "revision", "enterprise", "category", "code", "period", "amount", "unit",
         "source_stream", "origin", "state", "entered_by", "decided_by", "due",
         "overdue"]  # fmt: skip
_PLACE = re.compile(r"records\.(\d+)\.(.+)")


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="The .xlsx or .csv to write.")],
    enterprise: Annotated[str, typer.Option(help="Whose codes it lists.")],
    year: Annotated[int | None, typer.Option(help="Accounting year of the codes.")] = None,
    data: Data = None,
) -> None:
    """Write an empty table with the allowed codes and lists to choose from.

    Example: carbonpeak activity template activity.xlsx --enterprise axle-01
    """
    codes = ask("/activity/codes", {"enterprise": enterprise, "year": year}, data)["items"]
    write_template(file, enterprise, codes)
    typer.echo(f"{file}: {len(codes)} codes of {enterprise}")


@app.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(help="The filled-in .xlsx or .csv.", exists=True)],
    by: By = None,
    submit: Annotated[bool, typer.Option("--submit", help="Submit them for approval too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only, enter nothing.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Enter all records of a table, or name every faulty row and enter none.

    Example: carbonpeak activity import activity.xlsx --by "Wang Fang" --submit
    """
    table = read_activity_table(file)
    body = {
        "by": by or getpass.getuser(),
        "records": [given.record for given in table.given],
        "submit": submit,
        # Beside rows that cannot be read, the others are only checked.
        "dry_run": dry_run or bool(table.faults),
    }
    made: dict[str, Any] = {"records": []}
    if table.given:
        with open_api(settings_for(data)) as api:
            response = api.post("/activity", json=body)
            faults = row_faults(response, table)
            made = made if faults else answer(response).json()
        table.faults += faults
    if table.faults:
        raise FaultsError(sorted(table.faults, key=lambda fault: fault.row or 0))
    if json:
        print_json(made)
        return
    print_table(Shown, made["records"])
    said = "would be entered" if dry_run else "submitted" if submit else "entered as drafts"
    typer.echo(f"{file.name}: {len(made['records'])} records {said}")


def row_faults(response: httpx.Response, table: ActivityTable) -> list[Fault]:
    """What is wrong with which row of the table, from the refusal's fields."""
    if response.is_success or "json" not in response.headers.get("content-type", ""):
        return []
    found = []
    for error in response.json().get("errors") or []:
        place = _PLACE.fullmatch(error["field"])
        if place is not None:
            row = table.given[int(place[1])].row
            # Another record of the same table is named by its row, as a person sees it.
            reason = re.sub(
                r"record (\d+) entered with it",
                lambda other: f"row {table.given[int(other[1])].row}",
                error["reason"],
            )
            found.append(Fault(table.file, row, place[2], reason))
    return found


@app.command("list")
def list_records(
    enterprise: Annotated[str | None, typer.Option(help="Only of this enterprise.")] = None,
    category: Annotated[str | None, typer.Option(help="Only of this category.")] = None,
    state: Annotated[ActivityState | None, typer.Option(help="Only in this state.")] = None,
    period: Annotated[str | None, typer.Option(help="A month, or a year with its months.")] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only open past the deadline.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """List activity records, newest first.

    Example: carbonpeak activity list --state submitted
    """
    asked = {"enterprise": enterprise, "category": category, "period": period, "limit": limit,
             "state": state.value if state else None,
             "overdue": True if overdue else None}  # fmt: skip
    items = ask("/activity", asked, data)["items"]
    if json:
        print_json(items)
        return
    print_table(Shown, items)


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="Number of the record.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Show a record with every state of every revision.

    Example: carbonpeak activity show 17
    """
    with open_api(settings_for(data)) as api:
        found = answer(api.get(f"/activity/{number}")).json()
    if json:
        print_json(found)
        return
    for name, value in found["record"].items():
        typer.echo(f"{name}: {'—' if value is None else value}")
    typer.echo("")
    states = [row | {"by": row["decided_by"] or row["submitted_by"] or row["entered_by"]}
              for row in found["history"]]  # fmt: skip
    print_table(["revision", "state", "amount", "unit", "by", "recorded_at", "superseded_at",
                 "note"], states)  # fmt: skip


def _move(
    action: ActivityAction, numbers: list[int], by: str | None, note: str, data: Path | None
) -> None:
    body = {"by": by or getpass.getuser(), "note": note}
    with open_api(settings_for(data)) as api:
        for number in numbers:
            row = answer(api.post(f"/activity/{number}/{action.value}", json=body)).json()
            typer.echo(f"record {number}, revision {row['revision']}: {row['state']}")


@app.command()
def submit(numbers: Numbers, by: By = None, note: Note = "", data: Data = None) -> None:
    """Submit drafts for approval.

    Example: carbonpeak activity submit 17 18 --by "Wang Fang"
    """
    _move(ActivityAction.SUBMIT, numbers, by, note, data)


@app.command()
def approve(numbers: Numbers, by: By = None, note: Note = "", data: Data = None) -> None:
    """Approve what another person entered: from now on it counts.

    Example: carbonpeak activity approve 17 18 --by "Li Lei"
    """
    _move(ActivityAction.APPROVE, numbers, by, note, data)


@app.command()
def refuse(numbers: Numbers, note: Note, by: By = None, data: Data = None) -> None:
    """Refuse what was submitted, and say why.

    Example: carbonpeak activity refuse 17 --note "invoice is of another month" --by "Li Lei"
    """
    _move(ActivityAction.REFUSE, numbers, by, note, data)


@app.command()
def withdraw(numbers: Numbers, by: By = None, note: Note = "", data: Data = None) -> None:
    """Withdraw records; what was approved only by a second person, with a note.

    Example: carbonpeak activity withdraw 17 --note "entered for the wrong enterprise"
    """
    _move(ActivityAction.WITHDRAW, numbers, by, note, data)
