"""``carbonpeak decode``: what a message would become; needs no server and no registry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from carbonpeak.cli.output import print_json
from ingest.decode.lines import decode_lines, decode_senml, decode_sparkplug

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


@app.command("senml")
def senml(
    file: Annotated[
        Path | None,
        typer.Argument(help="One pack (RFC 8428, JSON), or one a line; default: standard input."),
    ] = None,
) -> None:
    """One JSON line a SenML pack; times below 2^28 s are relative to now.

    Example: carbonpeak decode senml pack.json
    """
    for described in decode_senml(_content(file)):
        print_json(described)


@app.command("sparkplug")
def sparkplug(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Lines of topic and payload in hex, or one payload as it is; default: standard "
            "input."
        ),
    ] = None,
) -> None:
    """One JSON line a message of Sparkplug B; births tell the aliases of what follows them.

    Example: mosquitto_sub -t 'spBv1.0/#' -F '%t %x' | carbonpeak decode sparkplug
    """
    for described in decode_sparkplug(_content(file)):
        print_json(described)


def _content(file: Path | None) -> bytes:
    return sys.stdin.buffer.read() if file is None else file.read_bytes()
