"""What the service has to do with alarms: the sources that are watched, and the ways out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from alarms.courier import Courier
from alarms.engine import AlarmEngine
from alarms.kinds import kinds
from alarms.posting import Posting
from alarms.quiet import QuietHours
from alarms.sources.doubted import Doubted
from alarms.sources.exceeded import Exceeded, Warned
from alarms.sources.findings import SenderFindings, UsageFindings
from alarms.sources.machine import Machine
from alarms.sources.permitted import Budgets, Permits
from alarms.sources.rejected import Rejected
from alarms.sources.silence import Silence
from alarms.sources.source import Source
from alarms.ways.mail import MailServer, MailWay
from alarms.ways.mqtt import MqttWay, Publish
from alarms.ways.way import Way
from alarms.ways.webhook import WebhookWay
from carbonpeak.settings import Settings, SettingsError
from ledger.books import Books
from models.alarms import Alarm, Severity
from store.registry_db import AlarmDeliveries, Alarms, RegistryDatabase


class AlarmParts:
    """The record of alarms for every process, and the engine and the couriers where they run.

    Exactly one process of a park may ``start`` them: the one of the ledger's first share. Others
    write to the same outbox, which the couriers look at by themselves. Raises SettingsError where a
    way out is set up by halves.
    """

    def __init__(self, settings: Settings, database: RegistryDatabase, books: Books) -> None:
        self._settings = settings
        self._books = books
        self._engines: list[AlarmEngine] = []
        self._couriers: list[Courier] = []
        self._webhook = _webhook(settings, books.now)
        self._mail = _mail_server(settings)
        ways = [name for name, is_set in (("mqtt", settings.broker != "none"),
                ("webhook", self._webhook is not None), ("mail", self._mail is not None))
                if is_set]  # fmt: skip
        zone = books.registry().zone
        try:
            quiet = settings.alarm_quiet_hours and QuietHours.of(settings.alarm_quiet_hours, zone)
        except ValueError as error:
            raise SettingsError(f"alarm_quiet_hours: {error}") from error
        below = Severity(settings.alarm_quiet_below)
        self.alarms = Alarms(database, Posting(ways, quiet or None, below), self._posted)
        self.deliveries = AlarmDeliveries(database)

    def within(self, severity: Severity) -> timedelta:
        """The time to handle an alarm of that severity in."""
        return timedelta(hours=getattr(self._settings, f"alarm_deadline_{severity.value}_h"))

    def start(
        self,
        publish: Publish,
        is_connected: Callable[[], bool],
        health: Callable[[], Mapping[str, Any]],
    ) -> None:
        """Begin to watch and to tell; ``publish`` tells by MQTT and waits for the broker."""
        registry = self._books.registry()
        ways: list[Way] = [MqttWay(registry.park.code, publish, is_connected)]
        if self._webhook is not None:
            ways.append(self._webhook)
        if self._mail is not None:
            ways.append(MailWay(self._mail, registry.park.code, registry.zone))
        self._couriers = [Courier(self.deliveries, way, self._books.now) for way in ways]
        self._engines = [
            AlarmEngine(self._books, self.alarms, sources, self.within)
            for sources in self._sources(health)
        ]
        for courier in self._couriers:
            courier.start()
        for engine in self._engines:
            engine.start()

    def usage_changed(self, rows: pa.Table) -> None:
        """Usage of these meters and hours (meter_key, hour) was written."""
        for engine in self._engines:
            engine.wake(rows)

    def stop(self) -> None:
        """End the threads; what is not told yet is after the next start."""
        for engine in self._engines:
            engine.stop()
        for courier in self._couriers:
            courier.stop()

    def wake(self) -> None:
        """There is a connection to the broker again."""
        self._posted()

    @property
    def is_watching(self) -> bool:
        """Whether this process watches for alarms and tells them."""
        return bool(self._engines)

    def trouble(self) -> dict[str, str]:
        """Kinds that cannot be looked at just now, and why."""
        return {some: why for one in self._engines for some, why in one.trouble().items()}

    def _posted(self) -> None:
        for courier in self._couriers:
            courier.wake()

    def _sources(self, health: Callable[[], Mapping[str, Any]]) -> Sequence[Sequence[Source]]:
        """Those of a group wait for one another: what has to be told within seconds stands alone,
        as does what looks at days or years.
        """
        books = self._books
        return (
            (Exceeded(books),),
            (Warned(books),),
            (UsageFindings(books), Rejected(books), Silence(books, self._standing), Permits(books)),
            (Machine(health),),
            (SenderFindings(books), Budgets(books), Doubted(books)),
        )

    def _standing(self, kind: str) -> Sequence[Alarm]:
        return self.alarms.standing([kind], self._books.now() - kinds()[kind].reopen)


def _webhook(settings: Settings, now: Callable[[], datetime]) -> WebhookWay | None:
    if settings.alarm_webhook_url is None:
        return None
    secret = settings.secret("alarm_webhook_secret")
    if secret is None:
        raise SettingsError("alarm_webhook_secret: alarm_webhook_url needs one to sign with")
    return WebhookWay(settings.alarm_webhook_url, secret, now)


def _mail_server(settings: Settings) -> MailServer | None:
    if settings.alarm_mail_host is None:
        return None
    recipients = tuple(
        one.strip() for one in (settings.alarm_mail_to or "").split(",") if one.strip()
    )
    for name, value in (("from", settings.alarm_mail_from), ("to", recipients)):
        if not value:
            raise SettingsError(f"alarm_mail_{name}: alarm_mail_host needs it")
    return MailServer(
        settings.alarm_mail_host,
        settings.alarm_mail_port,
        settings.alarm_mail_security,
        settings.alarm_mail_from or "",
        recipients,
        settings.alarm_mail_user,
        settings.secret("alarm_mail_password"),
    )
