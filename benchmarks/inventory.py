"""How fast a year's inventory by month and enterprise is answered, and what explaining costs.

    python benchmarks/inventory.py [--quick] [--json] [--meters N] [--rounds N]

The year of benchmarks/usage.py (registers read every quarter of an hour), settled. Asked is what
the API answers: the inventory of all meters by month, with factors, operands, parts, uncertainty
and both kinds of scope 2, and its sums by month and enterprise. The yardstick is the same question
to the raw readings in the same file: greatest less least register of each meter and month, times
one factor. Explaining is the park's year with its enterprises and rows, and an enterprise's day
down to the readings of one of its hours.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

# Started by its path, this folder would come first, and hide the packages with its files' names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import duckdb
import numpy as np

from benchmarks.usage import ENTERPRISES, MEMORY, START, books_of, fill, open_store, run
from ledger.books import Books
from ledger.explain import Question, explain
from ledger.inventory import inventory
from ledger.settle import settle
from ledger.totals import totals

FACTOR = 0.4671  # kgCO2/kWh, Jilin 2023
END = START + timedelta(days=365)
RAW = f"""
    with month as (
        select meter_key, date_trunc('month', ts) as period, max(value) - min(value) as amount
        from readings group by all
    )
    select meter_key % {ENTERPRISES} as enterprise, period, sum(amount) * {FACTOR} / 1000 as co2e_t
    from month group by all
"""


def accounts(books: Books) -> float:
    """The question; t CO2e of the year."""
    found = inventory(books, every="month", start=START, end=END)
    sums = totals(found, ["period", "start", "enterprise"])
    return float(sums["co2e_t"].sum())


def milliseconds(work: Callable[[], object], rounds: int) -> list[float]:
    """Of each of so many rounds, after one that is not counted."""
    work()
    found = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        found.append((time.perf_counter() - begin) * 1e3)
    return found


def percentiles(name: str, times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and greatest."""
    return {
        f"{name}_ms_median": round(statistics.median(times), 1),
        f"{name}_ms_p95": round(float(np.percentile(times, 95)), 1),
        f"{name}_ms_max": round(max(times), 1),
    }


def bench(folder: Path, meters: int, rounds: int) -> dict[str, float]:
    """All figures."""
    fill(folder, meters)
    store = open_store(folder)
    books = books_of(store, meters)
    settle(books)
    keys = list(books.registry().meter_by_key)
    of_store = milliseconds(
        lambda: store.usage(keys, START, END, every="month", zone=books.registry().zone), rounds
    )
    of_year = milliseconds(lambda: accounts(books), rounds)
    park, day = Question("2025"), Question("2025-03-05", "enterprise", "E01")
    of_park = milliseconds(lambda: explain(books, park, depth=2), max(rounds // 5, 3))
    of_day = milliseconds(
        lambda: explain(books, day, depth=9, hours=["2025-03-05T00:00:00Z"]), max(rounds // 5, 3)
    )
    total = accounts(books)
    store.close()
    raw = duckdb.connect(folder / "readings.duckdb", config={"memory_limit": MEMORY})
    raw.execute("set TimeZone = 'Asia/Shanghai'")
    of_raw = milliseconds(lambda: raw.sql(RAW).to_arrow_table(), 3)
    raw_total = raw.sql(f"select sum(co2e_t) from ({RAW})").fetchall()[0][0]
    raw.close()
    # The raw question loses what is counted between the last reading of a month and the next.
    if abs(raw_total - total) > 1e-3 * total:
        raise SystemExit(f"the two do not agree: {total} and {raw_total} t")
    return {
        **percentiles("inventory", of_year),
        "store_ms_median": round(statistics.median(of_store), 1),
        "raw_ms_median": round(statistics.median(of_raw), 1),
        "raw_ratio": round(statistics.median(of_raw) / statistics.median(of_year), 1),
        **percentiles("explain_park_year", of_park),
        **percentiles("explain_enterprise_day", of_day),
    }


if __name__ == "__main__":
    sys.exit(run(__doc__.splitlines()[0], bench, "duckdb", "pandas"))
