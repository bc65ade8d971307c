"""What Prometheus is told at ``GET /metrics``: read from the parts when it asks, counted by them.

Nothing is kept here and no part knows of it, so taking readings in costs nothing more. The text
format is that of prometheus-client; the registry is made for each answer, none is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import accumulate
from typing import Any, Protocol

from fastapi import FastAPI, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from carbonpeak.alarm_parts import AlarmParts
from ingest.pipeline import Pipeline
from ingest.sources.hj212 import Counters, Hj212Source
from ingest.sources.hj212_process import Hj212Process
from ingest.tally import APPEND_BOUNDS_S
from ledger.worker import LedgerWorker
from models.errors import Reason

PATH = "/metrics"


class Link(Protocol):
    """What is asked of an MQTT session."""

    @property
    def connected(self) -> bool:
        """Whether it is up."""

    @property
    def connections(self) -> int:
        """How often it came up since the start."""


class Metrics(Collector):
    """The metrics of one process; a part that does not run in it is None and leaves its own out.

    ``store`` gives the counts of the store and ``trouble`` (carbonpeak.store_state).
    """

    def __init__(
        self,
        *,
        started: datetime,
        store: Callable[[], dict[str, Any]],
        link: Callable[[], Link | None],
        pipeline: Pipeline | None,
        ledger: LedgerWorker | None,
        hj212: Hj212Source | Hj212Process | None,
        alarms: AlarmParts | None,
    ) -> None:
        self._started = started
        self._store = store
        self._link = link
        self._pipeline = pipeline
        self._ledger = ledger
        self._hj212 = hj212
        self._alarms = alarms

    def collect(self) -> Iterator[Metric]:
        """All metrics as they are now."""
        yield _gauge(
            "started_seconds", "Start of the process, Unix time", self._started.timestamp()
        )
        link = self._link()
        if link is not None:
            yield _gauge("mqtt_connected", "1 while connected to the broker", link.connected)
            yield _counter("mqtt_connections", "Connections made to the broker", link.connections)
        if self._pipeline is not None:
            yield from _ingest(self._pipeline)
        if self._hj212 is not None:
            yield from _hj212(self._hj212.counters())
        store = self._store()
        yield _gauge("store_up", "1 where the store answers", store["trouble"] is None)
        for name in ("touched", "readings", "rejections", "batches"):
            if store[name] is not None:
                meaning = "Hours to settle" if name == "touched" else f"Stored {name}"
                yield _gauge(f"store_{name}", meaning, store[name])
        if self._ledger is not None:
            yield from _ledger(self._ledger)
        if self._alarms is not None and self._alarms.is_watching:
            yield from _alarms(self._alarms)

    def text(self) -> bytes:
        """The answer in Prometheus' text format 0.0.4."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def mount(self, app: FastAPI) -> None:
        """Answer at PATH, without a key like health: nothing in it names an enterprise or meter."""

        @app.get(PATH, include_in_schema=False)
        def metrics() -> Response:
            headers = {"Cache-Control": "no-store"}
            return Response(self.text(), headers=headers, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"carbonpeak_{name}", meaning, value=float(value))


def _counter(name: str, meaning: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"carbonpeak_{name}", meaning, value=float(value))


def _ingest(pipeline: Pipeline) -> Iterator[Metric]:
    counts, load = pipeline.counts(), pipeline.load()
    yield _counter("ingest_messages", "Messages and files' blocks stored", counts.messages)
    yield _counter("ingest_readings_accepted", "Readings stored", counts.accepted)
    yield _counter("ingest_readings_duplicate", "Identical resends", counts.duplicates)
    rejected = CounterMetricFamily(
        "carbonpeak_ingest_rejected", "Items refused and kept, by reason", labels=["reason"]
    )
    for reason in Reason:
        rejected.add_metric([reason.value], counts.rejected[reason.value])
    yield rejected
    yield _gauge("ingest_queue_messages", "Messages that wait to be stored", load.messages)
    yield _gauge("ingest_queue_messages_bound", "Most that may wait", load.most_messages)
    yield _gauge("ingest_queue_bytes", "Bytes that wait to be stored", load.size)
    yield _gauge("ingest_queue_bytes_bound", "Most bytes that may wait", load.most_size)
    yield _counter("ingest_held_back_seconds", "Seconds that senders had to wait", load.held_s)
    bounds = [*map(str, APPEND_BOUNDS_S), "+Inf"]
    yield HistogramMetricFamily(
        "carbonpeak_ingest_append_seconds",
        "Duration of the appends that succeeded",
        buckets=list(zip(bounds, accumulate(counts.appends), strict=True)),
        sum_value=counts.append_s,
    )
    yield _counter("ingest_append_failures", "Appends refused by the store", counts.append_failures)
    refuses = counts.trouble is not None
    yield _gauge("ingest_store_refuses", "1 while the store refuses readings", refuses)


def _hj212(counts: Counters) -> Iterator[Metric]:
    yield _gauge("hj212_connections", "Stations of HJ 212 connected now", counts.connections)
    yield _counter("hj212_connections_accepted", "Connections accepted", counts.accepted)
    ended = CounterMetricFamily(
        "carbonpeak_hj212_connections_ended",
        "Connections ended by us, by reason",
        labels=["reason"],
    )
    ended.add_metric(["overdue"], counts.overdue)
    ended.add_metric(["bound"], counts.turned_away)
    ended.add_metric(["replaced"], counts.replaced)
    yield ended
    yield _counter("hj212_frames", "Frames with a right CRC", counts.frames)
    yield _counter("hj212_refused", "Frames and other bytes refused and kept", counts.refused)
    yield _counter("hj212_answers", "Answers to stations (9013, 9014)", counts.answered)
    yield _counter("hj212_commands", "Commands sent, resends among them", counts.commands)
    yield _counter("hj212_commands_unanswered", "Commands without an answer", counts.unanswered)
    yield _gauge(
        "hj212_queue_messages", "Frames that wait for the queue above, or for the broker",
        counts.queued,
    )  # fmt: skip


def _ledger(ledger: LedgerWorker) -> Iterator[Metric]:
    yield _counter("ledger_usage_rows_written", "Hours of usage written", ledger.rows_written)
    yield _counter("ledger_settles", "Times that touched hours were settled", ledger.settles)
    yield _counter("ledger_settle_seconds", "Seconds spent on that", ledger.settle_s)
    yield _counter("ledger_settle_failures", "Times that it failed", ledger.failures)
    if ledger.last_settled is not None:
        last = ledger.last_settled.timestamp()
        yield _gauge("ledger_last_settled_seconds", "End of the last one, Unix time", last)


def _alarms(alarms: AlarmParts) -> Iterator[Metric]:
    counted = GaugeMetricFamily(
        "carbonpeak_alarms_open", "Alarms that are not resolved, by severity", labels=["severity"]
    )
    for severity, number in alarms.alarms.open_counts().items():
        counted.add_metric([severity.value], number)
    yield counted
    yield _gauge(
        "alarms_deliveries_waiting", "Deliveries of alarms that wait", alarms.deliveries.waiting()
    )
    yield _gauge(
        "alarms_sources_in_trouble",
        "Sources of alarms that could not be looked at",
        len(alarms.trouble()),
    )
