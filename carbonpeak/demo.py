"""The demo: a park with its history, live meters, the service and a page, in one command."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
from rich.progress import Progress

from carbonpeak.demo_activity import enter_activity
from carbonpeak.hj212_parts import WhereTaken, switched_on
from carbonpeak.server import Server
from carbonpeak.service import Service, utc_now
from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from ingest.decode.mapping import Mapping
from ingest.pipeline import Pipeline
from ingest.sources.files import import_file
from ledger.inventory import inventory
from ledger.totals import totals
from models.errors import CarbonpeakError
from models.periods import parse_period
from simulators.demo_park import demo_activity, demo_registry
from simulators.history import history_start, write_history
from simulators.live import LiveSender
from simulators.stations.sender import StationSender
from store.registry_files import load

HISTORY_MAPPING = Mapping()  # the history carries the standard column names


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What the demo did; live figures are since start, without the history."""

    ready_s: float
    accepted: int
    rejected: int
    usage_hours: int
    co2e_t: float | None
    energy_tce: float | None
    url: str


def since_process_start() -> float:
    """Seconds since the operating system started this process."""
    started: float = psutil.Process().create_time()
    return time.time() - started


def check_free(host: str, port: int) -> None:
    """Say now, not after the history, that somebody else has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CarbonpeakError(f"port: {port} of {host} cannot be used: {error}") from error


def fill_with_history(service: Service, folder: Path, now: datetime, progress: Progress) -> None:
    """Generate the history, import it while the next file is written, and settle it."""
    pipeline = Pipeline(service.store, service.registry, on_stored=lambda: None, now=utc_now)
    task = progress.add_task("history: import / 历史数据导入", total=None)
    for path in write_history(folder, history_start(now), now):
        report = import_file(path, HISTORY_MAPPING, pipeline)
        if report.rejected:
            raise CarbonpeakError(f"{path.name}: {report.rejected} readings of the demo refused")
        progress.update(task, advance=report.accepted)
        path.unlink()
    progress.update(task, total=progress.tasks[task].completed)
    settling = progress.add_task("history: usage / 逐时用量计算", total=None)

    def settled(done: int, total: int) -> None:
        progress.update(settling, completed=done, total=total)

    service.ledger.settle_now(settled)


def first_page(url: str, year: int) -> None:
    """Ask for the year's figure and the page; raises where either does not answer."""
    query: dict[str, str | int] = {"year": year, "every": "year", "by": "period"}
    figure = httpx.get(f"{url}/api/v1/inventory", params=query, timeout=60).raise_for_status()
    if figure.json()["totals"]["co2e_t"] is None:
        raise CarbonpeakError("the demo's year has no figure")
    httpx.get(f"{url}/console/", timeout=60).raise_for_status()


def run_demo(
    port: int,
    duration_s: float | None,
    data: Path | None,
    progress: Progress,
    on_ready: Callable[[str, float], None],
) -> DemoOutcome:
    """Run until ``duration_s`` seconds after being ready, or Ctrl-C; then end clean.

    ``on_ready`` is told the page's address and the seconds from process start to the page answering
    with the year's figure. Without ``data`` everything lives in a temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="carbonpeak-demo-") as temporary:
        folder = data or Path(temporary)
        settings = Settings(data=folder, port=port, mqtt_port=0)
        now = datetime.now(UTC)
        folder.mkdir(parents=True, exist_ok=True)
        check_free(settings.host, port)
        registry = open_registry(settings)
        load(registry, demo_registry(folder / "registry", now))
        enter_activity(registry, demo_activity(), now)
        service = Service(switched_on(settings))
        if settings.hj212 == "auto":
            service.hj212.where_taken = WhereTaken.ANYWHERE
        try:
            with progress:
                fill_with_history(service, folder / "history", now, progress)
            service.ledger.rows_written = 0  # what is told from here on is live
            service.start()
            assert service.mqtt.broker is not None  # the demo always brings its own
            senders: list[LiveSender | StationSender] = [
                LiveSender(
                    service.mqtt.broker.host,
                    service.mqtt.broker.port,
                    service.registry().park.code,
                    now=now,
                )
            ]
            if (receiver := service.hj212.source) is not None:
                senders.append(StationSender(settings.hj212_host, receiver.port, now=now))
            return _live(service, senders, duration_s, on_ready)
        finally:
            service.stop()


def _live(
    service: Service,
    senders: Sequence[LiveSender | StationSender],
    duration_s: float | None,
    on_ready: Callable[[str, float], None],
) -> DemoOutcome:
    server = Server(service, service.settings.host, service.settings.port)
    ready: Future[float] = Future()

    def greet() -> None:
        try:
            first_page(server.url, datetime.now(service.registry().zone).year)
            ready.set_result(since_process_start())
            on_ready(server.url, ready.result())
            if duration_s is not None:
                stopper = threading.Timer(duration_s, server.stop)
                stopper.daemon = True
                stopper.start()
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the demo, below
            ready.set_exception(error)
            server.stop()

    threading.Thread(target=greet, name="greeter", daemon=True).start()
    for sender in senders:
        sender.start()
    try:
        server.serve()
    finally:
        for sender in senders:
            sender.stop()
    service.drain()
    zone = service.registry().zone
    start, _ = parse_period(str(datetime.now(zone).year), zone)
    figures = totals(inventory(service.books, every="year", start=start, end=utc_now()), [])
    counters = service.pipeline.counters()
    return DemoOutcome(
        ready_s=round(ready.result(timeout=0), 2),
        accepted=counters["accepted"],
        rejected=counters["rejected"],
        usage_hours=service.ledger.rows_written,
        co2e_t=float(figures["co2e_t"].iloc[0]),
        energy_tce=float(figures["energy_tce_calorific"].iloc[0]),
        url=server.url,
    )
