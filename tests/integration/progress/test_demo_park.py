"""What the demo park is there to show: a cluster that has peaked, one on a plateau, two that rise,
one too young to tell; an enterprise over its budget; sums that join the meters without a break.

Metered amounts are those of the load functions, a day in the row of its first hour; expected
verdicts are those of the decision table by pymannkendall.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pymannkendall
import pytest

from carbonpeak.demo_activity import enter_activity
from ledger.books import Books
from ledger.peak import peak
from ledger.targets import targets
from ledger.yearly import yearly
from models.carbon.factors import FactorLibrary
from models.readings import TIMESTAMP
from models.registry import Registry
from simulators.demo_park import demo_activity, demo_registry
from simulators.energy import Loads
from simulators.grid import EPOCH, STEP_H, STEPS_PER_DAY, ZONE, step_at
from simulators.meters import meters
from simulators.supply import virtual_meters
from store.duckdb_store import DuckDBStore
from store.interface import FINDINGS, NEW_USAGE, WINDOWS
from store.registry_db import RegistryDatabase
from store.registry_files import load

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
DAYS = (date(2026, 11, 26) - date(2024, 1, 1)).days  # that are over


def registry_of(folder: Path) -> Registry:
    database = RegistryDatabase(f"sqlite:///{folder / 'registry.sqlite'}")
    database.migrate()
    load(database, demo_registry(folder / "files", NOW), now=NOW)
    enter_activity(database, demo_activity(), NOW)
    found = database.snapshot()
    database.close()
    return found


def amounts_by_day() -> dict[tuple[str, str], np.ndarray]:
    """Of every meter that an inventory begins with."""
    loads = Loads(0, step_at(NOW) + STEPS_PER_DAY)
    power = {meter.key: loads.power(*meter.key) for meter in meters() if meter.is_main}
    power |= {
        (one.enterprise, one.code): np.sum(
            [factor * loads.power(*part) for part, factor in one.parts], axis=0
        )
        for one in virtual_meters().values()
    }
    return {
        key: one[: DAYS * STEPS_PER_DAY].reshape(DAYS, STEPS_PER_DAY).sum(axis=1) * STEP_H
        for key, one in power.items()
    }


def fill(store: DuckDBStore, registry: Registry) -> None:
    first = np.datetime64(EPOCH.replace(tzinfo=None), "us") + np.arange(DAYS) * np.timedelta64(
        1, "D"
    )
    parts = []
    for place, amounts in amounts_by_day().items():
        columns = {
            "meter_key": pa.array(np.full(DAYS, registry.key_of[place], np.int32)),
            "hour": pa.array(first).cast(TIMESTAMP),
            "amount": pa.array(amounts),
            "estimated": pa.array(np.zeros(DAYS)),
            "coverage": pa.array(np.full(DAYS, 24.0)),
            "n": pa.array(np.full(DAYS, 24, np.int32)),
        }
        nulls = {name: pa.nulls(DAYS, NEW_USAGE.field(name).type) for name in NEW_USAGE.names}
        parts.append(pa.table(nulls | columns, schema=NEW_USAGE))
    keys = [registry.key_of[place] for place in amounts_by_day()]
    spans = {"meter_key": keys, "start": [EPOCH] * len(keys), "end": [NOW] * len(keys)}
    windows = pa.table(spans, schema=WINDOWS)
    store.put_usage(windows, pa.concat_tables(parts), FINDINGS.empty_table())


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder = tmp_path_factory.mktemp("demo-park")
    registry = registry_of(folder)
    file = folder / "park.duckdb"
    store = DuckDBStore(file, writer="main", clock=lambda: NOW, zone=ZONE)
    fill(store, registry)
    yield Books(store, lambda: registry, FactorLibrary(), lambda: NOW)
    store.close()


def verdict_of(values: list[float]) -> str:
    """The decision table over whole years; Mann-Kendall by an independent program."""
    most = max(place for place, value in enumerate(values) if value == max(values))
    since = len(values) - 1 - most
    if since == 0 or (since < 5 and values[-1] >= 0.99 * max(values)):
        return "at_maximum"
    if since < 5:
        return "not_established"
    trend = pymannkendall.original_test(values[most + 1 :]).trend
    return {"decreasing": "peaked", "no trend": "plateau", "increasing": "rising_again"}[trend]


def test_clusters_have_peaked_stay_rise_or_are_too_young_to_tell(books: Books) -> None:
    accounts = yearly(books, by="cluster", last=2025)
    assert set(accounts["origin"]) == {"imported", "metered"}
    courses = {str(code): some["co2e_t"].tolist() for code, some in accounts.groupby("cluster")}
    assert {len(one) for one in courses.values()} == {11}
    expected = {code: verdict_of(one) for code, one in courses.items()}
    assert expected == {
        "equipment": "peaked",
        "agriculture": "plateau",
        "medicine": "at_maximum",
        "information": "at_maximum",
        "services": "not_established",
    }
    found = peak(books, by="cluster", adjusted=False)
    assert dict(zip(found["cluster"], found["verdict"], strict=True)) == expected


def test_the_parks_own_verdict_follows(books: Books) -> None:
    accounts = yearly(books, by="park", last=2025)
    found = peak(books, by="park", adjusted=False)
    assert found["verdict"].tolist() == [verdict_of(accounts["co2e_t"].tolist())] == ["plateau"]


def test_what_was_entered_joins_what_is_metered(books: Books) -> None:
    for by, leap in (("park", 0.05), ("cluster", 0.18)):
        accounts = yearly(books, by=by, last=2025)  # type: ignore[arg-type]
        pairs = accounts[accounts["year"].isin([2023, 2024])].groupby(by)["co2e_t"]
        assert (pairs.last() / pairs.first() - 1).abs().max() < leap
        assert set(accounts["boundary"]) == {""}


def test_one_enterprise_is_over_its_budget(books: Books) -> None:
    found = targets(books, scope="enterprise", code="EQ07")
    year = found[(found["period"] == "2026") & (found["subject"] == "co2_total")]
    assert dict(zip(year["allowed"], year["state"], strict=True)) == {
        42_000.0: "behind",  # 3,400 t a month: it will not last
        41_000.0: "missed",
    }
    assert year["actual"].min() > 41_000
