"""Open books of a small park whose hourly usage is written straight into a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from ledger.books import Books
from models.carbon.factors import FactorLibrary
from models.periods import local_start
from models.quantities import Kind
from models.readings import TIMESTAMP
from models.registry import Cluster, Direction, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.interface import FINDINGS, NEW_USAGE, WINDOWS

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 7, 1, tzinfo=SHANGHAI).astimezone(UTC)


def day(year: int, month: int = 1, of_month: int = 1) -> datetime:
    """UTC instant of a local midnight."""
    return local_start(date(year, month, of_month), SHANGHAI)


def meter(key: int, enterprise: str, code: str, quantity: str, unit: str, **more: object) -> Meter:
    """An hourly counter."""
    plain = Meter(key, enterprise, code, quantity, Kind.COUNTER, unit, 3600)
    return replace(plain, **more)  # type: ignore[arg-type]


REGISTRY = Registry(
    park=Park("p", "园区", "Park", "吉林", "东北"),
    clusters=(Cluster("c1", "甲", "One"), Cluster("c2", "乙", "Two")),
    enterprises=(
        Enterprise("a", "甲厂", "A", "c1"),
        Enterprise("b", "乙厂", "B", "c1"),
        Enterprise("c", "丙厂", "C", "c2"),
    ),
    meters=(
        meter(1, "a", "E1", "electricity", "kWh"),
        meter(2, "a", "E2", "electricity", "kWh", parent="E1"),
        meter(3, "a", "G1", "natural_gas", "Nm3"),
        meter(4, "a", "W1", "water", "m3"),
        meter(5, "a", "PV", "electricity", "kWh", direction=Direction.GENERATION),
        meter(6, "b", "E1", "electricity", "kWh"),
        meter(7, "b", "E9", "electricity", "kWh"),
        meter(8, "c", "H1", "heat", "GJ"),
    ),
)


@dataclass
class Ledger:
    """Books whose registry can be changed and whose usage is written by hand."""

    store: DuckDBStore
    registry: Registry = REGISTRY

    @property
    def books(self) -> Books:
        """The books as they stand now."""
        return Books(self.store, lambda: self.registry, FactorLibrary(), lambda: NOW)

    def register(self, *versions: Meter) -> None:
        """These versions in the place of the meters' own."""
        keys = {one.key for one in versions}
        others = [one for one in self.registry.meters if one.key not in keys]
        self.registry = replace(self.registry, meters=(*others, *versions))

    def write(
        self,
        key: int,
        start: datetime,
        end: datetime,
        amount: float | Callable[[np.ndarray], np.ndarray],
        *,
        estimated: float = 0.0,
        coverage: float = 1.0,
    ) -> None:
        """Hourly usage of one meter in [start, end): a constant, or a function of the hour."""
        hours = int((end - start).total_seconds() // 3600)
        index = np.arange(hours)
        amounts = amount(index) if callable(amount) else np.full(hours, float(amount))
        begin = np.datetime64(start.replace(tzinfo=None), "us")
        ts = pa.array(begin + index * np.timedelta64(3_600_000_000, "us")).cast(TIMESTAMP)
        columns = {
            "meter_key": pa.array(np.full(hours, key, dtype=np.int32)),
            "hour": ts,
            "amount": pa.array(amounts.astype(float)),
            "estimated": pa.array(np.full(hours, estimated)),
            "coverage": pa.array(np.full(hours, coverage)),
            "n": pa.array(np.ones(hours)).cast(NEW_USAGE.field("n").type),
        }
        table = pa.table(
            {
                name: columns.get(name, pa.nulls(hours, NEW_USAGE.field(name).type))
                for name in NEW_USAGE.names
            },
        ).cast(NEW_USAGE)
        windows = pa.table({"meter_key": [key], "start": [start], "end": [end]}, schema=WINDOWS)
        self.store.put_usage(windows, table, FINDINGS.empty_table())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger of REGISTRY."""
    store = DuckDBStore(
        tmp_path / "readings.duckdb",
        writer="test",
        clock=lambda: NOW,
        zone=SHANGHAI,
        memory_limit="256MB",
    )
    yield Ledger(store)
    store.close()
