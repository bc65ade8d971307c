"""The demo park's rights: the record agrees, and the heat plant must buy what a hand says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from ledger.allowances import allowances, unit_allocations
from ledger.books import Books
from ledger.certificates_moved import certificates_moved
from ledger.movement_findings import movement_findings
from ledger.movements import balance_sheet
from models.carbon.factors import FactorLibrary
from simulators.demo_park import demo_registry
from store.duckdb_store import DuckDBStore
from store.registry_db import RegistryDatabase
from store.registry_files import load

NOW = datetime(2026, 11, 24, 12, 34, tzinfo=UTC)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """The demo's registry, and no readings."""
    folder = tmp_path_factory.mktemp("demo")
    database = RegistryDatabase(f"sqlite:///{folder / 'registry.db'}")
    database.migrate()
    load(database, demo_registry(folder / "files", NOW), now=NOW)
    registry = database.snapshot()
    store = DuckDBStore(
        folder / "readings.duckdb", writer="test", clock=lambda: NOW, zone=registry.zone,
        memory_limit="256MB",
    )  # fmt: skip
    yield Books(store, lambda: registry, FactorLibrary(), lambda: NOW)
    store.close()


def test_the_record_agrees(books: Books) -> None:
    registry = books.registry()
    assert movement_findings(registry).empty
    assert set(certificates_moved(registry)["state"]) == {"agrees"}
    sheet = balance_sheet(registry)
    assert set(sheet["instrument"]) == {
        "allowance", "ccer", "energy_right", "discharge_right", "green_certificate",
    }  # fmt: skip
    assert (sheet["sum"] == 0).all()


def test_2024_is_surrendered(books: Books) -> None:
    """12,000 x 0.8049 + 1,990,000 x 0.1033 = 9,658.8 + 205,567 = 215,225.8; with 2,000 bought for
    217,220 t five were left, and carried over.
    """
    found = allowances(books, first=2024, last=2024).to_dict("records")[0]
    assert (found["enterprise"], found["verdict"]) == ("SV08", "surrendered")
    assert (found["allocation_t"], found["due_t"], found["short_t"]) == (215_225, 217_220, 1_995)
    sheet = balance_sheet(books.registry(), enterprise="SV08", instrument="allowance")
    assert sheet["carried_in"].tolist() == [-5, 5]


def test_2025_is_short(books: Books) -> None:
    """9,800 x 0.8017 (draft) + 2,118,000 x 0.1033 (of 2024) = 7,856.66 + 218,789.4 = 226,646.06;
    5 + 107,593 + 119,053 + 1,500 = 228,151 are held and 1,000 CCER; 229,661 are due: 510 are
    missing, on 24 November 37 days before the last day.
    """
    found = allowances(books, first=2025, last=2025, price_yuan=78.0).to_dict("records")[0]
    assert (found["allocation_t"], found["booked_t"]) == (226_646, 226_646)
    assert (found["due_t"], found["held_t"], found["ccer_usable_t"]) == (229_661, 228_151, 1_000)
    assert (found["verdict"], found["to_buy_t"], found["days_left"]) == ("short", 510, 37)
    assert found["cost_1e4_yuan"] == pytest.approx(510 * 78 / 1e4)
    # Half of what 2024's amounts give by 2025's benchmarks: (12,000 x 0.8017 + 205,567) / 2.
    assert found["preallocation_t"] == 107_593
    assert found["surrender_by"] == date(2026, 12, 31)
    assert found["benchmark_stage"] == "carried"
    units = unit_allocations(books, first=2025, last=2025)
    assert units["amount_t"].tolist() == [pytest.approx(226_646.06)]


def test_without_readings_the_running_year_is_unknown(books: Books) -> None:
    found = allowances(books, first=2026, last=2026).to_dict("records")[0]
    assert (found["verdict"], found["reason"]) == ("unknown", "nothing_metered")
    # What 2025 still owes is set aside: nothing is left of vintage 2025.
    assert found["held_t"] == 0
