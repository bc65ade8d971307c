"""``carbonpeak rejections``: what was refused and why, explained, and replayed after repair."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import typer
from rich.progress import Progress

from carbonpeak.access import answer, open_api
from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table, progress_console

app = typer.Typer(help="Inputs that were refused and kept.", no_args_is_help=True)

AT_ONCE = 500  # rejections in one request
SHOWN = 20

Enterprise = Annotated[str | None, typer.Option(help="Only of this enterprise.")]
Meter = Annotated[str | None, typer.Option(help="Only of this meter.")]
Reason = Annotated[str | None, typer.Option(help="Only with this reason.")]
Source = Annotated[str | None, typer.Option(help="Only by this way in: mqtt, http, file, hj212.")]
Since = Annotated[str | None, typer.Option(help="Only received from then on.")]
Until = Annotated[str | None, typer.Option(help="Only received before.")]


def _given(**filters: object) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value is not None}


@app.command("list")
def list_rejections(
    data: Data = None,
    enterprise: Enterprise = None,
    meter: Meter = None,
    reason: Reason = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    state: Annotated[str | None, typer.Option(help="Only open, replayed or expired ones.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 50,
    counts: Annotated[
        bool, typer.Option("--counts", help="Count them by enterprise and reason instead.")
    ] = False,
    json: Json = False,
) -> None:
    """List refused inputs, newest first, or count them.

    Example: carbonpeak rejections list --reason bad_unit --state open
    """
    wanted = _given(
        enterprise=enterprise, meter=meter, reason=reason, source=source,
        start=since, end=until, state=state,
    )  # fmt: skip
    path, columns = "/rejections/counts", ["enterprise", "reason", "state", "n", "newest"]
    if not counts:
        path, wanted["limit"] = "/rejections", limit
        columns = [
            "rejection_id", "received", "enterprise", "meter", "item", "state", "reason", "detail",
        ]  # fmt: skip
    items = ask(path, wanted, data)["items"]
    if json:
        print_json(items)
        return
    print_table(columns, items)


@app.command("explain")
def explain(
    rejection_id: Annotated[int, typer.Argument(metavar="ID", help="Number of the rejection.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Say what a refusal means, what has to be done, and whether a replay would be accepted now.

    Example: carbonpeak rejections explain 18
    """
    found = ask(f"/rejections/{rejection_id}/explanation", {}, data)
    if json:
        print_json(found)
        return
    row = found["rejection"]
    lines = [
        f"{row['rejection_id']}  {row['reason']}  {row['state']}",
        f"  {row['detail']}",
        f"received  {row['received']} by {row['source']}: {row['peer']}, item {row['item']}",
        f"含义  {found['meaning']['zh']}",
        f"meaning  {found['meaning']['en']}",
        f"处理  {found['todo']['zh']}",
        f"to do  {found['todo']['en']}",
        f"registry  {found['registry']}",
        f"重放  {found['verdict']['zh']}",
        f"replay  {found['verdict']['en']}",
    ]
    text = found["payload_text"]
    if text is None:
        text = f"{row['payload_length']} bytes that are no text, see …/rejections/ID/payload"
    typer.echo("\n".join([*lines, "bytes", text]))


@app.command("replay")
def replay(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID...]", help="Only these rejections.")
    ] = None,
    enterprise: Enterprise = None,
    meter: Meter = None,
    reason: Reason = None,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, store nothing.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Bring refused inputs in after their cause was mended; without IDs all open ones that fit.

    They come in as received now, which is late, by the checks of now. What newer data of the same
    meter and time has replaced is left out; doing it twice changes nothing. Exit code 1 where
    none of them came in. Example: carbonpeak rejections replay --reason unknown_meter
    """
    wanted = _given(
        enterprise=enterprise, meter=meter, reason=reason, source=source, start=since, end=until
    )
    wanted |= {"dry_run": dry_run, "by": getpass.getuser()}
    report: dict[str, Any] = {"dry_run": dry_run, "accepted": 0, "duplicates": 0, "superseded": 0}
    outcomes: Counter[str] = Counter()
    examples: list[dict[str, Any]] = []
    with (
        open_api(settings_for(data)) as api,
        Progress(console=progress_console, transient=True) as progress,
    ):
        task = progress.add_task("replay", total=None if ids is None else len(ids))
        for body in _pages(api, wanted, ids):
            for name in ("accepted", "duplicates", "superseded"):
                report[name] += body[name]
            outcomes.update(body["outcomes"])
            left = [one for one in body["items"] if one["detail"] is not None]
            examples += left[: max(0, SHOWN - len(examples))]
            progress.update(task, advance=len(body["items"]))
    report |= {"rejections": outcomes.total(), "outcomes": dict(outcomes), "examples": examples}
    if json:
        print_json(report)
    else:
        told = ", ".join(f"{outcome} {n:,}" for outcome, n in outcomes.items()) or "none"
        typer.echo(
            f"{'would be ' if dry_run else ''}replayed {report['rejections']:,} rejections "
            f"({told}): readings accepted {report['accepted']:,}, there already "
            f"{report['duplicates']:,}, superseded {report['superseded']:,}"
        )
        if examples:
            print_table(["rejection_id", "outcome", "reason", "detail"], examples)
    if outcomes and not outcomes.keys() & {"accepted", "superseded", "partly"}:
        raise typer.Exit(1)


def _pages(
    api: httpx.Client, wanted: dict[str, Any], ids: list[int] | None
) -> Iterator[dict[str, Any]]:
    """The answers to as many requests as it takes."""
    groups = [None] if not ids else [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
    for some in groups:
        cursor = None
        while True:
            asked = wanted | _given(ids=some, cursor=cursor) | {"limit": AT_ONCE}
            body: dict[str, Any] = answer(api.post("/rejections/replay", json=asked)).json()
            yield body
            cursor = body["next"]
            if cursor is None:
                break
