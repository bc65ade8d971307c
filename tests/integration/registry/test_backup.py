"""A dump of PostgreSQL, as the reference describes it, restored into an empty database."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url

from deploy.debian_servers.postgres import PostgresServer
from deploy.debian_servers.process import require_program
from store.registry_db import RegistryDatabase
from store.registry_files import load
from tests.servers.postgres import PASSWORD, own_database

Write = Callable[..., Path]


def run(program: str, *arguments: str) -> None:
    environment = {**os.environ, "PGPASSWORD": PASSWORD}
    subprocess.run([require_program(program), *arguments], env=environment, check=True)


def libpq(url: str) -> str:
    """The URL as PostgreSQL's own programs take it."""
    return make_url(url).set(drivername="postgresql").render_as_string()


def test_a_restored_registry_goes_on(
    folder: Write, postgres: PostgresServer, tmp_path: Path
) -> None:
    with own_database(postgres) as url, own_database(postgres) as new_url:
        database = RegistryDatabase(url, PASSWORD)
        database.migrate()
        load(database, folder())
        database.writer_number("ingest-1")
        dump = str(tmp_path / "registry.dump")
        run("pg_dump", "--format", "custom", "--file", dump, libpq(url))
        run("pg_restore", "--no-owner", "--dbname", libpq(new_url), dump)

        restored = RegistryDatabase(new_url, PASSWORD)
        restored.migrate()
        known = database.snapshot()
        assert restored.snapshot() == known
        assert [restored.writer_number(name) for name in ("ingest-2", "ingest-1")] == [1, 0]
        new = (
            "enterprise,code,quantity,kind,unit,interval_s\naxle,EL-9,electricity,counter,kWh,900\n"
        )
        load(restored, folder(meters=new, exchanges=None))
        assert restored.snapshot().key_of["axle", "EL-9"] not in known.meter_by_key
