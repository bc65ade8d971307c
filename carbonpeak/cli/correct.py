"""``carbonpeak correct``: what was recorded wrongly, put right with reason and evidence."""

from __future__ import annotations

import getpass
import math
from pathlib import Path
from typing import Annotated, Any

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
from models.corrections import CorrectionReason

app = typer.Typer(
    help="Put right what was recorded wrongly; old values stay.", no_args_is_help=True
)

Enterprise = Annotated[str, typer.Argument(help="Code of the enterprise.")]
Meter = Annotated[str, typer.Argument(help="Code of the meter.")]
Why = Annotated[CorrectionReason, typer.Option("--reason", help="Of the closed list.")]
Note = Annotated[str, typer.Option(help="Why, in words.")]
Evidence = Annotated[str, typer.Option(help="What proves it: document, photo, protocol.")]
Author = Annotated[str | None, typer.Option(help="Who answers for it; by default the user.")]
Start = Annotated[str, typer.Option(help="From when on.")]
End = Annotated[
    str, typer.Option(help="Until when: an instant that is not included, or a whole day.")
]
Value = Annotated[list[str], typer.Option("--value", help="TS=VALUE; may be repeated.")]
Unit = Annotated[str | None, typer.Option(help="Unit of the values; the meter's by default.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change only.")]


def _values(texts: list[str]) -> list[dict[str, Any]]:
    found = []
    for text in texts:
        ts, _, value = text.rpartition("=")
        try:
            number = float(value)
        except ValueError:
            raise typer.BadParameter(f"{text!r} is not TS=VALUE") from None
        found.append({"ts": ts, "value": _finite("value", number)})
    return found


def _finite(name: str, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):  # no JSON, and no register shows it
        raise typer.BadParameter(f"{value} is not a finite number", param_hint=f"--{name}")
    return value


def _send(body: dict[str, Any], author: str | None, data: Path | None, *, json: bool) -> None:
    wanted = {name: value for name, value in body.items() if value is not None}
    for name in ("amount", "final_value", "initial_value"):
        _finite(name.replace("_", "-"), wanted.get(name))
    wanted["author"] = author or getpass.getuser()
    with open_api(settings_for(data)) as api:
        made = answer(api.post("/corrections", json=wanted)).json()
    if json:
        print_json(made)
        return
    row = made["correction"]
    head = "would correct" if made["dry_run"] else f"correction {row['id']} {row['state']}:"
    typer.echo(
        f"{head} {row['kind']} {row['enterprise']}/{row['meter']}, "
        f"{row['start']} to {row['end']}, {row['values']} values"
    )
    if made["values"]:
        print_table(list(made["values"][0]), made["values"][:20])


