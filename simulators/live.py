"""Live readings: the park's meters and gateways publishing over MQTT, faults included."""

from __future__ import annotations

import heapq
import itertools
import json
import logging
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from simulators.bad_payloads import bad_message
from simulators.clockwork import Clockwork
from simulators.grid import ZONE
from simulators.meters import Meter, meters
from simulators.misbehaviour import drifted, forwards, frozen_since, is_cut_off, skew
from simulators.noise import fraction

log = logging.getLogger(__name__)

# Share of the messages, or of the meters in any ten minutes, that a fault befalls.
BAD, DUPLICATE, LATE, OVERTAKEN, SILENT = 1 / 300, 1 / 150, 1 / 200, 1 / 250, 1 / 100

_LATE_S = (10.0, 40.0)
_GATEWAYS = 2  # every second enterprise sends through a gateway, in batches
_STOP_S = 5.0  # what stop() waits at most for the broker's acknowledgements


@dataclass(slots=True)
class Sent:
    """Counts since start. ``readings`` are good readings, without duplicates; of the messages that
    held them, ``late`` and ``overtaken`` ones came after their time; ``silent`` were never sent.
    Of the readings ``frozen`` repeat an old value, ``skewed`` have the time of a wrong clock, and
    ``forwarded`` waited in a gateway without network.
    """

    readings: int = 0
    messages: int = 0
    bad: int = 0
    duplicates: int = 0
    late: int = 0
    overtaken: int = 0
    silent: int = 0
    intervals: int = 0
    frozen: int = 0
    skewed: int = 0
    forwarded: int = 0


@dataclass(frozen=True, slots=True)
class _Device:
    """What publishes by itself: a meter, or a gateway with the meters of its enterprise."""

    enterprise: str
    meters: tuple[Meter, ...]
    is_gateway: bool

    @property
    def name(self) -> str:
        return f"{self.enterprise}/" + ("gateway" if self.is_gateway else self.meters[0].code)


