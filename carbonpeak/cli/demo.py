"""``carbonpeak demo``: everything at once, to look at."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from carbonpeak.cli.output import print_json, progress_console


def demo(
    duration: Annotated[
        float | None,
        typer.Option(help="Stop this many seconds after the page is up; default: on Ctrl-C."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the page and the API, on 127.0.0.1.")] = 8000,
    data: Annotated[
        Path | None, typer.Option(help="New folder to keep the data in; default: temporary.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the outcome as the last line.")
    ] = False,
) -> None:
    """A park of 40 and more enterprises with its history, live meters, the service and a page.

    Example: carbonpeak demo --duration 60 --json
    """
    from carbonpeak.demo import run_demo  # noqa: PLC0415 (with all of the service, as in access)

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=progress_console,
    )

    def ready(url: str, seconds: float) -> None:
        typer.echo(
            f"carbonpeak demo: {url}  ({seconds:.1f} s; Ctrl-C ends / 按 Ctrl-C 结束)", err=True
        )

    outcome = run_demo(port, duration, data, progress, ready)
    if json:
        print_json(asdict(outcome))
    else:
        typer.echo(
            f"accepted {outcome.accepted:,}, rejected {outcome.rejected:,}, "
            f"usage hours written {outcome.usage_hours:,}"
        )
