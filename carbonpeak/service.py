"""The service: who is wired to whom, and in which order things start and stop."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from api.app import ApiContext, create_app
from carbonpeak import __version__
from carbonpeak.broker import Broker, open_broker
from carbonpeak.registry_view import RegistryView
from carbonpeak.settings import Settings
from dashboards.console import mount
from ingest.pipeline import Pipeline
from ingest.sources import http_push
from ingest.sources.mqtt import MqttSource
from ledger.basis import Basis
from ledger.books import Books
from ledger.worker import LedgerWorker
from models.carbon.factors import FactorLibrary
from store.duckdb_store import DuckDBStore
from store.lock import FolderLock
from store.registry_db import RegistryDatabase

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock that the whole service is given."""
    return datetime.now(UTC)


class Service:
    """One process with everything in it: ingest, store, ledger, API and console."""

    def __init__(self, settings: Settings) -> None:
        """Open the data folder; nothing runs yet. Raises where another service holds it."""
        self.settings = settings
        settings.data.mkdir(parents=True, exist_ok=True)
        self._lock = FolderLock(settings.data)
        self._lock.acquire(None)
        self.database = RegistryDatabase(settings.registry_address)
        self.database.migrate()
        self.registry = RegistryView(self.database)
        self.store = DuckDBStore(
            settings.data / "readings.duckdb",
            writer=settings.writer,
            clock=utc_now,
            zone=self.registry().zone,
            memory_limit=settings.store_memory,
        )
        self.books = Books(self.store, self.registry, FactorLibrary(), utc_now)
        self.ledger = LedgerWorker(
            self.books, Basis(settings.data / "usage_basis.arrow"), self._usage_changed
        )
        self.pipeline = Pipeline(
            self.store,
            self.registry,
            on_stored=self.ledger.wake,
            on_rejected=self._rejected,
            now=utc_now,
        )
        self.broker: Broker | None = None
        self.mqtt: MqttSource | None = None
        self.started = utc_now()

    def start(self) -> None:
        """Start the broker (if it is ours), the ledger, the pipeline and the MQTT session."""
        settings = self.settings
        self.ledger.start()
        self.pipeline.start()
        if settings.broker == "none":
            return
        if settings.broker == "external":
            host, port = settings.mqtt_host, settings.mqtt_port
        else:
            prefer = None if settings.broker == "auto" else settings.broker
            self.broker = open_broker(settings.data / "broker", settings.mqtt_port, prefer=prefer)
            host, port = self.broker.host, self.broker.port
        self.mqtt = MqttSource(
            host, port, self.registry().park.code, settings.mqtt_client_id, self.pipeline
        )
        self.mqtt.start()

    def drain(self) -> None:
        """Stop in the order of the flow, so that nothing taken in is left half-way.

        Afterwards everything received is stored and settled, and the books can still be asked.
        """
        if self.mqtt is not None:
            self.mqtt.stop()
        self.pipeline.stop()
        self.ledger.stop()

    def stop(self) -> None:
        """Drain, then let go of the broker and the data folder."""
        self.drain()
        if self.broker is not None:
            self.broker.stop()
        self.store.close()
        self._lock.release()

    def say_where(self, url: str) -> None:
        """Tell the CLI, by the lock file, where this service answers."""
        self._lock.acquire(url)

    def app(self) -> FastAPI:
        """The API with the way in by HTTP and the console on it."""
        app = create_app(ApiContext(books=self.books, health=self.health, version=__version__))
        app.include_router(http_push.router(self.pipeline), prefix="/api/v1")

        @app.get("/", include_in_schema=False)
        def root() -> RedirectResponse:
            return RedirectResponse("/console")

        mount(app, storage_secret=self._secret())
        return app

    def health(self) -> dict[str, Any]:
        """State of every part, as /api/v1/health answers it."""
        park = self.registry().park
        connected = self.mqtt is not None and self.mqtt.connected
        counters = self.pipeline.counters()
        broker = self.broker.kind if self.broker is not None else self.settings.broker
        return {
            "status": "ok" if connected or self.settings.broker == "none" else "degraded",
            "version": __version__,
            "time": utc_now(),
            "started": self.started,
            "park": {
                "code": park.code,
                "name_zh": park.name_zh,
                "name_en": park.name_en,
                "province": park.province,
                "time_zone": park.time_zone,
            },
            "broker": {"kind": broker, "connected": connected},
            "store": {"kind": "duckdb", **self.store.counts()},
            "ingest": counters,
            "ledger": {
                "usage_rows_written": self.ledger.rows_written,
                "last_settled": self.ledger.last_settled,
            },
        }

    def _secret(self) -> str:
        file = self.settings.data / "console.secret"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(32), encoding="ascii")
        return file.read_text(encoding="ascii")

    def _usage_changed(self, rows: pa.Table) -> None:
        if self.mqtt is not None:
            self.mqtt.publish_usage(rows)

    def _rejected(self, rejections: pa.Table, ids: tuple[int, ...]) -> None:
        if self.mqtt is not None:
            self.mqtt.publish_rejections(rejections, ids)


class Server:
    """uvicorn on a socket that listens before anything is promised about its address."""

    def __init__(self, service: Service, host: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self._socket.listen(128)  # from here on callers wait instead of being refused
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            service.app(), log_level="warning", timeout_graceful_shutdown=3, access_log=False
        )
        self._uvicorn = uvicorn.Server(config)
        service.say_where(self.url)

    def serve(self) -> None:
        """Answer until told to stop: by ``stop``, and in the main thread by Ctrl-C or SIGTERM."""
        if threading.current_thread() is not threading.main_thread():
            self._uvicorn.run(sockets=[self._socket])
            return
        # uvicorn raises what it caught once more when it is done; what stops the rest of the
        # service comes after that, so these must not end the process.
        ends = (signal.SIGINT, signal.SIGTERM)
        before = {end: signal.signal(end, lambda *_: self.stop()) for end in ends}
        try:
            self._uvicorn.run(sockets=[self._socket])
        finally:
            for end, handler in before.items():
                signal.signal(end, handler)

    def stop(self) -> None:
        """Ask ``serve`` to return; from any thread."""
        self._uvicorn.should_exit = True


@contextmanager
def serving(service: Service, host: str, port: int) -> Iterator[Server]:
    """Serve from a thread for as long as the block runs."""
    server = Server(service, host, port)
    thread = threading.Thread(target=server.serve, name="http", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
