"""What leaves the house: a real HTTP server, a real SMTP server, the outbox in a real database."""

from __future__ import annotations

import email
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email import policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Mailbox

from alarms.courier import Courier
from alarms.life_cycle import raised, stepped
from alarms.posting import Posting
from alarms.quiet import QuietHours
from alarms.rows import alarm_values
from alarms.ways.mail import MailServer, MailWay
from alarms.ways.mqtt import MqttWay
from alarms.ways.webhook import WebhookWay
from models.alarms import AlarmAction, Cause, Extent, Severity, Told
from store.registry_db import AlarmDeliveries
from store.registry_db.alarm_deliveries import Delivery

from .conftest import DAY, ZONE, Works, within

SECRET = "of both ends"


class Hook:
    """Takes posts; answers what it is told to, 204 by default."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.posts.append((dict(self.headers), body))
                self.send_response(hook.answers.pop(0) if hook.answers else 204)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/alarms"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def bodies(self) -> list[dict]:
        return [json.loads(body) for _, body in self.posts]


@pytest.fixture
def hook() -> Iterator[Hook]:
    running = Hook()
    yield running
    running.stop()


class Post(Mailbox):
    """What was handed in."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[email.message.EmailMessage] = []
        self.refused: set[str] = set()  # recipients
        self.recipients: list[list[str]] = []  # of each mail

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def prepare_message(self, _, envelope):
        self.recipients.append(list(envelope.rcpt_tos))
        return email.message_from_bytes(envelope.content, policy=policy.default)

    def handle_message(self, message) -> None:
        self.mails.append(message)


@pytest.fixture
def smtp(free_port: int) -> Iterator[tuple[Post, MailServer]]:
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port)
    controller.start()
    server = MailServer("127.0.0.1", free_port, "none", "carbonpeak@park.example",
                        ("wang@park.example", "li@park.example"))  # fmt: skip
    yield post, server
    controller.stop()


def raise_one(
    works: Works,
    severity: Severity = Severity.CRITICAL,
    subject: str = "nox",
    kind: str = "exceedance",
) -> None:
    step = raised(
        Cause(kind, "works", "DA001", subject), severity,
        Extent(DAY, DAY + timedelta(hours=1), 1, 96.0, DAY, "mg/m3", 80.0),
        Told("氮氧化物超标", "NOx over its limit"),
        at=works.clock.now, within=within(severity), by="carbonpeak",
    )  # fmt: skip
    works.alarms.record([[step]])


