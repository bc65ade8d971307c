"""What the service has to do with MQTT: the broker where it is ours, sessions, and what is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa

from carbonpeak.broker import Broker, open_broker
from carbonpeak.events import Heard, listening
from carbonpeak.process_states import ProcessState, ProcessStates
from carbonpeak.receipts import ReceiptPublisher
from carbonpeak.registry_view import RegistryView
from carbonpeak.roles import Parts, Role
from carbonpeak.settings import Settings, SettingsError
from carbonpeak.stations_view import StationsView
from carbonpeak.telling import Teller
from ingest.pipeline import Pipeline
from ingest.sources.mqtt import MqttSource
from ingest.sources.mqtt_session import Account, Session, Will
from ingest.sources.notices import CONFIRM_S, Notices, status_topic, stored_topic
from ingest.sources.sparkplug import SparkplugSource
from ledger.books import Books

STOP_S = 5.0  # what the broker may take to read our last words


@dataclass(frozen=True)
class Neighbours:
    """What of the service the sessions work for. ``woken`` says that there may be usage to settle,
    ``state`` how this process is doing.
    """

    settings: Settings
    role: Role | None
    parts: Parts
    registry: RegistryView
    pipeline: Pipeline
    books: Books
    woken: Callable[[], None]
    state: Callable[[], ProcessState]
    heard: Callable[[], Mapping[str, Heard]] = dict  # what else a session listens to, by topic


class MqttParts:
    """Nothing runs, and everything is None, before ``start``; without a broker it stays so."""

    def __init__(self, neighbours: Neighbours) -> None:
        self._of = neighbours
        self.broker: Broker | None = None
        self.source: MqttSource | None = None
        self.sparkplug: SparkplugSource | None = None
        self.session: Session | None = None
        self.notices: Notices | None = None
        self.teller: Teller | None = None
        self.receipts: ReceiptPublisher | None = None
        self.processes = ProcessStates()

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the broker now."""
        return self.session is not None and self.session.connected

    def start(self) -> None:
        """Start the broker (if it is ours) and the sessions; they connect by themselves."""
        settings = self._of.settings
        if settings.broker != "none":
            host, port = self._broker_address()
            account = Account(
                settings.mqtt_username, settings.secret("mqtt_password"), settings.mqtt_ca_file
            )
            self.session = self._session(host, port, account)
            self._tell(self.session)
            self.session.start()
            if self.sparkplug is not None:
                self.sparkplug.start()

    def _broker_address(self) -> tuple[str, int]:
        settings = self._of.settings
        if settings.broker == "external":
            return settings.mqtt_host, settings.mqtt_port
        prefer = None if settings.broker == "auto" else settings.broker
        self.broker = open_broker(settings.data / "broker", settings.mqtt_port, prefer=prefer)
        if self.broker.kind == "embedded" and settings.mqtt_share is not None:
            raise SettingsError("mqtt_share: the embedded broker has no shared subscriptions")
        return self.broker.host, self.broker.port

    def _session(self, host: str, port: int, account: Account) -> Session:
        settings, parts = self._of.settings, self._of.parts
        park = self._of.registry().park.code
        own = self._of.state()
        gone = ProcessState(own.process, own.role, connected=False)
        will = Will(status_topic(park, own.process), msgspec.to_builtins(gone))
        if not parts.takes_mqtt:
            wake = {stored_topic(park): lambda *_: self._of.woken()}
            watch = {status_topic(park, "+"): self.processes.heard}
            return listening(
                host,
                port,
                settings.mqtt_client_id,
                account,
                {**(wake if parts.settles else watch), **self._of.heard()},
                on_ready=self._connected,
                will=will,
            )
        self.source = MqttSource(
            host,
            port,
            park,
            settings.mqtt_client_id,
            self._of.pipeline,
            account=account,
            share=settings.mqtt_share,
            folder=settings.data,
            on_ready=self._connected,
            will=None if self._of.role is None else will,
            stations=StationsView(self._of.registry, settings.station_keys()),
        )
        if settings.takes_sparkplug:
            registry = self._of.registry
            self.sparkplug = SparkplugSource(
                host,
                port,
                park,
                self._of.pipeline,
                client_id=f"{settings.mqtt_client_id}-sparkplug",
                host_id=settings.sparkplug_host,
                folder=settings.data / "sparkplug",
                is_known=lambda code: code in registry().enterprise_by_code,
                account=account,
            )
        return self.source.session

    def _tell(self, session: Session) -> None:
        """Begin to tell what is told through the session."""
        settings, parts = self._of.settings, self._of.parts
        notices = self.notices = Notices(session, self._of.registry().park.code)
        if parts.settles and settings.share[0] == 0:  # exactly one process of the park
            self.receipts = ReceiptPublisher(
                self._of.books,
                notices.receipt,
                lambda: session.connected,
                memory=settings.data / "receipts.json",
                hour=settings.receipt_hour,
            )
            self.receipts.start()
        if self._of.role is not None:
            self.teller = Teller(notices, self._of.state, lambda: session.connected)
            self.teller.start()

    def finish(self) -> None:
        """Take nothing more; what was taken can still be acknowledged."""
        for way_in in (self.sparkplug, self.source):
            if way_in is not None:
                way_in.finish()

    def stop(self) -> None:
        """Say what is not said yet, and end the sessions; a broker of ours goes on."""
        for part in (self.teller, self.sparkplug):
            if part is not None:
                part.stop()
        if self.session is not None:
            self.session.stop(STOP_S)

    def stop_broker(self) -> None:
        """End the broker, where it is ours."""
        if self.broker is not None:
            self.broker.stop()

    def health(self) -> dict[str, Any]:
        """State of the broker and the sessions, as /api/v1/health answers it."""
        return {
            "kind": self._of.settings.broker if self.broker is None else self.broker.kind,
            "connected": self.connected,
            "trouble": None if self.session is None else self.session.trouble,
            "sparkplug": None if self.sparkplug is None else self.sparkplug.state(),
        }

    def tell(self, topic: str, content: dict[str, Any]) -> bool:
        """Publish and wait until the broker has it; false where it has not, or may not have."""
        session = self.session
        return session is not None and session.publish_confirmed(topic, content, CONFIRM_S)

    def stored(self) -> None:
        """Readings were stored."""
        if self.teller is not None:
            self.teller.stored()

    def usage_changed(self, rows: pa.Table) -> None:
        """Usage of these meters and hours was written."""
        if self.notices is not None:
            self.notices.usage(rows)
        if self.teller is not None:
            self.teller.changed()

    def rejected(self, rejections: pa.Table, ids: tuple[int, ...]) -> None:
        """NEW_REJECTIONS were stored under these numbers."""
        if self.notices is not None:
            self.notices.rejections(rejections, ids)
        if self.teller is not None:
            self.teller.changed()

    def _connected(self) -> None:
        # Events may have been missed, or our own may not have been told.
        if self._of.parts.settles:
            self._of.woken()
        if self.receipts is not None:
            self.receipts.wake()
        if self.teller is not None:
            self.teller.connected()
