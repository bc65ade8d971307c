"""``carbonpeak import``: a file of readings into the store."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.progress import Progress

from carbonpeak.access import AnswerError, answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table, progress_console
from ingest.decode.mapping import Mapping, read_mapping
from ingest.sources.files import Block, blocks
from ingest.sources.http_push import PARQUET

SHOWN_REJECTIONS = 20


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
    data: Data = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Import a file of readings; what is refused is kept and listed, the rest comes in.

    Exit code 1 where nothing was accepted. Example: carbonpeak import may.csv --mapping meter.yaml
    """
    how = Mapping() if mapping is None else read_mapping(mapping)
    report: dict[str, Any] = {"accepted": 0, "duplicates": 0, "rejected": 0}
    reasons: Counter[str] = Counter()
    examples: list[dict[str, Any]] = []
    with (
        open_api(settings_for(data)) as api,
        Progress(console=progress_console, transient=True) as progress,
    ):
        task = progress.add_task(file.name, total=file.stat().st_size)
        for block in blocks(file, how):
            body = _push(api, block, how, dry_run)
            for key in report:
                report[key] += body[key]
            rejected = [item for item in body["items"] if item["status"] == "rejected"]
            reasons.update(item["reason"] for item in rejected)
            shown = rejected[: max(0, SHOWN_REJECTIONS - len(examples))]
            examples += [item | {"line": block.place(item["item"])} for item in shown]
            progress.update(task, advance=block.size)
    report |= {"dry_run": dry_run, "reasons": dict(reasons), "examples": examples}
    if json:
        print_json(report)
    else:
        typer.echo(
            f"{'would accept' if dry_run else 'accepted'} {report['accepted']:,}, "
            f"duplicates {report['duplicates']:,}, rejected {report['rejected']:,}"
        )
        if examples:
            print_table(["line", "reason", "detail", "rejection_id"], examples)
    if report["rejected"] and not report["accepted"] + report["duplicates"]:
        raise typer.Exit(1)


def _push(api: httpx.Client, block: Block, mapping: Mapping, dry_run: bool) -> dict[str, Any]:
    """One block through POST /readings; the counts and items of its answer."""
    response = api.post(
        "/readings",
        params={
            "mapping": mapping.model_dump_json(),
            "filename": block.name,
            "first_line": block.first_line,
            "dry_run": dry_run,
        },
        headers={"content-type": PARQUET if block.is_parquet else "text/csv"},
        content=block.data,
    )
    body: dict[str, Any] = response.json()
    if "accepted" not in body:  # not read at all: a refusal of the whole, with its reason
        answer(response)
        raise AnswerError(str(body))
    return body
