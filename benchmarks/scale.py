"""Whether one machine keeps up with a whole national high-tech park, and how cost grows with size.

    python benchmarks/scale.py [--quick] [--json] [--seconds S] [--sizes 0.01,0.1,1]

At size 1: 21,770 enterprises (the number of firms registered in the model park) with five meters
each, which send every 15 s (four times one a minute, 7,257 readings/s) in batches of 100 as their
gateways collect them, on top of a year of daily usage. The real service runs as a process beside a
real mosquitto; a sender in a third process keeps the pace by the clock. It has kept up where all
that was sent is stored and settled within ten seconds of the last message. CPU is of the
service in cores; bytes are what the store's file grew by a reading, usage among it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# Started by its path, this folder would come first, and hide the packages with its files' names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import duckdb
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.service_process import ANSWER_S, Service, wait_until
from carbonpeak.broker import MosquittoProcess
from store.duckdb_store import DuckDBStore

ZONE = ZoneInfo("Asia/Shanghai")
ENTERPRISES = 21_770
INTERVAL_S = 15
COLLECTED = 20  # instants in a gateway's message, of five meters each
METERS = (
    ("el", "electricity", "kWh", ""),
    ("el-hall", "electricity", "kWh", "el"),
    ("gas", "natural_gas", "Nm3", ""),
    ("heat", "heat", "GJ", ""),
    ("water", "water", "m3", ""),
)
READINGS = COLLECTED * len(METERS)  # in a message
STORE_MEMORY = "2GB"
SETTLED_S = 10.0
GIVEN_UP_S = 300.0


def write_registry(folder: Path, enterprises: int) -> None:
    """The park's files."""
    folder.mkdir()
    (folder / "park.yaml").write_text(
        "park: {code: scale, name_zh: 规模, name_en: Scale, province: 吉林, grid_region: 东北}\n"
        "clusters:\n  - {code: c, name_zh: 集群, name_en: Cluster}\n",
        encoding="utf-8",
    )
    codes = [f"E{number:05}" for number in range(enterprises)]
    (folder / "enterprises.csv").write_text(
        "code,name_zh,name_en,cluster\n"
        + "".join(f"{code},企业 {code},Enterprise {code},c\n" for code in codes),
        encoding="utf-8",
    )
    (folder / "meters.csv").write_text(
        "enterprise,code,quantity,kind,unit,interval_s,parent\n"
        + "".join(
            f"{enterprise},{code},{quantity},counter,{unit},{INTERVAL_S},{parent}\n"
            for enterprise in codes
            for code, quantity, unit, parent in METERS
        ),
        encoding="utf-8",
    )


def fill_year(file: Path, meters: int) -> None:
    """A new store with a year of daily usage up to yesterday, as the ledger keeps it."""
    file.unlink(missing_ok=True)
    DuckDBStore(file, writer="main", clock=lambda: datetime.now(UTC), zone=ZONE).close()
    today = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    first = (today - timedelta(days=365)).astimezone(UTC)
    connection = duckdb.connect(file)
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(
        "insert into usage_day by name select m.range::integer as meter_key,"
        " ?::timestamptz + to_days(d.range::integer) as day, 100 + m.range % 50 as amount,"
        " 0 as estimated, 24 as covered_h, 0 as mean_h, 96 as n"
        " from range(1, ?) m, range(365) d",
        [first, meters + 1],
    )
    connection.close()


@dataclass(frozen=True)
class Pace:
    """What a sender is to send."""

    port: int
    enterprises: int
    seconds: float


def payload(enterprise: int, end: datetime) -> bytes:
    """Five meters at the last twenty instants before ``end``."""
    base = int(end.timestamp())
    readings = []
    for back in range(COLLECTED, 0, -1):
        second = base - back * INTERVAL_S
        ts = datetime.fromtimestamp(second, UTC).isoformat()
        value = round(second % 10_000_000 * 0.01 + enterprise, 2)
        readings += [{"meter": code, "ts": ts, "value": value} for code, *_ in METERS]
    return json.dumps(readings, separators=(",", ":")).encode()