def _devices() -> list[_Device]:
    found = []
    owners = itertools.groupby(meters(), key=lambda meter: meter.enterprise)
    for number, (owner, owned) in enumerate(owners):
        if number % _GATEWAYS:
            found.append(_Device(owner, tuple(owned), is_gateway=True))
        else:
            found += [_Device(owner, (meter,), is_gateway=False) for meter in owned]
    return sorted(found, key=lambda device: fraction("slot", device.name))


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LiveSender:
    """Publishes every meter's reading every ``every_s`` seconds, spread over that time, QoS 1.

    Interval and mean meters report at their interval's ends only, beginning with the first end
    after ``now``: give the end of the history there (default: the time of construction). While the
    broker cannot be reached nothing is sent; interval ends are made up for afterwards. With a CA
    file the connection is TLS.
    """

    def __init__(
        self,
        host: str,
        port: int,
        park: str,
        *,
        now: datetime | None = None,
        every_s: float = 5.0,
        clock: Callable[[], datetime] = _utc_now,
        username: str | None = None,
        password: str | None = None,
        ca_file: Path | None = None,
    ) -> None:
        self._address, self._park = (host, port), park
        self._every_s, self._clock = every_s, clock
        since = now or clock()
        self._told: dict[Meter, datetime] = {
            meter: since for meter in meters() if meter.kind in ("interval", "mean")
        }
        self._since = since
        self._devices = _devices()
        self._sent = Sent()
        self._held: list[tuple[float, int, str, str]] = []  # due, number, topic, payload
        self._kept: dict[str, list[dict[str, object]]] = {}  # by gateways without network
        self._numbers = itertools.count()
        self._ending = threading.Event()
        self._unconfirmed: deque[mqtt.MQTTMessageInfo] = deque()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"{park}-devices")
        self._client.on_connect = self._on_connect
        if username is not None:
            self._client.username_pw_set(username, password)
        if ca_file is not None:
            self._client.tls_set_context(ssl.create_default_context(cafile=ca_file))
        self._thread = threading.Thread(target=self._run, name="live-sender", daemon=True)

    @property
    def sent(self) -> Sent:
        """A copy of the counts."""
        return replace(self._sent)

    def start(self) -> None:
        """Connect, now or as soon as the broker is there, and begin to send."""
        self._client.connect_async(*self._address)
        self._client.loop_start()
        self._thread.start()

    def stop(self) -> None:
        """Send what is held back, wait for the broker's acknowledgements, and disconnect."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()
        for _, _, topic, payload in sorted(self._held):
            self._publish(topic, payload)
        self._held.clear()
        until = time.monotonic() + _STOP_S
        while self._client.is_connected() and self._unconfirmed and time.monotonic() < until:
            self._unconfirmed.popleft().wait_for_publish(max(until - time.monotonic(), 0.0))
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self,
        _client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if reason.is_failure:
            log.error("the broker at %s:%d refuses us: %s", *self._address, reason)

    def _publish(self, topic: str, payload: str) -> None:
        info = self._client.publish(topic, payload, qos=1)
        self._sent.messages += 1
        if info.rc == mqtt.MQTT_ERR_SUCCESS:
            self._unconfirmed.append(info)
        while self._unconfirmed and self._unconfirmed[0].is_published():
            self._unconfirmed.popleft()

    def _run(self) -> None:
        works = Clockwork(self._since)
        begin = time.monotonic()
        for turn in itertools.count():
            oldest = min(self._told.values(), default=self._since)
            works.keep(oldest, self._clock())
            for place, device in enumerate(self._devices):
                due = begin + self._every_s * (turn + place / len(self._devices))
                if self._ending.wait(max(due - time.monotonic(), 0.0)):
                    return
                if self._client.is_connected():
                    self._send(works, device, turn)
            behind = time.monotonic() - begin - self._every_s * (turn + 1)
            begin += max(behind, 0.0)  # after a pause of the machine: go on, not catch up

    def _send(self, works: Clockwork, device: _Device, turn: int) -> None:
        now = time.monotonic()
        while self._held and self._held[0][0] <= now:
            _, _, topic, payload = heapq.heappop(self._held)
            self._publish(topic, payload)
        when = self._clock()
        when = when.replace(microsecond=when.microsecond // 1000 * 1000)
        off = skew(device.name, self._hours(when))
        readings = [
            reading
            for meter in device.meters
            for reading in self._readings(works, meter, when, off)
        ]
        twice = False
        if device.is_gateway:
            if is_cut_off(device.name, when):
                self._kept.setdefault(device.name, []).extend(readings)
                return
            readings, twice = self._with_kept(device.name, readings, when)
        if not readings:
            return
        self._sent.readings += len(readings)
        topic = f"park/{self._park}/{device.enterprise}/"
        topic += "batch" if device.is_gateway else f"meter/{device.meters[0].code}"
        message: object = readings
        if len(readings) == 1 and not device.is_gateway:
            message = {name: value for name, value in readings[0].items() if name != "meter"}
        payload = json.dumps(message, separators=(",", ":"))
        self._dispatch(topic, payload, chance=fraction("live", device.name, str(turn)))
        if twice:
            self._sent.duplicates += 1
            self._publish(topic, payload)
        if fraction("bad", device.name, str(turn)) < BAD:
            self._send_bad(works, device, when)

    def _hours(self, when: datetime) -> float:
        """Since the sender began."""
        return (when - self._since).total_seconds() / 3600

    def _with_kept(
        self, gateway: str, readings: list[dict[str, object]], when: datetime
    ) -> tuple[list[dict[str, object]], bool]:
        """What a gateway sends now, and whether twice."""
        kept = self._kept.pop(gateway, [])
        if not kept:
            return readings, False
        self._sent.forwarded += len(kept)
        newest_first, twice = forwards(gateway, when)
        together = [*kept, *readings]
        return together[::-1] if newest_first else together, twice

    def _readings(
        self, works: Clockwork, meter: Meter, when: datetime, off: timedelta
    ) -> list[dict[str, object]]:
        if meter in self._told:
            found = list(works.ended(meter, self._told[meter], when))
            self._told[meter] = when
            self._sent.intervals += len(found)
        elif self._is_silent(meter, when):
            self._sent.silent += 1
            found = []
        else:
            since = frozen_since(meter, when)
            if since is not None and since < self._since:
                since = None
            self._sent.frozen += since is not None
            self._sent.skewed += bool(off)
            value = works.now(meter, since or when)
            found = [(when + off, drifted(meter, value, self._hours(when)))]
        return [
            {
                "meter": meter.code,
                "ts": ts.astimezone(ZONE).isoformat(timespec="milliseconds"),
                "value": value,
                "unit": meter.unit,
            }
            for ts, value in found
        ]

    def _is_silent(self, meter: Meter, when: datetime) -> bool:
        ten_minutes = int(when.timestamp() // 600)
        return fraction("silent", *meter.key, str(ten_minutes)) < SILENT

    def _dispatch(self, topic: str, payload: str, chance: float) -> None:
        if chance < LATE + OVERTAKEN:
            least, most = _LATE_S
            delay = self._every_s * 1.5
            if chance < LATE:
                delay = least + (most - least) * chance / LATE
                self._sent.late += 1
            else:
                self._sent.overtaken += 1
            due = time.monotonic() + delay
            heapq.heappush(self._held, (due, next(self._numbers), topic, payload))
            return
        self._publish(topic, payload)
        if chance > 1 - DUPLICATE:
            self._sent.duplicates += 1
            self._publish(topic, payload)

    def _send_bad(self, works: Clockwork, device: _Device, when: datetime) -> None:
        meter = next((m for m in device.meters if m.kind in ("counter", "rate")), None)
        if meter is None:
            return
        message = bad_message(self._sent.bad, meter, when, works.now(meter, when))
        self._sent.bad += 1
        self._publish(
            f"park/{self._park}/{device.enterprise}/meter/{message.meter}", message.payload
        )