@app.command()
def replace(
    enterprise: Enterprise, meter: Meter, value: Value, reason: Why, note: Note, evidence: Evidence,
    unit: Unit = None, author: Author = None, dry_run: DryRun = False, data: Data = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Put another value in the place of a reading.

    Example: carbonpeak correct replace axle-01 EL-01 --value 2026-03-05T08:00:00+08:00=10482.5
    --reason wrong_entry --note "digits swapped" --evidence "photo of 2026-03-06"
    """
    body = {"kind": "replace", "enterprise": enterprise, "meter": meter, "values": _values(value),
            "unit": unit, "reason": reason, "note": note, "evidence": evidence,
            "dry_run": dry_run}  # fmt: skip
    _send(body, author, data, json=json)


@app.command()
def void(
    enterprise: Enterprise, meter: Meter, start: Start, end: End, reason: Why, note: Note,
    evidence: Evidence, author: Author = None, dry_run: DryRun = False, data: Data = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Let the readings of a span no longer count.

    Example: carbonpeak correct void axle-01 EL-01 --start 2026-03-05 --end 2026-03-05
    --reason meter_fault --note "frozen display" --evidence "protocol 118"
    """
    body = {"kind": "void", "enterprise": enterprise, "meter": meter, "start": start, "end": end,
            "reason": reason, "note": note, "evidence": evidence, "dry_run": dry_run}  # fmt: skip
    _send(body, author, data, json=json)


@app.command()
def restore(
    enterprise: Enterprise, meter: Meter, start: Start, end: End, reason: Why, note: Note,
    evidence: Evidence, author: Author = None, dry_run: DryRun = False, data: Data = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Undo the corrections of a span: what the devices said holds again.

    Example: carbonpeak correct restore axle-01 EL-01 --start 2026-03-05 --end 2026-03-05
    --reason wrong_entry --note "void was the wrong meter" --evidence "protocol 119"
    """
    body = {"kind": "restore", "enterprise": enterprise, "meter": meter, "start": start,
            "end": end, "reason": reason, "note": note, "evidence": evidence,
            "dry_run": dry_run}  # fmt: skip
    _send(body, author, data, json=json)


@app.command()
def substitute(
    enterprise: Enterprise, meter: Meter, reason: Why, note: Note, evidence: Evidence,
    value: Annotated[list[str] | None, typer.Option("--value", help="TS=VALUE.")] = None,
    unit: Unit = None,
    start: Annotated[str | None, typer.Option(help="Span of an amount.")] = None,
    end: Annotated[str | None, typer.Option(help="End of the span.")] = None,
    amount: Annotated[float | None, typer.Option(help="Used in the span, evenly.")] = None,
    author: Author = None, dry_run: DryRun = False, data: Data = None, json: Json = False,
) -> None:  # fmt: skip
    """Declare values where there is none, or an amount of a span; marked as substituted.

    Example: carbonpeak correct substitute axle-01 ST-01 --start 2026-03-05 --end 2026-03-05
    --amount 240 --reason agreed_estimate --note "meter out" --evidence "agreement 7"
    """
    body = {"kind": "substitute", "enterprise": enterprise, "meter": meter,
            "values": _values(value or []), "unit": unit, "start": start, "end": end,
            "amount": amount, "reason": reason, "note": note, "evidence": evidence,
            "dry_run": dry_run}  # fmt: skip
    _send(body, author, data, json=json)


@app.command()
def exchange(
    enterprise: Enterprise, meter: Meter,
    ts: Annotated[str, typer.Option(help="When it was exchanged.")],
    final_value: Annotated[float, typer.Option(help="Register of the old one.")],
    initial_value: Annotated[float, typer.Option(help="Register of the new one.")],
    note: Note, evidence: Evidence, reason: Why = CorrectionReason.METER_EXCHANGE,
    author: Author = None, dry_run: DryRun = False, data: Data = None, json: Json = False,
) -> None:  # fmt: skip
    """Declare that a meter was exchanged: where the old register ended and the new one began.

    Example: carbonpeak correct exchange axle-01 EL-01 --ts 2026-03-05T10:30:00+08:00
    --final-value 10482.5 --initial-value 0 --note "calibration due" --evidence "protocol 118"
    """
    body = {"kind": "exchange", "enterprise": enterprise, "meter": meter, "ts": ts,
            "final_value": final_value, "initial_value": initial_value, "reason": reason,
            "note": note, "evidence": evidence, "dry_run": dry_run}  # fmt: skip
    _send(body, author, data, json=json)


@app.command("list")
def list_corrections(
    data: Data = None,
    enterprise: Annotated[str | None, typer.Option(help="Only of this enterprise.")] = None,
    meter: Annotated[str | None, typer.Option(help="Only of this meter.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 50,
    json: Json = False,
) -> None:
    """List corrections, newest first.

    Example: carbonpeak correct list --enterprise axle-01
    """
    asked = {"enterprise": enterprise, "meter": meter, "limit": limit}
    items = ask("/corrections", asked, data)["items"]
    if json:
        print_json(items)
        return
    print_table(["id", "recorded_at", "kind", "enterprise", "meter", "start", "end", "values",
                 "reason", "note", "evidence", "author", "state"], items)  # fmt: skip
