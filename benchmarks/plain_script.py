"""The yardstick: what a plain script does with the same messages.

paho's ``on_message`` → ``json`` → a ``Point`` → influxdb-client's batching writes, as its
documentation shows it. It checks nothing, keeps no refusal, and paho acknowledges each message
before it is written anywhere.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from pathlib import Path

import paho.mqtt.client as paho
from influxdb_client import InfluxDBClient, Point, WriteOptions

from deploy.debian_servers.influx import answers
from deploy.debian_servers.process import Process, free_port, require_program

START_S = 30.0


class VictoriaMetrics:
    """Debian's single-node server on a free port; it takes InfluxDB's writes."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [
            require_program("victoria-metrics"),
            f"-storageDataPath={folder / 'data'}",
            f"-httpListenAddr=127.0.0.1:{port}",
            "-retentionPeriod=100y",
        ]
        self._process = Process("victoria-metrics", command, folder)

    def start(self) -> None:
        """Return once it answers. Raises ServerError."""
        self._process.start()
        self._process.await_ready(lambda: answers(f"{self.url}/health"), START_S)

    def stop(self) -> None:
        """End it."""
        self._process.stop()


class PlainScript:
    """One run of the script; ``done`` is set when everything is written."""

    def __init__(self, url: str, client: paho.Client, port: int, readings: int) -> None:
        self.done = threading.Event()
        self._readings = readings
        self._written = 0
        self._influx = InfluxDBClient(url=url, token="bench", org="bench")
        self._write = self._influx.write_api(
            write_options=WriteOptions(batch_size=5_000, flush_interval=500),
            success_callback=self._count,
        )
        self._client = client
        self._port = port
        client.on_message = self._on_message

    def start(self) -> None:
        """Connect and take what the broker has."""
        self._client.connect_async("127.0.0.1", self._port)
        self._client.loop_start()

    def stop(self) -> None:
        """End it."""
        self._client.disconnect()
        self._client.loop_stop()
        self._write.close()
        self._influx.close()

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        _, _, enterprise, _, *rest = message.topic.split("/")
        content = json.loads(message.payload)
        for reading in content if isinstance(content, list) else [content]:
            meter = rest[0] if rest else reading["meter"]
            point = (
                Point("reading")
                .tag("enterprise", enterprise)
                .tag("meter", meter)
                .field("value", reading["value"])
                .time(datetime.fromisoformat(reading["ts"]))
            )
            self._write.write("bench", "bench", point)

    def _count(self, _conf: object, data: bytes) -> None:
        self._written += data.count(b"\n") + 1
        if self._written >= self._readings:
            self.done.set()
