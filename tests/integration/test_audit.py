"""The audit finds what was changed behind the books' back, and nothing while readings come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from ledger.audit import verify
from ledger.books import Books
from ledger.settle import settle
from models.carbon.factors import FactorLibrary
from models.quantities import Kind
from models.readings import NEW_READINGS, TIMESTAMP
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.interface import Batch

START = datetime(2026, 1, 1, tzinfo=UTC)
REGISTRY = Registry(
    park=Park("p", "园区", "Park", "吉林", "东北"),
    clusters=(Cluster("c", "甲", "One"),),
    enterprises=(Enterprise("a", "甲厂", "A", "c"),),
    meters=tuple(Meter(k, "a", f"E{k}", "electricity", Kind.COUNTER, "kWh", 900) for k in (1, 2)),
)


@dataclass
class Park15:
    """Two registers read every quarter of an hour, 2.5 kWh each."""

    path: Path
    clock: list[datetime] = field(default_factory=lambda: [START])

    def now(self) -> datetime:
        self.clock[0] += timedelta(milliseconds=1)
        return self.clock[0]

    def open(self) -> Books:
        zone = ZoneInfo("Asia/Shanghai")
        store = DuckDBStore(self.path, writer="main", clock=self.now, zone=zone)
        return Books(store, lambda: REGISTRY, FactorLibrary(), self.now)

    def append(self, books: Books, first: int, count: int) -> None:
        index = np.arange(first, first + count)
        begin = np.datetime64(START.replace(tzinfo=None), "us")
        ts = pa.array(begin + index * np.timedelta64(900_000_000, "us")).cast(TIMESTAMP)
        for key in (1, 2):
            columns = {
                "meter_key": pa.array(np.full(count, key, np.int32)),
                "ts": ts,
                "value": pa.array(index * 2.5),
                "quality": pa.array(np.zeros(count, np.uint8)),
                "received": pa.array([self.now()] * count, TIMESTAMP),
                "source": pa.array(np.ones(count, np.uint8)),
            }
            books.store.append(Batch(pa.table(columns, schema=NEW_READINGS)))


@pytest.fixture
def park(tmp_path: Path) -> Park15:
    one = Park15(tmp_path / "readings.duckdb")
    books = one.open()
    one.append(books, 0, 400)
    settle(books)
    books.store.close()
    return one


def test_a_settled_park_is_without_fault(park: Park15) -> None:
    books = park.open()
    audit = verify(books)
    books.store.close()
    # readings 0 to 399 lie in 100 hours of each register
    assert (audit.usage_hours, audit.usage_differences, audit.touched) == (200, 0, 0)
    assert (audit.batches, audit.chain_faults) == (2, ())


def test_hours_that_wait_are_told_and_no_difference(park: Park15) -> None:
    books = park.open()
    park.append(books, 400, 8)
    audit = verify(books)
    books.store.close()
    assert audit.usage_differences == 0
    assert audit.touched > 0


def test_usage_changed_by_hand_is_found(park: Park15) -> None:
    with duckdb.connect(str(park.path)) as connection:
        connection.execute(
            "update usage_hour set amount = amount + 1e-9 where meter_key = 2 "
            "and hour = (select min(hour) + interval 5 hour from usage_hour)"
        )
    books = park.open()
    park.append(books, 400, 8)  # beside hours that wait
    audit = verify(books)
    books.store.close()
    assert audit.usage_differences == 1


def test_a_reading_changed_by_hand_is_found_twice(park: Park15) -> None:
    """Its batch no longer gives its hash, and the two hours beside it are not what it says."""
    with duckdb.connect(str(park.path)) as connection:
        connection.execute(
            "update readings set value = value + 0.5 where meter_key = 1 and value = 250"
        )
    books = park.open()
    audit = verify(books)
    books.store.close()
    assert [fault.batch for fault in audit.chain_faults] == [1]
    assert audit.usage_differences == 2
