"""The small park of the carbon tests, with figures of years that were entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from store.duckdb_store import DuckDBStore
from tests.unit.carbon.conftest import NOW, REGISTRY, SHANGHAI, Ledger, day, ledger

__all__ = ["Ledger", "ledger"]

_ONLY_A = replace(REGISTRY, meters=tuple(one for one in REGISTRY.meters if one.key == 1))


@pytest.fixture(scope="module")
def _metered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBStore]:
    store = DuckDBStore(
        tmp_path_factory.mktemp("metered") / "readings.duckdb",
        writer="test", clock=lambda: NOW, zone=SHANGHAI, memory_limit="256MB",
    )  # fmt: skip
    Ledger(store).write(1, day(2025), day(2026, 7), 1000.0)
    yield store
    store.close()


@pytest.fixture
def metered(_metered: DuckDBStore) -> Ledger:
    """Only a has a meter: 1,000 kWh an hour since January 2025. Of one store for a module: what is
    written stays, what is registered does not.
    """
    return Ledger(_metered, _ONLY_A)


@pytest.fixture(scope="module")
def metered_once(_metered: DuckDBStore) -> Ledger:
    """The same for tests that only ask: their questions share what the books keep."""
    return Ledger(_metered, _ONLY_A)
