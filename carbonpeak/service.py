"""The service: who is wired to whom, and in which order things start and stop.

One process with everything in it, or one of several with the parts of its role.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from api import health as health_noun
from api.app import ApiContext, Keys, create_app
from carbonpeak import __version__
from carbonpeak import health as health_body
from carbonpeak.broker import Broker, open_broker
from carbonpeak.events import listening
from carbonpeak.expiry import Expiry
from carbonpeak.metrics import Metrics
from carbonpeak.process_states import ProcessState, ProcessStates
from carbonpeak.receipts import ReceiptPublisher
from carbonpeak.registry_view import RegistryView
from carbonpeak.roles import Role, as_role, parts_of, process_name
from carbonpeak.settings import Settings, SettingsError
from carbonpeak.store_state import StoreState
from carbonpeak.stores import SERVER_WAIT_S, await_park, open_registry, open_store
from carbonpeak.telling import Teller
from dashboards.console import mount
from ingest.corrections import Corrector
from ingest.pipeline import Pipeline
from ingest.replay import Replayer
from ingest.sources import http_imports, http_push
from ingest.sources.mqtt import MqttSource
from ingest.sources.mqtt_session import Account, Session, Will
from ingest.sources.notices import Notices, status_topic, stored_topic
from ingest.sources.sparkplug import SparkplugSource
from ingest.sources.sparkplug_nodes import births_of
from ledger.basis import Basis
from ledger.books import Books
from ledger.share import Share
from ledger.worker import LedgerWorker
from models.carbon.factors import FactorLibrary
from store.interface import Store
from store.lock import FolderLock
from store.registry_db import Activity, FrozenInventories, Imports, Replays, history
from store.registry_db.corrections import Corrections

REGISTRY_CHANGES = 1000  # the newest, that a difference since a freezing may name
STOP_S = 5.0  # what the broker may take to read our last words


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
        self.broker: Broker | None = None
        self.source: MqttSource | None = None
        self.sparkplug: SparkplugSource | None = None
        self.session: Session | None = None
        self._notices: Notices | None = None
        self._teller: Teller | None = None
        self._receipts: ReceiptPublisher | None = None
        self._processes = ProcessStates()
        self.started = utc_now()

    def start(self) -> None:
        """Start the broker (if it is ours), the parts of the role, and the MQTT session."""
        if self.parts.settles:
            self.ledger.start()
        if self.parts.answers:
            self.expiry.start()
            self.corrector.complete()
        if self.parts.takes_mqtt:
            self.pipeline.start()
        if self.settings.broker != "none":
            self._connect(*self._broker_address())

    def _broker_address(self) -> tuple[str, int]:
        settings = self.settings
        if settings.broker == "external":
            return settings.mqtt_host, settings.mqtt_port
        prefer = None if settings.broker == "auto" else settings.broker
        self.broker = open_broker(settings.data / "broker", settings.mqtt_port, prefer=prefer)
        if self.broker.kind == "embedded" and settings.mqtt_share is not None:
            raise SettingsError("mqtt_share: the embedded broker has no shared subscriptions")
        return self.broker.host, self.broker.port

    def _connect(self, host: str, port: int) -> None:
        settings, park = self.settings, self.registry().park.code
        account = Account(
            settings.mqtt_username, settings.secret("mqtt_password"), settings.mqtt_ca_file
        )
        own = self.state()
        gone = ProcessState(own.process, own.role, connected=False)
        will = Will(status_topic(park, own.process), msgspec.to_builtins(gone))
        if self.parts.takes_mqtt:
            self.source = MqttSource(
                host,
                port,
                park,
                settings.mqtt_client_id,
                self.pipeline,
                account=account,
                share=settings.mqtt_share,
                folder=settings.data,
                on_ready=self._connected,
                will=None if self.role is None else will,
            )
            self.session = self.source.session
            if settings.takes_sparkplug:
                self.sparkplug = SparkplugSource(
                    host,
                    port,
                    park,
                    self.pipeline,
                    client_id=f"{settings.mqtt_client_id}-sparkplug",
                    host_id=settings.sparkplug_host,
                    folder=settings.data / "sparkplug",
                    is_known=lambda code: code in self.registry().enterprise_by_code,
                    account=account,
                )
        else:
            wake = {stored_topic(park): lambda *_: self._woken()}
            watch = {status_topic(park, "+"): self._processes.heard}
            self.session = listening(
                host,
                port,
                settings.mqtt_client_id,
                account,
                wake if self.parts.settles else watch,
                on_ready=self._connected,
                will=will,
            )
        session = self.session
        self._notices = Notices(session, park)
        notices = self._notices
        if self.parts.settles and settings.share[0] == 0:  # exactly one process of the park
            self._receipts = ReceiptPublisher(
                self.books,
                notices.receipt,
                lambda: session.connected,
                memory=settings.data / "receipts.json",
                hour=settings.receipt_hour,
            )
            self._receipts.start()
        if self.role is not None:
            self._teller = Teller(self._notices, self.state, lambda: session.connected)
            self._teller.start()
        session.start()
        if self.sparkplug is not None:
            self.sparkplug.start()

    def drain(self) -> None:
        """Stop in the order of the flow, so that nothing taken in is left half-way.

        Afterwards everything received is stored and settled, and the books can still be asked.
        """
        if self.sparkplug is not None:
            self.sparkplug.finish()
        if self.source is not None:
            self.source.finish()
        self.pipeline.stop()
        self.expiry.stop()
        if self._receipts is not None:
            self._receipts.stop()
        if self.parts.settles:
            self.ledger.stop()
        if self._teller is not None:
            self._teller.stop()
        if self.sparkplug is not None:
            self.sparkplug.stop()
        if self.session is not None:
            self.session.stop(STOP_S)

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
        """The API with the way in by HTTP and the console on it; for other roles health only."""
        births = partial(births_of, self.settings.data / "sparkplug")
        again = None
        if self.parts.appends:
            again = Replayer(self.pipeline, self.store, self.replays, births)
        context = ApiContext(
            books=self.books,
            health=self.health,
            version=__version__,
            again=again,
            corrections=Corrections(self.database),
            corrector=self.corrector if self.parts.appends else None,
            activity=Activity(self.database, self.registry.renew),
            activity_deadline_days=self.settings.activity_deadline_days,
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
            connected=self.session is not None and self.session.connected,
            started=self.started,
            ingest=self.pipeline.counters() if self.parts.appends else {},
            usage_rows_written=self.ledger.rows_written,
            last_settled=self.ledger.last_settled,
        )

    def health(self) -> dict[str, Any]:
        """State of every part, as /api/v1/health answers it."""
        own = self.state()
        broker = {
            "kind": self.settings.broker if self.broker is None else self.broker.kind,
            "connected": own.connected,
            "trouble": None if self.session is None else self.session.trouble,
            "sparkplug": None if self.sparkplug is None else self.sparkplug.state(),
        }
        store = {"kind": self.settings.store, **self._store_state()}
        store["trouble"] = store["trouble"] or self.pipeline.counts().trouble
        return health_body.body(
            now=utc_now(),
            park=self.registry().park,
            broker=broker,
            store=store,
            own=own,
            processes=self._processes.all(own),
            expiry=self.expiry.state(),
        )

    def _metrics(self) -> Metrics:
        return Metrics(
            started=self.started,
            store=self._store_state,
            link=lambda: self.session,
            pipeline=self.pipeline if self.parts.appends else None,
            ledger=self.ledger if self.parts.settles else None,
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

    def _connected(self) -> None:
        # Events may have been missed, or our own may not have been told.
        if self.parts.settles:
            self._woken()
        if self._receipts is not None:
            self._receipts.wake()
        if self._teller is not None:
            self._teller.connected()

    def _stored(self) -> None:
        if self.parts.settles:
            self.ledger.wake()
        if self._teller is not None:
            self._teller.stored()

    def _woken(self) -> None:
        self.registry.renew()  # a meter exchange may have been declared, and is told only once
        self.ledger.wake()

    def _corrected(self) -> None:
        self.registry.renew()
        self._stored()

    def _usage_changed(self, rows: pa.Table) -> None:
        if self._notices is not None:
            self._notices.usage(rows)
        if self._teller is not None:
            self._teller.changed()

    def _rejected(self, rejections: pa.Table, ids: tuple[int, ...]) -> None:
        if self._notices is not None:
            self._notices.rejections(rejections, ids)
        if self._teller is not None:
            self._teller.changed()
