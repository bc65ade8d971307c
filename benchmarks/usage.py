"""How fast a year of readings becomes usage, and how fast a year of usage is asked for.

    python benchmarks/usage.py [--quick] [--json] [--meters N] [--rounds N]

A year of registers read every quarter of an hour is stored in DuckDB; then each contestant, in a
process of its own, goes from store to store. Ours settles the touched hours (gaps spread,
rollovers, resets, false values, coverage, findings, days beside hours). The yardstick is what one
writes with pandas: read the same store, sort, difference, one vectorized groupby by meter and hour,
insert; it books each difference on the hour of its later reading and knows none of the rest. The
second figure is the year by month of every enterprise from usage, against the same question to the
raw readings (greatest less least register of each meter and month). Peak memory is of the process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

# Started by its path, this folder would come first, and hide the packages with its files' names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import duckdb
import numpy as np
import pyarrow as pa

from ledger.books import Books
from ledger.settle import settle
from ledger.usage import usage
from models.carbon.factors import FactorLibrary
from models.quantities import Kind
from models.readings import NEW_READINGS, TIMESTAMP
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.interface import Batch

START = datetime(2024, 12, 31, 16, tzinfo=UTC)  # midnight in the park
QUARTERS = 365 * 96
ENTERPRISES = 50
METERS_A_CHUNK = 100  # what the yardstick reads at once, to stay within memory
MEMORY = "1GB"


def now() -> datetime:
    """The clock."""
    return START + timedelta(days=366)


def registry(meters: int) -> Registry:
    """Meters spread over the enterprises."""
    enterprises = tuple(
        Enterprise(f"E{number:02}", "企业", "Enterprise", "c") for number in range(ENTERPRISES)
    )
    return Registry(
        Park("bench", "基准", "Benchmark", "吉林", "东北"),
        (Cluster("c", "集群", "Cluster"),),
        enterprises,
        tuple(
            Meter(
                number, f"E{number % ENTERPRISES:02}", f"m{number}", "electricity", Kind.COUNTER,
                "kWh", 900, range_low=0.0, range_high=1000.0,
            )
            for number in range(1, meters + 1)
        ),
    )  # fmt: skip


def open_store(folder: Path) -> DuckDBStore:
    """The file that all of them share, one after the other."""
    zone = registry(1).zone
    return DuckDBStore(
        folder / "readings.duckdb", writer="bench", clock=now, zone=zone, memory_limit=MEMORY
    )


def fill(folder: Path, meters: int) -> None:
    """A year of every meter, a gateway's month at a time."""
    store = open_store(folder)
    chance = np.random.default_rng(2026)
    first = np.datetime64(START.replace(tzinfo=None), "us")
    ts = first + np.arange(QUARTERS) * np.timedelta64(900_000_000, "us")
    for begin in range(1, meters + 1, 25):
        keys = np.arange(begin, min(begin + 25, meters + 1), dtype=np.int32)
        loads = chance.gamma(2.0, 20.0, (len(keys), QUARTERS))
        rows = len(keys) * QUARTERS
        at = np.tile(ts, len(keys))
        store.append(
            Batch(
                pa.table(
                    [
                        pa.array(np.repeat(keys, QUARTERS)),
                        pa.array(at).cast(TIMESTAMP),
                        pa.array(np.cumsum(loads, axis=1).ravel()),
                        pa.array(np.zeros(rows, dtype=np.uint8)),
                        pa.array(at + np.timedelta64(5_000_000, "us")).cast(TIMESTAMP),
                        pa.array(np.ones(rows, dtype=np.uint8)),
                    ],
                    schema=NEW_READINGS,
                )
            )
        )
    store.close()


def books_of(store: DuckDBStore, meters: int) -> Books:
    """The books of the store."""
    snapshot = registry(meters)
    return Books(store, lambda: snapshot, FactorLibrary(), now)


def ours(folder: Path, meters: int) -> float:
    """Settle everything; the sum of usage in kWh."""
    store = open_store(folder)
    settle(books_of(store, meters))
    total = usage(books_of(store, meters), every="total")["amount"].sum()
    store.close()
    return float(total)


def pandas_script(folder: Path, meters: int) -> float:
    """The yardstick; the sum of usage in kWh."""
    store = open_store(folder)
    beside = duckdb.connect(folder / "pandas.duckdb")
    beside.execute("create table usage (meter_key integer, hour timestamptz, amount double)")
    total = 0.0
    for begin in range(1, meters + 1, METERS_A_CHUNK):
        keys = list(range(begin, min(begin + METERS_A_CHUNK, meters + 1)))
        frame = store.readings(keys).to_pandas()
        frame = frame.sort_values(["meter_key", "ts"])
        frame["amount"] = frame.groupby("meter_key")["value"].diff()
        frame["hour"] = frame["ts"].dt.floor("h")
        hours = frame.groupby(["meter_key", "hour"], as_index=False)["amount"].sum()
        beside.execute("insert into usage select meter_key, hour, amount from hours")
        total += float(hours["amount"].sum())
    beside.close()
    store.close()
    return total


