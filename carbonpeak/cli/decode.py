"""``carbonpeak decode``: what a message would become; needs no server and no registry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from carbonpeak.cli.output import print_json
from ingest.decode.lines import decode_lines

app = typer.Typer(help="For gateway vendors: what a message would become.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """For gateway vendors: what a message would become, or why it would be refused."""


@app.command("json")
def decode_json(
    file: Annotated[
        Path | None, typer.Argument(help="One message a line; default: standard input.")
    ] = None,
) -> None:
    """One JSON line a message: its readings, and what is refused with the reason.

    Example: carbonpeak decode json messages.txt
    """
    with sys.stdin.buffer if file is None else file.open("rb") as lines:
        for described in decode_lines(lines):
            print_json(described)
