"""Alarms by e-mail over SMTP (RFC 5321), in both languages."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from alarms.kinds import kind_names
from alarms.life_cycle import BY_PERSONS
from alarms.ways.message import ACTIONS, SEVERITIES
from alarms.ways.way import DeliveryError
from models.alarms import Alarm, AlarmEvent
from store.registry_db.alarm_deliveries import Delivery

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\+00:00")  # as alarms.looking writes them

ANSWER_S = 20.0
REMEMBERED = 10_000  # mails that some recipients have and others not

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in, from whom and to whom."""

    host: str
    port: int
    security: Security
    sender: str
    recipients: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class MailWay:
    """One mail an event, or one for several as a digest; times in it are of the park."""

    name = "mail"
    has_digests = True

    def __init__(self, server: MailServer, park: str, zone: ZoneInfo) -> None:
        self._server = server
        self._park = park
        self._zone = zone
        self._has: dict[str, set[str]] = {}  # by mail who has it, where others were refused

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """The machine's certificates, read at the first mail that needs them and not for each."""
        return ssl.create_default_context()

    def is_ready(self) -> bool:
        """Always: only a connection tells."""
        return True

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """Hand it in to the server for all recipients; those that it refuses are a failure.

        The next attempt is for those only: whoever has the mail does not get it again and again.
        """
        mail = self._mail(deliveries)
        has = self._has.get(mail["Message-ID"], set())
        left = [one for one in self._server.recipients if one not in has]
        try:
            with self._connected() as smtp:
                refused = smtp.send_message(mail, to_addrs=left)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"{type(error).__name__}: {error}") from error
        if refused:
            if len(self._has) >= REMEMBERED:
                del self._has[next(iter(self._has))]
            self._has[mail["Message-ID"]] = has | (set(left) - set(refused))
            raise DeliveryError(f"refused for {', '.join(sorted(refused))}")
        self._has.pop(mail["Message-ID"], None)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=ANSWER_S, context=self._context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=ANSWER_S)
        try:
            if server.security == "starttls":
                smtp.starttls(context=self._context)
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _mail(self, deliveries: Sequence[Delivery]) -> EmailMessage:
        first, last = deliveries[0], deliveries[-1]
        mail = EmailMessage()
        mail["From"] = self._server.sender
        mail["To"] = ", ".join(self._server.recipients)
        mail["Date"] = format_datetime(last.event.at)
        # The same for each attempt: a mail that comes twice is known by it.
        number = f"{first.event.id}-{last.event.id}-{len(deliveries)}"
        domain = self._server.sender.rpartition("@")[2].strip(" >")
        mail["Message-ID"] = f"<alarm-{self._park}-{number}@{domain}>"
        about = (
            title(first.alarm, first.event)
            if len(deliveries) == 1
            else f"{len(deliveries)} 条报警 alarms"
        )
        mail["Subject"] = f"[{self._park}] {about}"
        mail.set_content("\n\n".join(self._text(one) for one in deliveries) + "\n")
        return mail

    def _text(self, one: Delivery) -> str:
        alarm, event = one.alarm, one.event
        extent = alarm.extent
        until = "…" if extent.until is None else f"{extent.until.astimezone(self._zone):%F %H:%M}"
        lines = [
            title(alarm, event),
            alarm.told.zh,
            alarm.told.en,
            f"时段 period: {extent.begin.astimezone(self._zone):%F %H:%M} – {until}"
            f" ({self._zone.key})，次数 count: {event.count}",
        ]
        if event.worst is not None:
            limit = "" if extent.limit is None else f"，限值 limit: {extent.limit:.6g}"
            unit = "" if extent.unit == "1" else f" {extent.unit}".rstrip()
            lines.append(f"最差 worst: {event.worst:.6g}{unit}{limit}")
        lines.append(f"处理期限 due: {alarm.due_at.astimezone(self._zone):%F %H:%M}")
        if event.note:
            lines.append(f"{event.by}: {self._local(event)}")
        return "\n".join(lines)

    def _local(self, event: AlarmEvent) -> str:
        """The note, ours with times of the park; what a person wrote stays as it is."""
        if event.action in BY_PERSONS:
            return event.note
        return _INSTANT.sub(
            lambda at: f"{datetime.fromisoformat(at[0]).astimezone(self._zone):%F %H:%M}",
            event.note,
        )


def title(alarm: Alarm, event: AlarmEvent) -> str:
    """One line: severity, what happened, kind, where, number."""
    severity, action = SEVERITIES[alarm.severity], ACTIONS[event.action.value]
    cause = alarm.cause
    name_zh, name_en = kind_names(cause.kind)
    where = " ".join(part for part in (cause.enterprise, cause.point) if part)
    zh = f"{severity[0]} {action[0]} {name_zh}"
    en = f"{severity[1]} {action[1]}: {name_en}"
    return " ".join(f"{zh} {en} {where} #{event.alarm}".split())
