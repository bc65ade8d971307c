"""Ledgers that divide the meters: together they settle what one settles alone, and nothing twice.

One DuckDB store a case, in one process; what several processes do on a server is the same code.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import feather

from ledger.basis import Basis
from ledger.books import Books
from ledger.share import ALL, Share
from ledger.worker import LedgerWorker
from models.carbon.factors import FactorLibrary
from models.quantities import Kind
from models.readings import NEW_READINGS, TIMESTAMP
from models.registry import Cluster, Enterprise, Exchange, GapPolicy, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.interface import Batch

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = (1, 2, 3, 4, 5)
REGISTRY = Registry(
    park=Park("p", "园区", "Park", "吉林", "东北"),
    clusters=(Cluster("c", "甲", "One"),),
    enterprises=(Enterprise("a", "甲厂", "A", "c"),),
    meters=tuple(
        Meter(key, "a", f"E{key}", "electricity", kind, "kWh", 900)
        for key, kind in zip(
            KEYS, itertools.cycle((Kind.COUNTER, Kind.INTERVAL, Kind.COUNTER)), strict=False
        )
    ),
)
FIRST, SECOND = Share(0, 2), Share(1, 2)

Reading = tuple[int, int, int]  # meter, quarter of an hour, value
readings = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(0, 200), st.integers(0, 1_000)), max_size=40
)


class Case:
    """A store in a folder, and the ledgers on it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.registry = REGISTRY
        self._clock = START + timedelta(days=30)
        self.store = DuckDBStore(
            folder / "readings.duckdb",
            writer="main",
            clock=self.now,
            zone=ZoneInfo("Asia/Shanghai"),
        )
        self.books = Books(self.store, lambda: self.registry, FactorLibrary(), self.now)

    def now(self) -> datetime:
        self._clock += timedelta(milliseconds=1)
        return self._clock

    def worker(self, share: Share) -> LedgerWorker:
        basis = Basis(self.folder / f"basis-{share.part}-{share.parts}")
        return LedgerWorker(self.books, basis, share=share)

    def append(self, rows: Sequence[Reading]) -> None:
        keys, quarters, values = (np.array(column) for column in zip(*rows, strict=True))
        ts = np.datetime64(START.replace(tzinfo=None), "us") + quarters * np.timedelta64(15, "m")
        columns = {
            "meter_key": pa.array(keys, pa.int32()),
            "ts": pa.array(ts.astype("datetime64[us]")).cast(TIMESTAMP),
            "value": pa.array(values.astype(float)),
            "quality": pa.array(np.zeros(len(rows), np.uint8)),
            "received": pa.array([self.now()] * len(rows), TIMESTAMP),
            "source": pa.array(np.ones(len(rows), np.uint8)),
        }
        self.store.append(Batch(pa.table(columns, schema=NEW_READINGS)))

    def usage(self) -> pa.Table:
        return self.store.usage_hours(KEYS).drop_columns(["computed"])

    def touched_meters(self) -> set[int]:
        return set(self.store.touched().hours["meter_key"].to_pylist())


@pytest.fixture
def make(tmp_path: Path) -> Callable[[], Case]:
    numbers = itertools.count()
    opened: list[Case] = []

    def new() -> Case:
        opened.append(Case(tmp_path / f"case-{next(numbers)}"))
        return opened[-1]

    return new


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rounds=st.lists(readings.filter(bool), min_size=1, max_size=4),
    turns=st.lists(st.permutations((FIRST, SECOND)), min_size=4, max_size=4),
)
def test_two_shares_settle_what_one_ledger_settles(
    make: Callable[[], Case], rounds: list[list[Reading]], turns: list[list[Share]]
) -> None:
    alone, shared = make(), make()
    one = alone.worker(ALL)
    workers = {share: shared.worker(share) for share in (FIRST, SECOND)}
    for rows, turn in zip(rounds, turns, strict=False):
        alone.append(rows)
        shared.append(rows)
        one.settle_now()
        for share in turn:
            workers[share].settle_now()
    assert shared.usage().equals(alone.usage())
    assert shared.touched_meters() == set()
    findings = [case.store.findings(KEYS).sort_by("ts") for case in (alone, shared)]
    assert findings[0].num_rows == findings[1].num_rows
    assert [worker.settle_now() for worker in workers.values()] == [0, 0]
    alone.store.close()
    shared.store.close()


def test_the_other_shares_hours_are_left_alone(make: Callable[[], Case]) -> None:
    case = make()
    case.append([(key, quarter, 10 * quarter) for key in KEYS for quarter in range(9)])
    case.worker(SECOND).settle_now()  # keys that are odd
    assert case.touched_meters() == {2, 4}
    assert set(case.usage()["meter_key"].to_pylist()) == {1, 3, 5}
    case.worker(FIRST).settle_now()
    assert case.touched_meters() == set()
    # Counters that rise by 10 a quarter: two whole hours of 40 each.
    counted = case.usage().to_pandas().groupby("meter_key")["amount"].sum()
    assert [counted[key] for key in (1, 3, 4)] == [80.0, 80.0, 80.0]
    case.store.close()


