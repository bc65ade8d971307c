"""The demo park's outlets and stations in autumn 2026: what its devices do wrong is found, and
nothing else. The truth is the simulator's list of events, which the ledger does not know.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from ledger.books import Books
from ledger.plausibility import plausibility
from ledger.settle import settle
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS, QUALITY_BY_NAME, Source
from models.registry import Registry
from simulators.demo_park.registry import demo_registry
from simulators.park import table
from simulators.stations.history import point_history
from store.duckdb_store import DuckDBStore
from store.interface import Batch
from store.registry_db import RegistryDatabase
from store.registry_files import load

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN, START = datetime(2026, 8, 1, tzinfo=ZONE), datetime(2026, 8, 29, tzinfo=ZONE)
NOW = datetime(2026, 11, 1, tzinfo=ZONE)


def demo(folder: Path) -> Registry:
    files = demo_registry(folder / "files", NOW)
    database = RegistryDatabase(f"sqlite:///{folder}/registry.db")
    database.migrate()
    load(database, files, now=NOW)
    return database.snapshot()


def readings(registry: Registry) -> pa.Table:
    sent = point_history(BEGIN.astimezone(UTC), NOW.astimezone(UTC))
    names = [pc.cast(sent[name], pa.string()).to_pylist() for name in ("enterprise", "meter")]
    quality = pc.cast(sent["quality"], pa.string()).to_pylist()
    return pa.table(
        {
            "meter_key": [registry.key_of[place] for place in zip(*names, strict=True)],
            "ts": sent["ts"],
            "value": sent["value"],
            "quality": [int(QUALITY_BY_NAME[one]) for one in quality],
            "received": sent["ts"],
            "source": [int(Source.FILE)] * sent.num_rows,
        },
        schema=NEW_READINGS,
    )


def test_what_devices_do_wrong_is_found_and_nothing_else(tmp_path: Path) -> None:
    registry = demo(tmp_path)
    store = DuckDBStore(tmp_path / "park.duckdb", writer="main", clock=lambda: NOW, zone=ZONE)
    try:
        store.append(Batch(readings=readings(registry)))
        books = Books(store, lambda: registry, FactorLibrary(), lambda: NOW)
        settle(books)
        frame = plausibility(books, start=START, end=NOW)
    finally:
        store.close()
    kind = {"stuck": "stuck", "copied": "copied_day"}
    true = {
        (row["enterprise"], row["point"], row["code"], kind[row["kind"]])
        for row in table("point_events.csv")
        if row["kind"] in kind
        and START <= datetime.fromisoformat(row["start"]).replace(tzinfo=ZONE) < NOW
    }
    assert len(true) == 3
    found = frame[["enterprise", "point", "pollutant", "kind"]].itertuples(index=False, name=None)
    assert set(found) == true
    assert len(frame) == 3