def timed(work: Callable[[Path, int], float], folder: Path, meters: int) -> tuple[float, ...]:
    """Seconds, the sum that came out, and the peak of memory in MB, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours_end, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, work, folder, meters))
    process.start()
    theirs.close()
    try:
        found: tuple[float, ...] = ours_end.recv()
    except EOFError:
        raise SystemExit(f"{work.__name__} failed") from None
    process.join()
    return found


def _work(end: object, work: Callable[[Path, int], float], folder: Path, meters: int) -> None:
    begin = time.perf_counter()
    total = work(folder, meters)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    end.send((seconds, total, peak))  # type: ignore[attr-defined]


def by_month(folder: Path, meters: int, rounds: int) -> dict[str, float]:
    """The year by month of every enterprise, from usage and from raw readings."""
    store = open_store(folder)
    books = books_of(store, meters)
    of_usage, of_readings = [], []
    for _ in range(rounds):
        begin = time.perf_counter()
        frame = usage(books, every="month")
        frame.groupby(["enterprise", "period"])["amount"].sum()
        of_usage.append(time.perf_counter() - begin)
    store.close()
    raw = duckdb.connect(folder / "readings.duckdb", config={"memory_limit": MEMORY})
    raw.execute("set TimeZone = 'Asia/Shanghai'")
    for _ in range(max(rounds // 10, 2)):
        begin = time.perf_counter()
        raw.sql(
            f"""
            with month as (
                select meter_key, date_trunc('month', ts) as period,
                    max(value) - min(value) as amount
                from readings group by all
            )
            select meter_key % {ENTERPRISES} as enterprise, period, sum(amount) as amount
            from month group by all
            """
        ).to_arrow_table()
        of_readings.append(time.perf_counter() - begin)
    raw.close()
    return {
        "month_ms_median": round(statistics.median(of_usage) * 1e3, 1),
        "month_ms_p95": round(float(np.percentile(of_usage, 95)) * 1e3, 1),
        "month_raw_ms_median": round(statistics.median(of_readings) * 1e3, 1),
        "month_ratio": round(statistics.median(of_readings) / statistics.median(of_usage), 1),
    }


def bench(folder: Path, meters: int, rounds: int) -> dict[str, float]:
    """All figures."""
    begin = time.perf_counter()
    fill(folder, meters)
    filled = time.perf_counter() - begin
    theirs, their_total, their_peak = timed(pandas_script, folder, meters)
    seconds, total, peak = timed(ours, folder, meters)
    # Ours knows the first quarter of the first hour of every meter as little as pandas does.
    if abs(total - their_total) > 1e-9 * total:
        raise SystemExit(f"the two do not agree: {total} and {their_total} kWh")
    readings = meters * QUARTERS
    return {
        "readings": readings,
        "append_readings_per_s": round(readings / filled),
        "seconds": round(seconds, 2),
        "readings_per_s": round(readings / seconds),
        "peak_mb": round(peak),
        "pandas_seconds": round(theirs, 2),
        "pandas_peak_mb": round(their_peak),
        "pandas_ratio": round(theirs / seconds, 2),
        **by_month(folder, meters, rounds),
    }


def run(
    description: str, bench: Callable[[Path, int, int], dict[str, float]], *packages: str
) -> int:
    """Measure a park of so many meters and print; the last line is JSON with --json.

    ``bench`` takes an empty folder, the meters and the rounds; versions of ``packages`` are told.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="100 meters instead of 1,000")
    parser.add_argument("--json", action="store_true", help="last line: all figures as JSON")
    parser.add_argument("--meters", type=int)
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    meters = given.meters or (100 if given.quick else 1_000)
    with tempfile.TemporaryDirectory() as folder:
        figures = bench(Path(folder), meters, given.rounds)
    told = {
        "meters": meters,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "system": platform.platform(),
    }
    for name, value in {**told, **figures}.items():
        print(f"{name:32} {value}")
    if given.json:
        print(json.dumps({**figures, "conditions": told}))
    return 0


if __name__ == "__main__":
    sys.exit(run(__doc__.splitlines()[0], bench, "duckdb", "pandas", "pyarrow"))
