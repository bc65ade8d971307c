"""``carbonpeak hj212``: commands to a station by the service that it is connected to."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json
from models.environment.hj212_commands import COMMANDS


def hj212(
    enterprise: Annotated[str, typer.Argument(help="Code of the enterprise.")],
    point: Annotated[str, typer.Argument(help="Code of the monitoring point.")],
    command: Annotated[str, typer.Argument(help=f"One of {', '.join(COMMANDS)}.")],
    start: Annotated[
        str | None, typer.Option(help="fill: from when on (2026-11-25, or RFC 3339).")
    ] = None,
    end: Annotated[str | None, typer.Option(help="fill: until when, a day included.")] = None,
    data_kind: Annotated[
        str | None, typer.Option("--kind", help="fill: minute (default), hour or day.")
    ] = None,
    seconds: Annotated[int | None, typer.Option(help="set_realtime_interval: 30 to 3600.")] = None,
    minutes: Annotated[
        int | None, typer.Option(help="set_minute_interval: a part of the hour.")
    ] = None,
    over_time: Annotated[
        int | None, typer.Option(help="set_timeout: seconds to an answer.")
    ] = None,
    resends: Annotated[
        int | None, typer.Option(help="set_timeout: how often it sends again.")
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="set_time: the time to set; default: now.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """向现场机下发命令 / Give a command to a station, and wait for what becomes of it.

    Exit code 1 where it is not carried out.
    Example: carbonpeak hj212 heat-01 DA001 fill --start 2026-11-25 --end 2026-11-25
    """
    given: dict[str, Any] = {
        "command": command,
        "start": start,
        "end": end,
        "data": data_kind,
        "seconds": seconds,
        "minutes": minutes,
        "over_time_s": over_time,
        "resends": resends,
        "time": time,
    }
    body = {name: value for name, value in given.items() if value is not None}
    with open_api(settings_for(data)) as client:
        response = client.post(f"/stations/{enterprise}/{point}/commands", json=body)
        result = answer(response).json()
    if json:
        print_json(result)
    else:
        typer.echo(_line(result))
    if result["outcome"] != "done":
        raise typer.Exit(1)


def _line(result: dict[str, Any]) -> str:
    told = "".join(f", {name} {value}" for name, value in result["values"].items())
    frames = f", {result['frames']:,} frames stored" if result["command"] == "fill" else ""
    return f"{result['outcome']}: {result['detail']}{told}{frames} ({result['seconds']:g} s)"
