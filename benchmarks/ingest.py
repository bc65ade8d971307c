"""How fast readings come in over MQTT and are durable before they are acknowledged.

    python benchmarks/ingest.py [--quick] [--json] [--influxdb] [--rounds N] [--messages N]
                                [--profile FILE]

Each round a sender in its own process fills the queues of absent sessions at one mosquitto;
then each session empties its own while nothing else runs: ours (decode, validate, DuckDB append,
acknowledge) and, as the yardsticks, a paho client that only counts and acknowledges, and a plain
script (plain_script.py) that writes into Debian's VictoriaMetrics. Who goes first changes from
round to round; medians are given. CPU is of the whole process, all threads. Not in
it: settling usage, the API, and the broker's own work (it runs on the same cores). With --influxdb
the same is measured with the InfluxDB store in each round (Debian's InfluxDB behind nginx, on the
same cores too; its own CPU is not in ours).
"""

from __future__ import annotations

import argparse
import cProfile
import json
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

# Started by its path, this folder would come first, and this file has the name of our package.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))  # deploy is part of the checkout only

import duckdb
import numpy as np
import paho.mqtt.client as paho
import pyarrow as pa
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.plain_script import PlainScript, VictoriaMetrics
from carbonpeak.broker import MosquittoProcess
from deploy.debian_servers.influx import InfluxServer
from ingest.pipeline import Pipeline
from ingest.sources.mqtt import MqttSource
from models.quantities import Kind
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.influxdb_store import InfluxDB, InfluxDBStore
from store.influxdb_store.set_up import prepare
from store.interface import Store

ENTERPRISES, METERS_EACH, BATCH = 10, 10, 100
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
PARK = Park("bench", "基准", "Benchmark", "吉林", "东北")
OURS, COUNTER, PLAIN = "ingest", "counter", "plain"
WAIT_S = 300.0


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def registry() -> Registry:
    """Ten enterprises of ten electricity registers each."""
    enterprises = [Enterprise(f"E{e:02}", f"企业{e}", f"Enterprise {e}", "c") for e in range(10)]
    meters = [
        Meter(1 + number, enterprise.code, f"m{meter:02}", "electricity", Kind.COUNTER, "kWh", 60)
        for number, (enterprise, meter) in enumerate(
            (enterprise, meter) for enterprise in enterprises for meter in range(METERS_EACH)
        )
    ]
    cluster = Cluster("c", "集群", "Cluster")
    return Registry(PARK, (cluster,), tuple(enterprises), tuple(meters))


def _reading(number: int, moment: int) -> dict[str, object]:
    ts = FIRST + timedelta(minutes=moment)
    return {"ts": ts.isoformat(), "value": round(1000 + moment * 1.25 + number, 2), "unit": "kWh"}


