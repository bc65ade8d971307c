"""``carbonpeak simulate``: the demo park's devices, and its truth."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from carbonpeak.settings import read_settings
from simulators.demo_park import demo_registry
from simulators.history import history_start, write_history
from simulators.live import LiveSender
from simulators.stations.sender import StationSender
from simulators.truth import write_truth


def simulate(
    truth: Annotated[
        Path | None, typer.Option(help="Write the true amounts per meter and month to this file.")
    ] = None,
    registry: Annotated[
        Path | None, typer.Option(help="Write the park's registry files to this folder.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="Write the history, Parquet files, to this folder.")
    ] = None,
    now: Annotated[
        datetime | None, typer.Option(help="Where the history ends, UTC; default: now.")
    ] = None,
    mqtt_host: Annotated[
        str | None, typer.Option(help="Send live readings to this broker until Ctrl-C.")
    ] = None,
    mqtt_port: Annotated[int, typer.Option(help="Port of that broker.")] = 1883,
    hj212_host: Annotated[
        str | None,
        typer.Option(help="Let stations upload to this host by HJ 212 until Ctrl-C."),
    ] = None,
    hj212_port: Annotated[int, typer.Option(help="Port of that host.")] = 9212,
    every: Annotated[float, typer.Option(help="Seconds between a meter's live readings.")] = 5.0,
) -> None:
    """Write or send what the demo park's devices say, and what is true.

    Live readings take account and TLS from the settings mqtt_username, mqtt_password and
    mqtt_ca_file. The truth is integrated from the load functions, not summed from what was sent.
    Example: carbonpeak simulate --truth truth.jsonl
    """
    at = datetime.now(UTC) if now is None else now.replace(tzinfo=UTC)
    if truth is not None:
        typer.echo(write_truth(truth, history_start(at), at))
    if registry is not None:
        typer.echo(demo_registry(registry, at))
    if history is not None:
        for path in write_history(history, history_start(at), at):
            typer.echo(path)
    senders: list[LiveSender | StationSender] = []
    if mqtt_host is not None:
        settings = read_settings()
        senders.append(
            LiveSender(
                mqtt_host,
                mqtt_port,
                "demo",
                now=at,
                every_s=every,
                username=settings.mqtt_username,
                password=settings.secret("mqtt_password"),
                ca_file=settings.mqtt_ca_file,
            )
        )
    if hj212_host is not None:
        senders.append(StationSender(hj212_host, hj212_port, now=at))
    if senders:
        _send_until_ended(senders)


def _send_until_ended(senders: Sequence[LiveSender | StationSender]) -> None:
    ended = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    for sender in senders:
        sender.start()
    ended.wait()
    for sender in senders:
        sender.stop()
        typer.echo(f"sent {sender.sent}")