class WithoutWords:
    """A way that fails at alarms whose subject is "odd", as a mistake of ours in a text would."""

    def __init__(self, way: WebhookWay | MailWay) -> None:
        self.name, self.has_digests, self.is_ready = way.name, way.has_digests, way.is_ready
        self._way = way

    def send(self, deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            if one.alarm.cause.subject == "odd":
                raise KeyError("odd")
        self._way.send(deliveries)


def handle(works: Works, number: int = 1, by: str = "Wang") -> None:
    works.alarms.change(number, lambda one: stepped(one, AlarmAction.HANDLE, at=works.clock.now,
                                                    by=by, note="burner set anew"))  # fmt: skip


def webhook(works: Works, hook: Hook) -> Courier:
    way = WebhookWay(hook.url, SECRET, works.clock)
    return Courier(AlarmDeliveries(works.database), way, works.clock)


def test_a_post_is_signed_over_its_time_and_body(open_works, hook):
    works = open_works(posting=Posting(["webhook"]))
    works.clock.at("10:00")
    raise_one(works)
    assert webhook(works, hook).send_due()
    ((headers, body),) = hook.posts
    assert headers["X-Carbonpeak-Timestamp"] == str(int(works.clock.now.timestamp()))
    signed = headers["X-Carbonpeak-Timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Carbonpeak-Signature"] == f"sha256={expected}"
    told = json.loads(body)
    assert headers["X-Carbonpeak-Id"] == told["id"] == "1-1"
    (one,) = told["alarms"]
    assert (one["action"], one["kind_zh"], one["worst"], one["limit"]) == ("raise", "超标", 96, 80)
    assert one["due_at"] == "2026-03-05T06:00:00+00:00"


def test_what_is_not_taken_is_sent_again_later_and_the_same(open_works, hook):
    works = open_works(posting=Posting(["webhook"]))
    raise_one(works)
    courier = webhook(works, hook)
    hook.answers = [503, 302, 404]
    for wait in (5, 30, 120):
        assert not courier.send_due()
        assert courier.wait_s() == min(wait, 10)  # it looks every ten seconds anyhow
        assert courier.send_due()  # nothing is due yet
        works.clock.now += timedelta(seconds=wait)
    # A new process goes on where the other ended.
    assert webhook(works, hook).send_due()
    assert [body["id"] for body in hook.bodies()] == ["1-1"] * 4
    (one,) = AlarmDeliveries(works.database).select()
    assert (one.state, one.attempts, one.trouble) == ("sent", 3, None)


def test_after_three_days_it_is_given_up_and_says_why(open_works, hook):
    """Not at the first attempt, though: the service may have been away for those days itself."""
    works = open_works(posting=Posting(["webhook"]))
    raise_one(works)
    hook.stop()
    works.clock.now += timedelta(days=3)
    for wait in (5, 30, 120, 600, 3_600):
        assert not webhook(works, hook).send_due()
        (one,) = AlarmDeliveries(works.database).select()
        assert one.state == "waiting"
        works.clock.now += timedelta(seconds=wait)
    assert not webhook(works, hook).send_due()
    (one,) = AlarmDeliveries(works.database).select()
    assert one.state == "failed"
    assert "ConnectError" in one.trouble


def test_what_can_never_be_told_does_not_hold_up_the_rest(open_works, hook):
    """A mistake of ours in the text of one alarm, before another one."""
    works = open_works(posting=Posting(["webhook"]))
    works.clock.at("10:00")
    raise_one(works, subject="odd")
    raise_one(works)
    way = WithoutWords(WebhookWay(hook.url, SECRET, works.clock))
    courier = Courier(AlarmDeliveries(works.database), way, works.clock)
    assert not courier.send_due()
    assert courier.send_due()
    assert [body["id"] for body in hook.bodies()] == ["2-1"]
    (_, first) = AlarmDeliveries(works.database).select()
    assert (first.state, first.trouble) == ("waiting", "KeyError: 'odd'")


def test_an_alarm_of_a_kind_that_is_no_more_is_told_by_its_code(open_works, hook, smtp):
    """Its kind was taken out of the file: the alarm is on record all the same."""
    post, server = smtp
    works = open_works(posting=Posting(["webhook", "mail"]))
    works.clock.at("10:00")
    raise_one(works, kind="of_another_version")
    assert webhook(works, hook).send_due()
    mail = MailWay(server, "demo", ZONE)
    assert Courier(AlarmDeliveries(works.database), mail, works.clock).send_due()
    ((one,),) = [body["alarms"] for body in hook.bodies()]
    assert [one[name] for name in ("kind", "kind_zh", "kind_en")] == ["of_another_version"] * 3
    assert post.mails[0]["Subject"] == (
        "[demo] 紧急 发生 of_another_version critical raised: of_another_version works DA001 #1"
    )
    (row,) = [alarm_values(one, works.clock.now) for one in works.every()]
    assert [row[name] for name in ("kind", "kind_zh", "kind_en")] == ["of_another_version"] * 3


def test_certificates_are_read_once_for_all_messages(open_works, hook, monkeypatch):
    read = []
    load = ssl.SSLContext.load_verify_locations

    def counted(context: ssl.SSLContext, *given: Any, **more: Any) -> None:
        read.append(given)
        load(context, *given, **more)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    works = open_works(posting=Posting(["webhook"]))
    for subject in "abc":
        raise_one(works, subject=subject)
    assert webhook(works, hook).send_due()
    assert len(hook.posts) == 3
    assert len(read) == 1


def test_a_clock_that_was_ahead_and_is_set_back_delays_nothing(open_works, hook):
    works = open_works(posting=Posting(["webhook"]))
    works.clock.at("10:00", day=25)
    raise_one(works)
    works.clock.at("10:00")
    assert webhook(works, hook).send_due()
    assert [body["id"] for body in hook.bodies()] == ["1-1"]


@pytest.mark.parametrize("by", ["Wang", "carbonpeak"])  # the user that the service runs as
def test_the_enterprise_is_told_neither_notes_nor_names_of_the_park(open_works, by):
    works = open_works(posting=Posting(["mqtt"]))
    raise_one(works)
    works.alarms.change(1, lambda one: stepped(one, AlarmAction.ASSIGN, at=works.clock.now,
                                               by="Wang", assignee="Li"))  # fmt: skip
    handle(works, by=by)
    told = []
    way = MqttWay("demo", lambda topic, one: told.append((topic, one)) is None, lambda: True)
    assert Courier(AlarmDeliveries(works.database), way, works.clock).send_due()
    assert [topic for topic, _ in told] == ["park/demo/works/alarm"] * 2
    assert [(one["action"], one["by"], one["note"], one["assignee"]) for _, one in told] == [
        ("raise", "carbonpeak", "", None),
        ("handle", "", "", None),
    ]


def test_a_storm_is_one_mail_and_what_cannot_be_told_of_it_holds_up_no_other(open_works, smtp):
    post, server = smtp
    works = open_works(posting=Posting(["mail"]))
    raise_one(works, subject="odd")
    for n in range(25):
        raise_one(works, subject=str(n))
    way = WithoutWords(MailWay(server, "demo", ZONE))
    courier = Courier(AlarmDeliveries(works.database), way, works.clock)
    assert not courier.send_due()
    works.clock.now += timedelta(seconds=5)
    while not courier.send_due():  # each by itself now
        pass
    assert len(post.mails) == 25
    for n in range(25, 50):
        raise_one(works, subject=str(n))
    assert courier.send_due()
    assert len(post.mails) == 26
    assert "25 条报警 alarms" in post.mails[-1]["Subject"]


def test_quiet_hours_hold_back_all_but_critical_ones_until_the_digest(open_works, hook):
    quiet = QuietHours.of("22:00-07:00", ZONE)
    works = open_works(posting=Posting(["webhook", "mqtt"], quiet, Severity.CRITICAL))
    courier = webhook(works, hook)
    works.clock.at("23:30")
    raise_one(works, Severity.MAJOR, "a")
    raise_one(works, Severity.CRITICAL, "b")
    works.clock.at("03:00", day=6)
    raise_one(works, Severity.MINOR, "c")
    assert courier.send_due()
    assert [[one["subject"] for one in body["alarms"]] for body in hook.bodies()] == [["b"]]
    works.clock.at("06:59", day=6)
    assert courier.send_due()
    assert len(hook.posts) == 1
    works.clock.at("07:00", day=6)
    assert courier.send_due()
    digest = hook.bodies()[-1]
    assert [one["subject"] for one in digest["alarms"]] == ["a", "c"]
    assert digest["id"] == "1-1..3-1"
    # By MQTT nothing waited.
    told = AlarmDeliveries(works.database).select(way="mqtt")
    assert [one.next_at for one in told][::-1] == [one.event.at for one in told][::-1]


@pytest.mark.parametrize(
    ("clock", "end"),
    [("21:59", None), ("22:00", (6, 7)), ("23:59", (6, 7)), ("00:00", (5, 7)), ("06:59", (5, 7)),
     ("07:00", None)],
)  # fmt: skip
def test_quiet_hours_over_midnight(clock, end):
    quiet = QuietHours.of("22:00-07:00", ZONE)
    hour, minute = map(int, clock.split(":"))
    at = DAY + timedelta(hours=hour, minutes=minute)
    expected = None if end is None else DAY + timedelta(days=end[0] - 5, hours=end[1])
    assert quiet.until(at) == expected


def test_a_mail_says_it_in_both_languages_and_the_end_too(open_works, smtp):
    post, server = smtp
    works = open_works(posting=Posting(["mail"]))
    works.clock.at("10:00")
    raise_one(works)
    handle(works)  # no mail of that
    gone = {"by": "carbonpeak", "note": "gone since 2026-03-04T17:00+00:00"}
    works.alarms.change(1, lambda one: stepped(one, AlarmAction.CLEAR, at=works.clock.now, **gone))
    way = MailWay(server, "demo-park", ZONE)
    assert Courier(AlarmDeliveries(works.database), way, works.clock).send_due()
    first, last = post.mails
    assert first["Subject"] == (
        "[demo-park] 紧急 发生 超标 critical raised: Exceedance works DA001 #1"
    )
    assert first["To"] == "wang@park.example, li@park.example"
    text = first.get_content()
    assert "氮氧化物超标\nNOx over its limit\n" in text
    assert "时段 period: 2026-03-05 00:00 – 2026-03-05 01:00 (Asia/Shanghai)，次数 count: 1" in text
    assert "最差 worst: 96 mg/m3，限值 limit: 80" in text
    assert "已解除" in last["Subject"]
    assert "carbonpeak: gone since 2026-03-05 01:00\n" in last.get_content()  # of the park
    assert first["Message-ID"] != last["Message-ID"]


def test_a_mail_server_that_is_away_is_tried_again_with_the_same_id(open_works, smtp):
    post, server = smtp
    works = open_works(posting=Posting(["mail"]))
    raise_one(works)
    away = MailServer("127.0.0.1", 1, "none", server.sender, server.recipients)
    deliveries = AlarmDeliveries(works.database)
    assert not Courier(deliveries, MailWay(away, "demo-park", ZONE), works.clock).send_due()
    (waiting,) = deliveries.select()
    assert "refused" in waiting.trouble
    works.clock.now += timedelta(seconds=5)
    way = MailWay(server, "demo-park", ZONE)
    assert Courier(deliveries, way, works.clock).send_due()
    way.send([waiting])  # as after a crash before it was called sent
    assert post.mails[0]["Message-ID"] == post.mails[1]["Message-ID"]


def test_a_mailbox_that_is_gone_brings_the_others_no_mail_twice(open_works, smtp):
    post, server = smtp
    post.refused = {"li@park.example"}
    works = open_works(posting=Posting(["mail"]))
    raise_one(works)
    deliveries = AlarmDeliveries(works.database)
    courier = Courier(deliveries, MailWay(server, "demo-park", ZONE), works.clock)
    for wait in (5, 30):
        assert not courier.send_due()
        works.clock.now += timedelta(seconds=wait)
    (waiting,) = deliveries.select()
    assert "li@park.example" in waiting.trouble
    post.refused = set()
    assert courier.send_due()
    assert post.recipients == [["wang@park.example"], ["li@park.example"]]
