"""The whole way with a real broker: an outlet's means by MQTT in, its alarm by MQTT out, what the
officer does by HTTP and by commands; and after a restart nothing twice.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from carbonpeak.broker import open_broker
from carbonpeak.server import serving
from carbonpeak.service import Service
from carbonpeak.settings import Settings
from tests.servers import plain_http

from .conftest import NOX

WAIT_S = 60.0


class Enterprise:
    """The works at the broker: sends means, hears its alarms."""

    def __init__(self, port: int) -> None:
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self._ready: queue.Queue[None] = queue.Queue()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("park/+/works/alarm", qos=1)
        self._client.on_subscribe = lambda *_: self._ready.put(None)
        self._client.on_message = lambda _c, _d, one: self.heard.put(json.loads(one.payload))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._ready.get(timeout=WAIT_S)

    def send(self, begin: datetime, values: list[float]) -> None:
        step = timedelta(minutes=10)
        rows = [
            {"ts": (begin + (n + 1) * step).isoformat(), "value": value}
            for n, value in enumerate(values)
        ]
        topic = f"park/demo-park/works/meter/{NOX}"
        self._client.publish(topic, json.dumps(rows), qos=1).wait_for_publish(WAIT_S)

    def next(self) -> dict[str, Any]:
        """The next exceedance that is told; this service's other alarms are not meant."""
        while True:
            told = self.heard.get(timeout=WAIT_S)
            if told["kind"] == "exceedance":
                return told

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def running(mosquitto: str, tmp_path: Path, free_port: int, registered: Path,
            without_console: None) -> Iterator[Any]:  # fmt: skip
    """Runs the service on one data folder at one broker, as often as asked."""
    assert mosquitto
    broker = open_broker(tmp_path / "broker", free_port, prefer="mosquitto")
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(registered, data / "registry.sqlite")
    settings = Settings(data=data, broker="external", mqtt_port=broker.port, hj212="off")

    @contextmanager
    def run() -> Iterator[str]:
        service = Service(settings)
        service.start()
        try:
            with serving(service, "127.0.0.1", 0) as server:
                yield server.url
        finally:
            service.stop()

    run.data, run.port = data, broker.port
    yield run
    broker.stop()


def command(data: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "carbonpeak", "alarms", *words, "--data", str(data)],
        env=os.environ | {"COLUMNS": "300"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_the_frame_to_the_officer_and_over_a_restart(running):
    works = Enterprise(running.port)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    with running() as url:
        works.send(hour, [90, 92, 95, 100, 101, 98])
        told = works.next()
        assert (told["action"], told["point"], told["worst"], told["limit"]) == (
            "raise", "DA001", 96.0, 80.0,
        )  # fmt: skip
        number = told["alarm"]
        api = f"{url}/api/v1/alarms"
        (listed,) = plain_http.get(api, params={"kind": "exceedance", "open": "true"}).json()[
            "items"
        ]
        assert (listed["id"], listed["state"], listed["detail"]) == (
            number, "raised", told["detail_en"],
        )  # fmt: skip
        body = {"by": "Wang Fang"}
        assert plain_http.post(f"{api}/{number}/acknowledge", json=body).json()["state"] == (
            "acknowledged"
        )
        assert works.next()["action"] == "acknowledge"
        again = plain_http.post(f"{api}/{number}/acknowledge", json=body)
        assert again.status_code == 409
        assert again.json()["type"].endswith("alarm-in-another-state")
        lacking = plain_http.post(f"{api}/{number}/handle", json=body)
        assert lacking.json()["errors"][0]["field"] == "note"

        table = command(running.data, "list", "--kind", "exceedance")
        assert "acknowledged" in table
        plain_http.post(
            f"{api}/{number}/assign", json=body | {"assignee": "Li Lei"}
        ).raise_for_status()
        command(running.data, "handle", str(number), "--note", "burner set anew", "--by", "Li Lei")
        assert works.next()["action"] == "handle"  # an assignment is the park's own
        shown = json.loads(command(running.data, "show", str(number), "--json"))
        assert [one["action"] for one in shown["events"]] == [
            "raise", "acknowledge", "assign", "handle",
        ]  # fmt: skip
        assert {one["way"]: one["state"] for one in shown["deliveries"]} == {"mqtt": "sent"}
        assert shown["alarm"]["assignee"] == "Li Lei"
    with running() as url:
        # The hour before it exceeds too: the same alarm, once.
        works.send(hour - timedelta(hours=1), [120] * 6)
        told = works.next()
        assert (told["alarm"], told["count"], told["worst"]) == (number, 2, 120.0)
        found = plain_http.get(f"{url}/api/v1/alarms", params={"kind": "exceedance"}).json()[
            "items"
        ]
        assert len(found) == 1
        times = plain_http.get(f"{url}/api/v1/alarms/responses?kind=exceedance").json()["items"]
        assert (times[0]["enterprise"], times[0]["acknowledged"], times[0]["handled"]) == (
            "works", 1, 1,
        )  # fmt: skip
    works.close()
