"""Several processes at one database: each test lets them meet before the first may go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from store.registry_db import Difference, RegistryBusyError, RegistryChangedError, RegistryDatabase
from store.registry_db import connecting as connecting_module
from store.registry_db.connecting import migrating, open_engine, reading, writing
from store.registry_db.records import read_registry, version_at
from store.registry_files import difference, load, read_folder

Write = Callable[..., Path]
ROOT = Path(__file__).parents[3]
WAIT_S = 60.0
METERS = "enterprise,code,quantity,kind,unit,interval_s,multiplier\n"
FORTY = METERS + "axle,EL-0,electricity,counter,kWh,900,40\n"

OPENED = """\
import logging, os
from store.registry_db import RegistryDatabase
logging.basicConfig(level=logging.INFO)
database = RegistryDatabase(os.environ["REGISTRY"])
database.version() if {migrated} else None
print("ready", flush=True)
"""


def await_waiting(url: str, number: int) -> None:
    """Return when that many wait for the lock; where it can be seen, that is in PostgreSQL."""
    if not url.startswith("postgresql"):
        return
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    engine = open_engine(url)
    deadline = time.monotonic() + WAIT_S
    while True:
        with reading(engine) as connection:
            if connection.scalar(waiting) == number:
                return
        assert time.monotonic() < deadline
        time.sleep(0.02)


def meet(url: str, *programs: str, migrated: bool) -> list[tuple[str, str]]:
    """What the processes said, which all wanted to write before the first one could."""
    with migrating(open_engine(url)):
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", OPENED.format(migrated=migrated) + program],
                cwd=ROOT,
                env={**os.environ, "REGISTRY": url},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for program in programs
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        await_waiting(url, len(processes))
    said = [process.communicate(timeout=WAIT_S) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), said
    return said


def test_of_processes_that_migrate_one_does(url: str) -> None:
    program = "database.migrate()\nprint(database.version())"
    said = meet(url, program, program, program, migrated=False)
    assert [out for out, _ in said] == ["0\n"] * 3
    steps = Counter(line for _, log in said for line in log.splitlines() if "Running" in line)
    assert len(steps) >= 2
    assert set(steps.values()) == {1}


def test_of_writers_that_ask_each_gets_its_own_number(url: str) -> None:
    RegistryDatabase(url).migrate()
    program = "print(database.writer_number({!r}))"
    names = ("ingest-1", "ingest-2", "ingest-1")
    said = meet(url, *(program.format(name) for name in names), migrated=True)
    one, two, one_again = (int(out) for out, _ in said)
    assert one == one_again
    assert {one, two} == {0, 1}


def test_of_two_loads_only_one_is_applied(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder(meters=FORTY))
    known = database.snapshot()
    fifty, sixty = (
        difference(read_folder(folder(meters=FORTY.replace(",40", f",{ratio}")), known), known)
        for ratio in (50, 60)
    )

    def apply(found: Difference) -> int | RegistryChangedError:
        other = RegistryDatabase(url)
        try:
            return other.apply(found)
        except RegistryChangedError as error:
            return error
        finally:
            other.close()

    with ThreadPoolExecutor(2) as threads:
        with writing(open_engine(url)):
            running = [threads.submit(apply, found) for found in (fifty, sixty)]
            await_waiting(url, 2)
        results = [future.result(WAIT_S) for future in running]
    assert [result for result in results if isinstance(result, int)] == [2]
    [refused] = [str(result) for result in results if isinstance(result, RegistryChangedError)]
    assert refused == "registry: compared with version 1 but now at 2; load again"
    ratio = 50.0 if results[0] == 2 else 60.0
    assert [meter.multiplier for meter in database.snapshot().meters] == [ratio]


def test_a_snapshot_is_of_one_moment(folder: Write, database: RegistryDatabase, url: str) -> None:
    load(database, folder(meters=FORTY))
    with reading(open_engine(url)) as connection:
        assert version_at(connection) == 1
        load(database, folder(meters=FORTY.replace(",40", ",50")))
        registry = read_registry(connection)
    assert registry is not None
    assert (registry.version, registry.meters[0].multiplier) == (1, 40.0)
    assert (database.version(), database.snapshot().meters[0].multiplier) == (2, 50.0)


def test_another_process_reads_while_one_writes(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder())
    program = OPENED.format(migrated=True) + "print(len(database.snapshot().meters))"
    with writing(open_engine(url)) as connection:
        connection.execute(text("DELETE FROM exchange"))
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "REGISTRY": url},
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        connection.rollback()
    assert run.stdout.split() == ["ready", "3"], run.stderr


def test_who_waits_too_long_is_told(
    database: RegistryDatabase, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(open_engine(url)):
        monkeypatch.setattr(connecting_module, "BUSY_S", 0.1)
        other = RegistryDatabase(url)
        with pytest.raises(RegistryBusyError, match="another process has been writing"):
            other.writer_number("ingest-1")
    assert other.writer_number("ingest-1") == 0
