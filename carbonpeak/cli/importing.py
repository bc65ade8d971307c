"""``carbonpeak import``: a file of readings into the store, block by block."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx
import typer
from rich.markup import escape
from rich.progress import Progress

from carbonpeak.access import AnswerError, answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table, progress_console
from ingest.decode.mapping import Mapping, read_mapping
from ingest.sources.file_blocks import Block, blocks
from ingest.sources.http_push import PARQUET

SHOWN_REJECTIONS = 20
COUNTED = ("accepted", "duplicates", "rejected")
ZONE = ZoneInfo("Asia/Shanghai")


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet or xlsx.", exists=True)],
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML that says what the columns mean; default: enterprise, meter, ts, "
                     "value, unit, quality."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, store nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Import a file anew that was imported already.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Import a file of readings; what is refused is kept and listed, the rest comes in.

    An import that was cut off goes on when the same command is given again; a file that was
    imported already is left alone. Exit code 1 where nothing was accepted. Example: carbonpeak
    import may.csv --mapping meter.yaml
    """
    how = Mapping() if mapping is None else read_mapping(mapping)
    account = Account()
    opened: dict[str, Any] | None = None
    with (
        open_api(settings_for(data)) as api,
        Progress(console=progress_console, transient=True) as progress,
    ):
        if not dry_run:
            opened = _open(api, file, how, again)
            account.counts = Counter({name: opened[name] for name in COUNTED})
        if opened is None or opened["finished"] is None:
            try:
                _send(api, file, how, account, opened, progress)
            except httpx.TransportError as error:
                raise AnswerError(
                    f"the service went away ({error}); give the same command again to go on"
                ) from error
    _tell(account, opened, dry_run, json)


@dataclass
class Account:
    """What became of the rows of the file; reasons and examples of what was sent now only."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, block: Block, body: dict[str, Any]) -> None:
        """Count what the service says of a block."""
        self.counts.update({name: body[name] for name in COUNTED})
        rejected = [item for item in body["items"] if item["status"] == "rejected"]
        self.reasons.update(item["reason"] for item in rejected)
        shown = rejected[: max(0, SHOWN_REJECTIONS - len(self.examples))]
        self.examples += [item | {"line": block.place(item["item"])} for item in shown]


def _open(api: httpx.Client, file: Path, mapping: Mapping, again: bool) -> dict[str, Any]:
    wanted = {
        "file_sha256": _digest(file),
        "name": file.name,
        "size": file.stat().st_size,
        "mapping": mapping.model_dump(mode="json"),
        "again": again,
    }
    opened: dict[str, Any] = answer(api.post("/imports", json=wanted)).json()
    return opened | {"file_sha256": wanted["file_sha256"]}


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _send(
    api: httpx.Client,
    file: Path,
    mapping: Mapping,
    account: Account,
    opened: dict[str, Any] | None,
    progress: Progress,
) -> None:
    """Send what is not done; blocks are done in their order, so those before are."""
    done = 0 if opened is None else opened["blocks"]
    task = progress.add_task(escape(file.name), total=file.stat().st_size)
    for number, (block, last) in enumerate(_with_last(blocks(file, mapping))):
        if number >= done:
            params: dict[str, Any] = {
                "mapping": mapping.model_dump_json(),
                "filename": block.name,
                "first_line": block.first_line,
            }
            if opened is None:
                params |= {"dry_run": True}
            else:
                if last and _digest(file) != opened["file_sha256"]:
                    # It would be called imported, though nobody knows what of it came in.
                    raise AnswerError(
                        f"{file.name}: it was changed while it was imported; give the same command "
                        "again to import it as it is now"
                    )
                params |= {"import_id": opened["import_id"], "block": number, "last": last}
            account.add(block, _push(api, block, params))
        progress.update(task, advance=block.size)


def _with_last(pieces: Iterator[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether it is the last one."""
    held = next(pieces, None)
    while held is not None:
        following = next(pieces, None)
        yield held, following is None
        held = following


def _push(api: httpx.Client, block: Block, params: dict[str, Any]) -> dict[str, Any]:
    """One block through POST /readings; the counts and items of its answer."""
    response = api.post(
        "/readings",
        params=params,
        headers={"content-type": PARQUET if block.is_parquet else "text/csv"},
        content=block.data,
    )
    body: dict[str, Any] = response.json()
    if "accepted" not in body:  # not read at all: a refusal of the whole, with its reason
        answer(response)
        raise AnswerError(str(body))
    return body


def _tell(account: Account, opened: dict[str, Any] | None, dry_run: bool, json: bool) -> None:
    counts = {name: account.counts[name] for name in COUNTED}
    before = None if opened is None else opened["finished"]
    if json:
        print_json(
            counts
            | {
                "rows": sum(counts.values()),
                "dry_run": dry_run,
                "imported_before": before,
                "blocks_before": 0 if opened is None else opened["blocks"],
                "reasons": dict(account.reasons),
                "examples": account.examples,
            }
        )
    elif before is not None:
        at = datetime.fromisoformat(before).astimezone(ZONE)
        typer.echo(
            f"imported on {at:%Y-%m-%d %H:%M} ({counts['accepted']:,} accepted, "
            f"{counts['rejected']:,} rejected); nothing to do, --again imports it anew"
        )
    else:
        if opened is not None and opened["blocks"]:
            typer.echo(f"went on after {opened['blocks']} blocks that were done before")
        typer.echo(
            f"{'would accept' if dry_run else 'accepted'} {counts['accepted']:,}, "
            f"duplicates {counts['duplicates']:,}, rejected {counts['rejected']:,}"
        )
        if account.examples:
            print_table(["line", "reason", "detail", "rejection_id"], account.examples)
    if before is None and counts["rejected"] and not counts["accepted"] + counts["duplicates"]:
        raise typer.Exit(1)
