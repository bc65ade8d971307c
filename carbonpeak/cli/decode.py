"""``carbonpeak decode``: what a message would become; needs no server and no registry."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from carbonpeak.cli.output import print_json
from ingest.decode.hj212_lines import decode_hj212
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


@app.command("hj212")
def hj212(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Frames as they were recorded, or one a line; default: standard input."
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="SM4 key of encrypted frames: 32 hexadecimal digits.")
    ] = None,
) -> None:
    """One JSON line a frame of HJ 212 (2005, 2017, 2025): its readings, or why it is refused.

    Units are the code table's; minute data counts as 10-minute means. Exit code 0 also where frames
    are refused.

    Example: carbonpeak decode hj212 capture.bin
    """
    for described in decode_hj212(_content(file), _key(key)):
        print_json(described)


def _key(text: str | None) -> bytes | None:
    if text is not None and not re.fullmatch("[0-9A-Fa-f]{32}", text):
        raise typer.BadParameter("32 hexadecimal digits", param_hint="--key")
    return None if text is None else bytes.fromhex(text)


def _content(file: Path | None) -> bytes:
    return sys.stdin.buffer.read() if file is None else file.read_bytes()
