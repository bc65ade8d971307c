"""Which store and which registry database the settings name, opened."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from carbonpeak.settings import Settings
from models.errors import CarbonpeakError
from store.duckdb_store import DuckDBStore
from store.interface import Store
from store.registry_db import RegistryDatabase, RegistryEmptyError, RegistryServerError

log = logging.getLogger(__name__)

SERVER_WAIT_S = 60.0  # how long a process of several waits for a server that starts beside it
LOOK_S = 1.0
SAY_S = 60.0


def open_registry(settings: Settings, wait_s: float = 0.0) -> RegistryDatabase:
    """The registry's database with its tables up to date; waits that long for its server."""
    database = RegistryDatabase(
        settings.registry_address, settings.secret("registry_password"), wait_s=wait_s
    )
    database.migrate()
    return database


def await_park(database: RegistryDatabase) -> None:
    """Return as soon as a park is registered, and say once a minute that none is.

    What a process of several does at its start: the park is registered when the set is up. Called
    in the main thread, it ends with whatever a signal's handler raises.
    """
    never = threading.Event()
    said = float("-inf")
    while True:
        try:
            database.snapshot()
        except (RegistryEmptyError, RegistryServerError) as error:
            if time.monotonic() - said >= SAY_S:
                log.warning("waiting: %s", error)
                said = time.monotonic()
            never.wait(LOOK_S)
        else:
            return


def open_store(
    settings: Settings,
    database: RegistryDatabase,
    *,
    appends: bool,
    clock: Callable[[], datetime],
    wait_s: float = 0.0,
) -> Store:
    """The store of readings and usage; ``database`` holds a registered park.

    Without ``appends`` it asks and settles only. A server is waited for up to ``wait_s``; raises
    CarbonpeakError where it does not answer by then.
    """
    zone = database.snapshot().zone
    if settings.store == "duckdb":
        return DuckDBStore(
            settings.data / "readings.duckdb",
            writer=settings.writer,
            clock=clock,
            zone=zone,
            memory_limit=settings.store_memory,
        )
    # Its client takes a second to import, which a process with a file need not spend.
    from store.influxdb_store import InfluxDB, InfluxDBStore  # noqa: PLC0415
    from store.influxdb_store.set_up import prepare  # noqa: PLC0415

    server = InfluxDB(
        settings.influx_url,
        settings.influx_org,
        settings.influx_bucket,
        settings.secret("influx_token"),
    )
    if not server.ping():
        log.warning("waiting up to %.0f s for InfluxDB at %s", wait_s, settings.influx_url)
        if not server.ping(wait_s):
            raise CarbonpeakError(f"influx_url: no InfluxDB answers at {settings.influx_url}")
    prepare(server)
    return InfluxDBStore(
        server,
        writer=settings.writer if appends else None,
        writer_number=database.writer_number(settings.writer) if appends else 0,
        clock=clock,
        zone=zone,
    )
