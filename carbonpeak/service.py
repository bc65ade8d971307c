"""The service: who is wired to whom, and in which order things start and stop.

One process with everything in it, or one of several with the parts of its role.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from api import health as health_noun
from api.app import ApiContext, Keys, create_app
from carbonpeak import __version__
from carbonpeak import health as health_body
from carbonpeak.alarm_parts import AlarmParts
from carbonpeak.expiry import Expiry
from carbonpeak.hj212_parts import Hj212Parts
from carbonpeak.metrics import Metrics
from carbonpeak.mqtt_parts import MqttParts, Neighbours
from carbonpeak.process_states import ProcessState
from carbonpeak.registry_view import RegistryView
from carbonpeak.roles import Role, as_role, parts_of, process_name
from carbonpeak.settings import Settings
from carbonpeak.stations_view import StationsView
from carbonpeak.store_state import StoreState
from carbonpeak.stores import SERVER_WAIT_S, await_park, open_registry, open_store
from dashboards.console import mount
from ingest.corrections import Corrector
from ingest.pipeline import Pipeline
from ingest.replay import Replayer
from ingest.sources import http_imports, http_push
from ingest.sources.sparkplug_nodes import births_of
from ledger.basis import Basis
from ledger.books import Books
from ledger.share import Share
from ledger.worker import LedgerWorker
from models.carbon.factors import FactorLibrary
from store.interface import Store
from store.lock import FolderLock
from store.registry_db import Activity, Appeals, FrozenInventories, Imports, Replays, history
from store.registry_db.corrections import Corrections

REGISTRY_CHANGES = 1000  # the newest, that a difference since a freezing may name


def utc_now() -> datetime:
    """The clock that the whole service is given."""
    return datetime.now(UTC)


class Service:
    """Ingest, store, ledger, API and console; the role says which of them run here."""

    def __init__(
        self, settings: Settings, role: Role | None = None, store: Store | None = None
    ) -> None:
        """Open the data folder; nothing runs yet. Raises where another service holds it.

        A process with a role waits for the registry's server and the store's for a while, and for a
        registered park until there is one. ``store`` is an open one, where the caller has it.
        """
        self.role = role
        self.parts = parts_of(role)
        self.settings = settings if role is None else as_role(settings, role)
        settings = self.settings
        wait_s = 0.0 if role is None else SERVER_WAIT_S
        settings.data.mkdir(parents=True, exist_ok=True)
        self._lock = FolderLock(settings.data)
        self._lock.acquire(None)
        self.database = open_registry(settings, wait_s)
        if role is not None:
            await_park(self.database)
        self.registry = RegistryView(self.database)
        self.store = store or open_store(
            settings, self.database, appends=self.parts.appends, clock=utc_now, wait_s=wait_s
        )
        self._store_state = StoreState(self.store.counts)
        self.replays = Replays(self.database)
        self.books = Books(
            self.store,
            self.registry,
            FactorLibrary(),
            utc_now,
            self.replays,
            self.database.snapshot,
            Corrections(self.database),
            FrozenInventories(self.database),
            partial(history, self.database, REGISTRY_CHANGES),
        )
        self.expiry = Expiry(self.store, settings.rejections_keep_days, utc_now)
        self.ledger = LedgerWorker(
            self.books,
            Basis(settings.data / "usage_basis.arrow"),
            self._usage_changed,
            Share(*settings.share),
        )
        self.pipeline = Pipeline(
            self.store,
            self.registry,
            on_stored=self._stored,
            on_rejected=self._rejected,
            now=utc_now,
            newest=self._newest_receipt,
        )
        self.corrector = Corrector(
            self.store, self.database, self.registry, on_stored=self._corrected, now=utc_now
        )
        self.mqtt = MqttParts(
            Neighbours(
                settings,
                role,
                self.parts,
                self.registry,
                self.pipeline,
                self.books,
                self._woken,
                self.state,
                lambda: self.hj212.heard,
            )
        )
        self.hj212 = Hj212Parts(
            settings, self.parts, self.registry, self.pipeline, self.mqtt.processes
        )
        self.alarms = AlarmParts(settings, self.database, self.books)
        self.started = utc_now()

    def start(self, *, watching: bool = True) -> None:
        """Start the broker (if it is ours), the parts of the role, and the MQTT session.

        ``watching`` for alarms is for a service that stays, not for one of a command's length.
        """
        if self.parts.settles:
            self.ledger.start()
        if self.parts.answers:
            self.expiry.start()
            self.corrector.complete()
        if self.parts.takes_mqtt:
            self.pipeline.start()
        self.mqtt.start()
        self.hj212.start(self.mqtt.session)
        if watching and self.parts.settles and self.settings.share[0] == 0:  # one of the park
            self.alarms.start(self.mqtt.tell, lambda: self.mqtt.connected, self.health)

    def drain(self) -> None:
        """Stop in the order of the flow, so that nothing taken in is left half-way.

        Afterwards everything received is stored and settled, and the books can still be asked.
        """
        self.hj212.finish()
        self.mqtt.finish()
        self.pipeline.stop()
        self.expiry.stop()
        if self.mqtt.receipts is not None:
            self.mqtt.receipts.stop()
        if self.parts.settles:
            self.ledger.stop()
        self.alarms.stop()
        self.mqtt.stop()

    def stop(self) -> None:
        """Drain, then let go of the broker and the data folder."""
        self.drain()
        self.mqtt.stop_broker()
        self.store.close()
        self._lock.release()

    def say_where(self, url: str) -> None:
        """Tell the CLI, by the lock file, where this service answers."""
        self._lock.acquire(url)

    def app(self) -> FastAPI:
        """The API with the way in by HTTP and the console on it; for other roles health only."""
        births = partial(births_of, self.settings.data / "sparkplug")
        again = None
        if self.parts.appends:
            stations = StationsView(self.registry, self.settings.station_keys())
            again = Replayer(self.pipeline, self.store, self.replays, births, stations)
        context = ApiContext(
            books=self.books,
            health=self.health,
            version=__version__,
            again=again,
            corrections=Corrections(self.database),
            corrector=self.corrector if self.parts.appends else None,
            activity=Activity(self.database, self.registry.renew),
            station_host=self.hj212.host,
            activity_deadline_days=self.settings.activity_deadline_days,
            alarms=self.alarms.alarms,
            alarm_deliveries=self.alarms.deliveries,
            appeals=Appeals(self.database),
        )
        if not self.parts.answers:
            app = create_app(context, routers=(health_noun.router,))
            self._metrics().mount(app)
            return app
        keys = Keys(
            self.settings.secret("read_key"),
            self.settings.secret("write_key"),
            enterprises=self.settings.enterprise_keys(),
        )
        app = create_app(context, keys)
        imports = Imports(self.database)
        blocks = http_imports.BlockRecorder(imports, utc_now)
        app.include_router(http_push.router(self.pipeline, blocks), prefix="/api/v1")
        app.include_router(http_imports.router(imports, utc_now), prefix="/api/v1")
        self._metrics().mount(app)

        @app.get("/", include_in_schema=False)
        def root() -> RedirectResponse:
            return RedirectResponse("/console")

        mount(app, storage_secret=self._secret(), key=keys.internal)
        return app

    def state(self) -> ProcessState:
        """How this process is doing, as it tells the others."""
        settings, role = self.settings, self.role
        return ProcessState(
            process=settings.writer if role is None else process_name(settings, role),
            role="all" if role is None else role.value,
            connected=self.mqtt.connected,
            started=self.started,
            ingest=self.pipeline.counters() if self.parts.appends else {},
            usage_rows_written=self.ledger.rows_written,
            last_settled=self.ledger.last_settled,
        )

    def health(self) -> dict[str, Any]:
        """State of every part, as /api/v1/health answers it."""
        own = self.state()
        store = {"kind": self.settings.store, **self._store_state()}
        store["trouble"] = store["trouble"] or self.pipeline.counts().trouble
        return health_body.body(
            now=utc_now(),
            park=self.registry().park,
            broker=self.mqtt.health(),
            store=store,
            own=own,
            processes=self.mqtt.processes.all(own),
            expiry=self.expiry.state(),
        )

    def _metrics(self) -> Metrics:
        return Metrics(
            started=self.started,
            store=self._store_state,
            link=lambda: self.mqtt.session,
            pipeline=self.pipeline if self.parts.appends else None,
            ledger=self.ledger if self.parts.settles else None,
            hj212=self.hj212.source,
            alarms=self.alarms,
        )

    def _newest_receipt(self) -> datetime | None:
        latest = self.store.latest()
        newest: datetime | None = pc.max(latest["received"]).as_py()
        return newest

    def _secret(self) -> str:
        file = self.settings.data / "console.secret"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(32), encoding="ascii")
        return file.read_text(encoding="ascii")

    def _stored(self) -> None:
        if self.parts.settles:
            self.ledger.wake()
        self.mqtt.stored()

    def _woken(self) -> None:
        self.registry.renew()  # a meter exchange may have been declared, and is told only once
        self.ledger.wake()
        self.alarms.wake()

    def _corrected(self) -> None:
        self.registry.renew()
        self._stored()

    def _usage_changed(self, rows: pa.Table) -> None:
        self.alarms.usage_changed(rows)
        self.mqtt.usage_changed(rows)

    def _rejected(self, rejections: pa.Table, ids: tuple[int, ...]) -> None:
        self.mqtt.rejected(rejections, ids)