def messages(count: int, size: int, first: int) -> list[tuple[str, bytes]]:
    """Topic and payload of ``count`` messages of ``size`` readings; no reading twice."""
    made = []
    for number in range(count):
        if size == 1:
            meter, moment = number % 100, first + number // 100
            topic = f"park/bench/E{meter // 10:02}/meter/m{meter % 10:02}"
            content: object = _reading(meter, moment)
        else:
            enterprise, moment = number % 10, first + number // 10 * (size // METERS_EACH)
            topic = f"park/bench/E{enterprise:02}/batch"
            content = [
                {"meter": f"m{item % 10:02}", **_reading(item, moment + item // 10)}
                for item in range(size)
            ]
        made.append((topic, json.dumps(content).encode()))
    return made


def send(port: int, count: int, size: int, first: int) -> None:
    """Publish with QoS 1 and wait until the broker has all of it; runs in its own process."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="sender")
    client.max_inflight_messages_set(2000)
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent = [client.publish(topic, payload, 1) for topic, payload in messages(count, size, first)]
    for one in sent:
        one.wait_for_publish(WAIT_S)
    client.disconnect()
    client.loop_stop()


@dataclass(frozen=True)
class Run:
    """Seconds from connecting to the last acknowledgement, and CPU of the process meanwhile."""

    wall_s: float
    cpu_s: float


def measure(start: Callable[[], None], done: threading.Event) -> Run:
    """Time from ``start`` until ``done``."""
    wall, cpu = time.perf_counter(), time.process_time()
    start()
    if not done.wait(WAIT_S):
        raise SystemExit("the queue was not emptied in time")
    return Run(time.perf_counter() - wall, time.process_time() - cpu)


class Bench:
    """One broker, one store, and the two sessions that take turns."""

    def __init__(self, folder: Path, *, influxdb: bool = False) -> None:
        self.broker = MosquittoProcess(folder / "broker", 0)
        self.broker.start()
        snapshot = registry()
        self._registry = lambda: snapshot
        self.duckdb = DuckDBStore(
            folder / "readings.duckdb",
            writer="bench",
            clock=utc_now,
            zone=snapshot.zone,
            memory_limit="400MB",
        )
        self.influx: InfluxServer | None = None
        self.influxdb: InfluxDBStore | None = None
        if influxdb:
            self.influx = InfluxServer(folder / "influx", token="bench", bucket="bench")
            self.influx.start()
            server = InfluxDB(self.influx.url, "bench", "bench", "bench")
            prepare(server)
            self.influxdb = InfluxDBStore(server, writer="bench", clock=utc_now, zone=snapshot.zone)
        self.victoria = VictoriaMetrics(folder / "victoria")
        self.victoria.start()
        self._moment = 0
        for session in (OURS, COUNTER, PLAIN):
            self._introduce(session)

    def close(self) -> None:
        """Stop what runs."""
        self.duckdb.close()
        if self.influx is not None and self.influxdb is not None:
            self.influxdb.close()
            self.influx.stop()
        self.victoria.stop()
        self.broker.stop()

    def fill(self, count: int, size: int) -> None:
        """Queue fresh messages for both sessions."""
        process = multiprocessing.get_context("spawn").Process(
            target=send, args=(self.broker.port, count, size, self._moment)
        )
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit("the sender failed")
        self._moment += count * size // 100 + 1

    def ours(self, count: int, store: Store, profile: str | None = None) -> Run:
        """Empty our session's queue the way the service does, into the store."""
        done = threading.Event()

        def stored() -> None:
            if pipeline.counters()["messages"] >= count:
                done.set()

        pipeline = Pipeline(store, self._registry, on_stored=stored, now=utc_now)
        source = MqttSource("127.0.0.1", self.broker.port, PARK.code, OURS, pipeline)
        if profile is not None:
            _profile_threads(profile)
        pipeline.start()
        run = measure(source.start, done)
        source.stop()
        pipeline.stop()
        if pipeline.counters()["rejected"]:
            raise SystemExit("readings of the benchmark were rejected")
        return run

    def counting(self, count: int) -> Run:
        """Empty the other session's queue with a client that only counts and acknowledges."""
        done = threading.Event()
        client = self._client(COUNTER)
        counted = 0

        def on_message(_client: paho.Client, _data: object, _message: paho.MQTTMessage) -> None:
            nonlocal counted
            counted += 1
            if counted == count:
                done.set()

        client.on_message = on_message

        def start() -> None:
            client.connect_async("127.0.0.1", self.broker.port)
            client.loop_start()

        run = measure(start, done)
        client.disconnect()
        client.loop_stop()
        return run

    def plain(self, count: int, size: int) -> Run:
        """Empty the plain script's queue: until everything is written."""
        script = PlainScript(self.victoria.url, self._client(PLAIN), self.broker.port, count * size)
        run = measure(script.start, script.done)
        script.stop()
        return run

    @staticmethod
    def _client(session: str) -> paho.Client:
        return paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=session,
            clean_session=False,
            protocol=paho.MQTTv311,
        )

    def _introduce(self, session: str) -> None:
        subscribed = threading.Event()
        client = self._client(session)
        client.on_subscribe = lambda *_: subscribed.set()
        client.connect("127.0.0.1", self.broker.port)
        client.loop_start()
        client.subscribe([("park/bench/+/meter/+", 1), ("park/bench/+/batch", 1)])
        if not subscribed.wait(WAIT_S):
            raise SystemExit("the broker does not take the subscription")
        client.disconnect()
        client.loop_stop()


def _profile_threads(file: str) -> None:
    """Profile each thread that starts from now on into ``file`` with the thread's name."""
    run = threading.Thread.run

    def profiled(self: threading.Thread) -> None:
        profiler = cProfile.Profile()
        profiler.runcall(run, self)
        profiler.dump_stats(f"{file}.{self.name}")

    threading.Thread.run = profiled  # type: ignore[method-assign]


def bench(bench: Bench, rounds: int, count: int, batches: int) -> dict[str, float]:
    """The figures of all rounds."""
    ours: list[Run] = []
    counting: list[Run] = []
    plain: list[Run] = []
    batched: list[Run] = []
    plain_batched: list[Run] = []
    influx: list[Run] = []
    influx_batched: list[Run] = []
    for number in range(rounds):
        bench.fill(count, 1)
        turns = [
            lambda: ours.append(bench.ours(count, bench.duckdb)),
            lambda: counting.append(bench.counting(count)),
            lambda: plain.append(bench.plain(count, 1)),
        ]
        for turn in turns[number % 3 :] + turns[: number % 3]:
            turn()
        bench.fill(batches, BATCH)
        batched.append(bench.ours(batches, bench.duckdb))
        plain_batched.append(bench.plain(batches, BATCH))
        bench.counting(batches)
        if bench.influxdb is not None:
            for runs, many, size in ((influx, count, 1), (influx_batched, batches, BATCH)):
                bench.fill(many, size)
                runs.append(bench.ours(many, bench.influxdb))
                bench.counting(many)
                bench.plain(many, size)
    ratios = [theirs.wall_s / our.wall_s for our, theirs in zip(ours, counting, strict=True)]
    cpu, count_cpu = _cpu_us(ours, count), _cpu_us(counting, count)
    per_reading = _wall_s(batched) / BATCH / batches
    beside = {}
    if influx:
        beside = {
            "influxdb_single_per_s": round(count / _wall_s(influx)),
            "influxdb_to_duckdb_single": round(_wall_s(ours) / _wall_s(influx), 3),
            "influxdb_cpu_us_per_message": round(_cpu_us(influx, count), 1),
            "influxdb_batch_readings_per_s": round(batches * BATCH / _wall_s(influx_batched)),
            "influxdb_to_duckdb_batch": round(_wall_s(batched) / _wall_s(influx_batched), 3),
        }
    return {
        "single_per_s": round(count / _wall_s(ours)),
        "count_only_per_s": round(count / _wall_s(counting)),
        "count_only_ratio": round(statistics.median(ratios), 3),
        "plain_per_s": round(count / _wall_s(plain)),
        "single_ratio": round(_wall_s(plain) / _wall_s(ours), 2),
        "cpu_us_per_message": round(cpu, 1),
        "count_only_cpu_us_per_message": round(count_cpu, 1),
        "cpu_ratio": round(cpu / count_cpu, 2),
        "batch_readings_per_s": round(batches * BATCH / _wall_s(batched)),
        "batch_ratio": round(_wall_s(plain) / count / per_reading, 1),
        "batch_ratio_same_payload": round(_wall_s(plain_batched) / _wall_s(batched), 1),
        "batch_cpu_us_per_reading": round(_cpu_us(batched, batches * BATCH), 2),
        **beside,
    }


def _wall_s(runs: list[Run]) -> float:
    return statistics.median(run.wall_s for run in runs)


def _cpu_us(runs: list[Run], count: int) -> float:
    return statistics.median(run.cpu_s for run in runs) / count * 1e6


def conditions(rounds: int, count: int, batches: int) -> dict[str, object]:
    """What the figures depend on."""
    return {
        "rounds": rounds,
        "messages": count,
        "batches": batches,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "paho": version("paho-mqtt"),
        "duckdb": duckdb.__version__,
        "pyarrow": pa.__version__,
        "numpy": np.__version__,
        "system": platform.platform(),
    }


def main() -> int:
    """Run and print; the last line is JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", action="store_true", help="last line: all figures as JSON")
    parser.add_argument("--influxdb", action="store_true", help="the InfluxDB store beside")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--messages", type=int)
    parser.add_argument("--profile", help="profile one run of single messages into FILE.<thread>")
    given = parser.parse_args()
    rounds = given.rounds or (2 if given.quick else 5)
    count = given.messages or (40_000 if given.quick else 100_000)
    batches = count // 20
    with tempfile.TemporaryDirectory() as folder:
        running = Bench(Path(folder), influxdb=given.influxdb)
        try:
            if given.profile:
                running.fill(count, 1)
                running.ours(count, running.duckdb, given.profile)
                return 0
            figures = bench(running, rounds, count, batches)
        finally:
            running.close()
    told = conditions(rounds, count, batches)
    for name, value in {**told, **figures}.items():
        print(f"{name:32} {value}")
    if given.json:
        print(json.dumps({**figures, "conditions": told}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
