"""A small park's files, to be changed a cell at a time; databases of both kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.debian_servers.postgres import PostgresServer
from store.registry_db import RegistryDatabase
from tests.servers.migrated import postgres_registry, sqlite_registry
from tests.servers.postgres import own_database, postgres_server, with_password

PARK = """\
park:
  code: demo
  name_zh: 示范园区
  name_en: Demo Park
  province: 吉林
  grid_region: 东北
clusters:
  - {code: equipment, name_zh: 高端装备, name_en: Advanced equipment}
"""
FILES = {
    "park.yaml": PARK,
    "enterprises.csv": """\
code,name_zh,name_en,cluster,uscc,industry,land_area_mu,ets_sector,key_energy_user
axle,车桥,Axle,equipment,91350100M000100Y43,C3670,120.5,,true
heat,热力,Heat,equipment,,4430,,power,
""",
    "meters.csv": """\
enterprise,code,quantity,kind,unit,interval_s,multiplier,register_max,range_high,parent,valid_from
axle,EL-0,electricity,counter,kWh,900,40,1000000,500,,
axle,EL-1,electricity,interval,MWh,3600,,,,EL-0,2026-01-01
heat,GAS,natural_gas,counter,Sm3,900,,,,,
""",
    "exchanges.csv": """\
enterprise,meter,ts,final_value,initial_value
axle,EL-0,2026-05-12T10:30:00+08:00,8231.4,0
""",
    "outputs.csv": """\
enterprise,period,output_1e4_yuan,price_basis
axle,2025,12000,current
axle,2026-01,1280.5,current
axle,2026,9000,constant 2020
""",
    "declared_factors.csv": """\
enterprise,carrier,value,unit,valid_from,valid_to,evidence
axle,electricity,0.5568,kg/kWh,2026-01-01,,supply contract
""",
}

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Write:
    """Writes the files with some of them replaced (None: left out); gives the folder."""

    def write(**replaced: str | bytes | None) -> Path:
        path = tmp_path / "park"
        path.mkdir(exist_ok=True)
        for name, text in FILES.items():
            content = replaced.get(name.partition(".")[0], text)
            target = path / name
            if content is None:
                target.unlink(missing_ok=True)
            else:
                target.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL; who stops it starts it again."""
    with postgres_server() as server:
        yield server


def sqlite_file(folder: Path) -> Path:
    return folder / "var" / "registry.sqlite"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{sqlite_file(tmp_path)}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty database of this test's own, with the password in its URL."""
    with own_database(postgres) as url:
        yield with_password(url)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def database(
    url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[RegistryDatabase]:
    """An empty registry at ``url``."""
    if url.startswith("sqlite:"):
        database = sqlite_registry(sqlite_file(tmp_path))
    else:
        database = postgres_registry(request.getfixturevalue("postgres"), url)
    yield database
    database.close()