def doubled(registry: Registry, *keys: int) -> Registry:
    """The registry with the multiplier of some meters put right."""
    return replace(
        registry,
        meters=tuple(
            replace(meter, multiplier=2.0) if meter.key in keys else meter
            for meter in registry.meters
        ),
    )


def test_each_share_settles_its_own_changed_meters(make: Callable[[], Case]) -> None:
    case = make()
    case.append([(key, quarter, 10 * quarter) for key in (1, 4) for quarter in range(9)])
    first, second = case.worker(FIRST), case.worker(SECOND)
    first.settle_now()
    second.settle_now()
    case.registry = doubled(case.registry, 1, 4)
    second.settle_now()
    amounts = case.usage().to_pandas().groupby("meter_key")["amount"].sum()
    assert (amounts[1], amounts[4]) == (160.0, 80.0)
    first.settle_now()
    amounts = case.usage().to_pandas().groupby("meter_key")["amount"].sum()
    assert (amounts[1], amounts[4]) == (160.0, 160.0)
    assert (first.settle_now(), second.settle_now()) == (0, 0)
    case.store.close()


def test_who_takes_over_a_share_settles_the_change_that_was_not_come_to(
    make: Callable[[], Case], tmp_path: Path
) -> None:
    case = make()
    case.append([(key, quarter, 10 * quarter) for key in (1, 4) for quarter in range(9)])
    path = tmp_path / "basis"
    case.worker(FIRST).settle_now()
    LedgerWorker(case.books, Basis(path), share=SECOND).settle_now()
    case.registry = doubled(case.registry, 4)
    LedgerWorker(case.books, Basis(path), share=SECOND).settle_now()
    assert case.usage().to_pandas().groupby("meter_key")["amount"].sum()[4] == 80.0
    LedgerWorker(case.books, Basis(path)).settle_now()  # now alone, in the same folder
    assert case.usage().to_pandas().groupby("meter_key")["amount"].sum()[4] == 160.0
    case.store.close()


def test_meters_that_a_formula_joins_are_settled_by_one_ledger(make: Callable[[], Case]) -> None:
    """6 = 1 + 4, of which the one was in the second share and the other in the first."""
    case = make()
    sum_ = Meter(6, "a", "SUM", "electricity", Kind.INTERVAL, "kWh", 3600, formula="'E1' + 'E4'")
    case.registry = replace(REGISTRY, meters=(*REGISTRY.meters, sum_))
    case.append([(key, quarter, 10 * quarter) for key in (1, 2, 4) for quarter in range(9)])
    case.worker(FIRST).settle_now()
    assert case.touched_meters() == {1, 4}
    assert set(case.usage()["meter_key"].to_pylist()) == {2}
    case.worker(SECOND).settle_now()
    assert case.touched_meters() == set()
    amounts = case.store.usage_hours([1, 4, 6]).to_pandas().groupby("meter_key")["amount"].sum()
    assert amounts.to_dict() == {1: 80.0, 4: 80.0, 6: 160.0}
    # a change of the operand that was in the first share
    first, second = case.worker(FIRST), case.worker(SECOND)
    case.registry = doubled(case.registry, 4)
    assert first.settle_now() == 0
    second.settle_now()
    amounts = case.store.usage_hours([6]).to_pandas()["amount"]
    assert amounts.sum() == 240.0
    case.store.close()


def test_chains_of_formulas_join_all_that_they_name() -> None:
    """7 = 1 + 6 and 6 = 4 + 5: all go with 1; 2 and 3 go by themselves."""
    formulas = {6: "'E4' + 'E5'", 7: "'E1' + 'V6'"}
    virtual = tuple(
        Meter(key, "a", f"V{key}", "electricity", Kind.INTERVAL, "kWh", 3600, formula=formula)
        for key, formula in formulas.items()
    )
    registry = replace(REGISTRY, meters=(*REGISTRY.meters, *virtual))
    keys = np.arange(1, 8)
    assert SECOND.holds(keys, registry).tolist() == [True, False, True, True, True, True, True]
    assert (FIRST.holds(keys, registry) ^ SECOND.holds(keys, registry)).all()


def test_what_an_earlier_version_recorded_is_not_computed_anew(
    make: Callable[[], Case], tmp_path: Path
) -> None:
    """It knew neither gap policies nor formulas nor typical days."""
    case, path = make(), tmp_path / "basis"
    exchange = Exchange(1, START, 5.0, 0.0)
    case.registry = replace(REGISTRY, exchanges=(exchange,))
    LedgerWorker(case.books, Basis(path)).settle_now()
    known = feather.read_table(path)
    old = ["gap_policy", "formula", "day_type", "hour", "typical_amount", "typical_from",
           "typical_to"]  # fmt: skip
    feather.write_feather(known.drop_columns(old), path)
    assert Basis(path).changed(case.registry) == []
    other = tuple(replace(one, gap_policy=GapPolicy.NONE) if one.key == 3 else one
                  for one in case.registry.meters)  # fmt: skip
    assert Basis(path).changed(replace(case.registry, meters=other)) == [3]
    case.store.close()
