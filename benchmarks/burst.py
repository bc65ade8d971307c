"""Memory of the service when a long queue waits for it at its start.

    python benchmarks/burst.py [--messages N] [--large N] [--json]

The service is stopped while senders fill its queue at the broker: N single messages, and N messages
of 900 KiB (valid batches with a long note). Then it starts and takes all of it in. Memory is that
of the process: ready without any queue, and its peak until everything is stored and settled.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# Started by its path, this folder would come first, and this file's neighbours have our names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

from benchmarks import register_park as park
from benchmarks.exact_sender import ExactSender
from benchmarks.service_process import ANSWER_S, Service, wait_until
from carbonpeak.broker import MosquittoProcess

NOTE = "x" * (900 << 10)


def large_messages(count: int) -> Iterator[tuple[str, bytes]]:
    """Batches of one reading whose note fills 900 KiB."""
    for minute in range(count):
        value = park.BASE_KWH + (park.BATCHED.start + 1) / 4 * minute
        ts = int(park.FIRST.timestamp() * 1000) + minute * 60_000
        item = {"meter": "m0", "ts": ts, "value": value, "note": NOTE}
        yield f"park/{park.PARK}/E10/batch", json.dumps([item]).encode()


def run(folder: Path, messages: int, large: int) -> dict[str, float]:
    """The figures."""
    broker = MosquittoProcess(folder / "broker", 0)
    broker.start()
    service = Service(folder, broker.port)
    try:
        service.register(park.write_registry(folder / "registry"))
        service.start()
        service.await_answer()
        wait_until("connected", lambda: service.get("health")["broker"]["connected"], ANSWER_S)
        ready_mb = service.peak_mb()
        service.stop()
        singles = park.single_messages(park.SINGLES, messages // len(park.SINGLES))
        ExactSender(broker.port, "single", 1e9).run(singles)
        ExactSender(broker.port, "large", 1e9).run(large_messages(large))
        began = time.monotonic()
        service.start()
        service.await_answer()
        service.await_quiet()
        taken = service.get("health")["ingest"]
        if taken["accepted"] != messages + large or taken["rejected"]:
            raise SystemExit(f"not all of it came in: {taken}")
        return {
            "messages": messages,
            "large_messages": large,
            "queued_mb": round((messages * 80 + large * len(NOTE)) / 2**20),
            "ready_mb": round(ready_mb, 1),
            "peak_mb": round(service.peak_mb(), 1),
            "seconds": round(time.monotonic() - began, 1),
        }
    finally:
        service.close()
        broker.stop()


def main() -> int:
    """Run and print; the last line is JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder), given.messages, given.large)
    for name, value in figures.items():
        print(f"{name:16} {value}")
    if given.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
