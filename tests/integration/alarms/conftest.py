"""A works with one outlet whose NOx may be 80 mg/m3 as hour mean, and what watches it.

The clock stands where a test puts it. Park time is UTC+8.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from alarms.engine import AlarmEngine
from alarms.sources.source import Source as AlarmSource
from ledger.books import Books
from ledger.settle import settle
from models.alarms import Alarm, Severity
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS, Quality, Source
from store.duckdb_store import DuckDBStore
from store.interface import Batch
from store.registry_db import RegistryDatabase
from store.registry_db.alarms import Alarms, Posting, WhichAlarms
from store.registry_files import load

ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime(2026, 3, 5, tzinfo=ZONE)
PARK = """
park:
  code: demo-park
  name_zh: 示范园区
  name_en: Demo Park
  province: 吉林
  grid_region: 东北
  time_zone: Asia/Shanghai
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
FILES = {
    "park.yaml": PARK,
    "enterprises.csv": """code,name_zh,name_en,cluster,key_energy_user
works,示例工厂,Example Works,equipment,true
""",
    "meters.csv": """enterprise,code,quantity,kind,unit,interval_s
works,EL-01,electricity,counter,kWh,3600
""",
    "points.csv": """enterprise,code,medium,name_zh,name_en,minute_interval_s
works,DA001,waste_gas,锅炉烟囱,boiler stack,600
""",
    "channels.csv": """enterprise,point,code,fields
works,DA001,a21002,minute
""",
    "permits.csv": "enterprise,point,pollutant,kind,averaging,value,unit,standard,clause,"
    "valid_from,valid_to,evidence\n"
    "works,DA001,a21002,concentration,hour,80,mg/m3,GB 13271-2014,table 3,"
    "2026-01-01,,permit page 14\n"
    "works,DA001,a21002,annual_amount,year,2.4,t,permit,page 15,2026-01-01,2026-05-01,page 15\n",
}
NOX = "DA001.a21002.minute"


@dataclass
class Clock:
    """Time that stands still until it is moved."""

    now: datetime = DAY

    def __call__(self) -> datetime:
        return self.now

    def at(self, clock: str, day: int = 5) -> datetime:
        """Set it to a time of a day of March in the park."""
        hour, minute = map(int, clock.split(":"))
        self.now = (DAY + timedelta(days=day - 5, hours=hour, minutes=minute)).astimezone(UTC)
        return self.now


def within(severity: Severity) -> timedelta:
    return timedelta(hours={"critical": 4, "major": 24, "minor": 72}[severity.value])


@dataclass
class Works:
    """The books, the alarms and who watches."""

    folder: Path
    clock: Clock
    database: RegistryDatabase
    books: Books
    alarms: Alarms
    sources: Callable[[Books], Sequence[AlarmSource]]
    changed: list[pa.Table] = field(default_factory=list)
    engine: AlarmEngine | None = None

    def send(
        self, day: datetime, hour: int, values: Sequence[float], *, meter: str = NOX,
        source: Source = Source.HJ212,
    ) -> None:  # fmt: skip
        """Means of ten minutes from the hour of the day on, one after another; then settle."""
        registry = self.books.registry()
        key = registry.key_of["works", meter]
        step = timedelta(seconds=registry.meter_by_key[key].interval_s)
        begin = day + timedelta(hours=hour)
        rows = [
            {"meter_key": key, "ts": begin + (n + 1) * step, "value": float(value),
             "quality": int(Quality.GOOD), "received": self.clock.now, "source": int(source)}
            for n, value in enumerate(values)
        ]  # fmt: skip
        self.books.store.append(Batch(readings=pa.Table.from_pylist(rows, schema=NEW_READINGS)))
        self.changed.append(settle(self.books).rows)

    def restart(self) -> None:
        """Another engine, which knows nothing; what was settled before is not told to it."""
        self.engine = AlarmEngine(self.books, self.alarms, self.sources(self.books), within, 0.0)
        self.changed = []

    def look(self) -> int:
        """What the engine does once it is told of what was settled."""
        if self.engine is None:
            self.restart()
        assert self.engine is not None
        for rows in self.changed:
            self.engine.wake(rows)
        self.changed = []
        return self.engine.look()

    def every(self) -> list[Alarm]:
        """All alarms, oldest first."""
        return self.alarms.select(WhichAlarms())[::-1]

    def actions(self, number: int = 1) -> list[str]:
        """What happened to one."""
        return [event.action.value for event in self.alarms.events(number)]


Open = Callable[..., Works]


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry's database file, loaded once."""
    folder = tmp_path_factory.mktemp("registry")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    database = RegistryDatabase(f"sqlite:///{folder / 'registry.db'}")
    database.migrate()
    load(database, folder, now=datetime(2025, 1, 1, tzinfo=UTC))
    database.close()
    return folder / "registry.db"


@pytest.fixture
def open_works(tmp_path: Path, registered: Path) -> Iterator[Open]:
    """A works whose sources are given; closed afterwards."""
    opened: list[Works] = []

    def open_one(
        sources: Callable[[Books], Sequence[AlarmSource]] = lambda _: (),
        posting: Posting = lambda _: (),
    ) -> Works:
        folder = tmp_path / f"works-{len(opened)}"
        folder.mkdir()
        shutil.copy(registered, folder)
        database = RegistryDatabase(f"sqlite:///{folder / 'registry.db'}")
        snapshot, clock = database.snapshot(), Clock()
        store = DuckDBStore(folder / "readings.duckdb", writer="test", clock=clock, zone=ZONE,
                            memory_limit="256MB")  # fmt: skip
        books = Books(store, lambda: snapshot, FactorLibrary(), clock)
        works = Works(folder, clock, database, books, Alarms(database, posting), sources)
        opened.append(works)
        return works

    yield open_one
    for one in opened:
        one.books.store.close()
        one.database.close()