def send(pace: Pace, told: Any) -> None:
    """Send each gateway's message when it is due; tells (sent, acknowledged, latest by s)."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="sender")
    client.max_inflight_messages_set(1_000)
    acknowledged = 0

    def count(*_: object) -> None:
        nonlocal acknowledged
        acknowledged += 1

    client.on_publish = count
    client.connect("127.0.0.1", pace.port)
    client.loop_start()
    every_s = COLLECTED * INTERVAL_S / pace.enterprises
    begin, sent, latest = time.monotonic(), 0, 0.0
    while (due := sent * every_s) < pace.seconds:
        behind = time.monotonic() - begin - due
        if behind < 0:
            time.sleep(-behind)
        latest = max(latest, behind)
        enterprise = sent % pace.enterprises
        topic = f"park/scale/E{enterprise:05}/batch"
        client.publish(topic, payload(enterprise, datetime.now(UTC)), 1)
        sent += 1
    while acknowledged < sent:
        time.sleep(0.05)
    client.disconnect()
    client.loop_stop()
    told.send((sent, acknowledged, latest))


def open_work(service: Service) -> int:
    """Messages not stored yet, and touched hours not settled."""
    health = service.get("health")
    return int(health["ingest"]["queued"]) + int(health["store"]["touched"] or 0)


def seconds_of(what: Callable[[], object]) -> float:
    """How long it takes, done once."""
    begin = time.perf_counter()
    what()
    return time.perf_counter() - begin


def run(size: float, seconds: float) -> dict[str, float]:
    """One size, all its figures."""
    enterprises = max(int(ENTERPRISES * size), 10)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_registry(folder / "registry", enterprises)
        broker = MosquittoProcess(folder / "broker", 0)
        broker.start()
        service = Service(folder, broker.port, {"CARBONPEAK_STORE_MEMORY": STORE_MEMORY})
        try:
            load_s = seconds_of(lambda: service.register(folder / "registry"))
            fill_year(service.file, enterprises * len(METERS))
            before = service.file.stat().st_size
            start_s = seconds_of(lambda: connected(service))
            figures = measured(service, Pace(broker.port, enterprises, seconds))
            service.stop()
            grown = service.file.stat().st_size - before
        finally:
            service.close()
            broker.stop()
    return {
        "enterprises": enterprises,
        "meters": enterprises * len(METERS),
        "registry_load_s": round(load_s, 1),
        "start_s": round(start_s, 1),
        **figures,
        "bytes_per_reading": round(grown / (figures["messages"] * READINGS), 1),
    }


def inventory(service: Service, every: str) -> None:
    """Ask the park's inventory of last year."""
    service.get("inventory", start="last_year", every=every, by="scope")


def connected(service: Service) -> None:
    """Start it, and wait until its session with the broker is ready."""
    service.start()
    service.await_answer()
    wait_until("connected", lambda: service.get("health")["broker"]["connected"], ANSWER_S)


def measured(service: Service, pace: Pace) -> dict[str, float]:
    """What the running service does while the park sends, and what a question takes afterwards."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    sender = multiprocessing.get_context("spawn").Process(target=send, args=(pace, theirs))
    cpu, begin = service.cpu_s(), time.monotonic()
    sender.start()
    peak_queue = 0
    while sender.is_alive():
        peak_queue = max(peak_queue, int(service.get("health")["ingest"]["queued"]))
        sender.join(2.0)
    sent, acknowledged, latest = ours.recv()
    ended = time.monotonic()
    while open_work(service) and time.monotonic() - ended < GIVEN_UP_S:
        time.sleep(0.2)
    settled = time.monotonic()
    cores = (service.cpu_s() - cpu) / (settled - begin)
    stored = int(service.get("health")["ingest"]["accepted"])
    return {
        "messages": sent,
        "acknowledged": acknowledged,
        "stored_readings": stored,
        "readings_per_s": round(sent * READINGS / pace.seconds),
        "sender_behind_s": round(latest, 2),
        "settled_after_s": round(settled - ended, 1),
        "kept_up": float(settled - ended < SETTLED_S and stored == sent * READINGS),
        "cpu_cores": round(cores, 2),
        "peak_memory_mb": round(service.peak_mb()),
        "peak_queued": peak_queue,
        "inventory_by_year_s": round(seconds_of(lambda: inventory(service, "year")), 2),
        "inventory_by_month_s": round(seconds_of(lambda: inventory(service, "month")), 2),
    }


def main() -> int:
    """Run and print; the last line is JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one hundredth, for 20 s")
    parser.add_argument("--json", action="store_true", help="last line: all figures as JSON")
    parser.add_argument("--seconds", type=float, help="of sending, at each size")
    parser.add_argument("--sizes", default="0.01,0.1,1")
    given = parser.parse_args()
    sizes = [0.01] if given.quick else [float(size) for size in given.sizes.split(",")]
    seconds = given.seconds or (20.0 if given.quick else 600.0)
    found = {}
    for size in sizes:
        found[str(size)] = run(size, seconds)
        print(f"size {size}")
        for name, value in found[str(size)].items():
            print(f"  {name:30} {value}", flush=True)
    told = {
        "seconds": seconds,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "system": platform.platform(),
    }
    print(" ".join(f"{name}={value}" for name, value in told.items()))
    if given.json:
        print(json.dumps({**found, "conditions": told}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
