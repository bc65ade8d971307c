"""Registry databases that stand at the newest revision, without the migrations being run each time.

What the migrations do is proven in tests/integration/registry/test_migrations.py.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from deploy.debian_servers.postgres import PostgresServer
from store.registry_db import RegistryDatabase
from tests.servers.postgres import run, with_password

_TEMPLATE = "migrated"


def sqlite_registry(path: Path) -> RegistryDatabase:
    """An empty registry in a new SQLite file; its folder is made if missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_file())
    return RegistryDatabase(f"sqlite:///{path}")


def postgres_registry(server: PostgresServer, url: str) -> RegistryDatabase:
    """An empty registry in the place of the server's database at ``url`` (with its password)."""
    name = make_url(url).database
    run(server, f"DROP DATABASE {name}")
    run(server, f"CREATE DATABASE {name} TEMPLATE {_template(server)}")
    return RegistryDatabase(url)


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.sqlite"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _template(server: PostgresServer) -> str:
    run(server, f"CREATE DATABASE {_TEMPLATE}")
    _migrate(with_password(make_url(server.url).set(database=_TEMPLATE).render_as_string()))
    return _TEMPLATE


def _migrate(url: str) -> None:
    database = RegistryDatabase(url)
    database.migrate()
    database.close()
