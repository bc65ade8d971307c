"""How long after its publication a reading is visible in ``latest``, and whether memory stays flat.

    python benchmarks/latency.py [--quick] [--json] [--rate R] [--seconds S]

Two processes besides the service and mosquitto: a sender of single messages (QoS 1) at a steady
rate, and this one, which publishes a reading of a meter of its own twice a second and asks the API
for its latest one until it is there. Measured is the time from before publishing to after the
answer, the questions' own included. With --seconds 3600 it is the hour of the memory figure: it
grows until DuckDB's cache is as large as the store's file, or as CARBONPEAK_STORE_MEMORY allows.
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
from datetime import UTC, datetime
from pathlib import Path

# Started by its path, this folder would come first, and hide the packages with its files' names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks import register_park as park
from benchmarks.exact_sender import ExactSender
from benchmarks.service_process import ANSWER_S, Service, wait_until
from carbonpeak.broker import MosquittoProcess

MARKER = ("E19", "m9")
EVERY_S = 0.5
LOST_S = 300.0  # a stall is no loss: it stands in worst_ms


def send(port: int, rate: float, seconds: float, told: object) -> None:
    """A steady stream of single readings; tells how many it sent."""
    minutes = int(rate * seconds / len(park.SINGLES))
    account = ExactSender(port, "steady", rate).run(park.single_messages(park.SINGLES, minutes))
    told.send((account.acknowledged, account.seconds))  # type: ignore[attr-defined]


def seen_after(service: Service, client: paho.Client, value: float) -> float:
    """Seconds until a reading published now is the latest one that the API tells."""
    enterprise, meter = MARKER
    reading = {"ts": datetime.now(UTC).isoformat(), "value": value}
    begin = time.perf_counter()
    client.publish(f"park/{park.PARK}/{enterprise}/meter/{meter}", json.dumps(reading), 1)
    while True:
        items = service.get(f"latest?enterprise={enterprise}")["items"]
        passed = time.perf_counter() - begin
        if any(item["meter"] == meter and item["value"] == value for item in items):
            return passed
        if passed > LOST_S:
            raise SystemExit(f"a reading was not visible within {LOST_S:.0f} s")


def run(folder: Path, rate: float, seconds: float) -> dict[str, float | list[int]]:
    """The figures at one rate."""
    broker = MosquittoProcess(folder / "broker", 0)
    broker.start()
    service = Service(folder, broker.port)
    try:
        service.register(park.write_registry(folder / "registry"))
        service.start()
        service.await_answer()
        wait_until("connected", lambda: service.get("health")["broker"]["connected"], ANSWER_S)
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="marker")
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        sender = multiprocessing.get_context("spawn").Process(
            target=send, args=(broker.port, rate, seconds, theirs)
        )
        sender.start()
        found, memory, number = [], [], 0
        while sender.is_alive():
            number += 1
            found.append(seen_after(service, client, float(number)))
            memory.append(service.rss_mb())
            sender.join(max(EVERY_S - found[-1], 0.0))
        acknowledged, lasted = ours.recv()
        peak = round(service.peak_mb())
        client.disconnect()
        client.loop_stop()
        return {
            "asked_per_s": rate,
            "sent_per_s": round(acknowledged / lasted),
            "readings": acknowledged,
            "markers": len(found),
            "p50_ms": round(float(np.percentile(found, 50)) * 1e3),
            "p99_ms": round(float(np.percentile(found, 99)) * 1e3),
            "worst_ms": round(max(found) * 1e3),
            "peak_mb": peak,
            "memory_by_tenths_mb": [
                round(float(np.mean(part))) for part in np.array_split(memory, 10) if len(part)
            ],
            "store_mb": round(service.file.stat().st_size / 2**20),
        }
    finally:
        service.close()
        broker.stop()


def main() -> int:
    """Run and print; the last line is JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="20 s")
    parser.add_argument("--json", action="store_true", help="last line: all figures as JSON")
    parser.add_argument("--rate", type=float, default=5_000.0, help="messages a second")
    parser.add_argument("--seconds", type=float)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder), given.rate, given.seconds or (20.0 if given.quick else 120.0))
    told = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    for name, value in {**told, **figures}.items():
        print(f"{name:24} {value}")
    if given.json:
        print(json.dumps({**figures, "conditions": told}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
