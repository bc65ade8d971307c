"""A real file into the real store, and the same way in over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.bodies import BodyLimit
from ingest.decode.mapping import read_mapping
from ingest.pipeline import Pipeline
from ingest.sources.files import import_file
from ingest.sources.http_push import router
from models.quantities import Kind
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore

ZONE = ZoneInfo("Asia/Shanghai")
AT_MS = 1_795_500_000_000  # 2026-11-24T06:00:00Z
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "steel-works" / "mapping.yaml"
REGISTRY = Registry(
    Park("park", "园区", "park", "吉林", "东北"),
    (Cluster("c", "c", "c"),),
    (Enterprise("steel-works", "钢", "steel", "c"), Enterprise("other", "他", "other", "c")),
    (
        Meter(1, "steel-works", "main", "electricity", Kind.INTERVAL, "kWh", 900),
        Meter(2, "other", "gas", "natural_gas", Kind.COUNTER, "Nm3", 900, register_max=1e6),
    ),
)


def now() -> datetime:
    """A clock that stands still."""
    return datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBStore]:
    """The embedded store in a folder of its own."""
    opened = DuckDBStore(tmp_path / "readings.duckdb", writer="test", clock=now, zone=ZONE)
    yield opened
    opened.close()


@pytest.fixture
def pipeline(store: DuckDBStore) -> Pipeline:
    """The pipeline before the store; nothing runs, since files and HTTP submit themselves."""
    return Pipeline(store, lambda: REGISTRY, on_stored=lambda: None, now=now)


@pytest.fixture
def client(pipeline: Pipeline) -> TestClient:
    """The route alone, with the bound of bodies that the application has."""
    app = FastAPI()
    app.include_router(router(pipeline))
    app.add_middleware(BodyLimit)
    return TestClient(app)


@pytest.mark.real_data
def test_half_a_year_of_a_steel_works(
    steel_works: Path, store: DuckDBStore, pipeline: Pipeline
) -> None:
    report = import_file(steel_works, read_mapping(EXAMPLE), pipeline)
    # 181 days of 96 quarter hours.
    assert (report.accepted, report.rejected, report.duplicates) == (181 * 96, 0, 0)
    rows = store.readings([1])
    value = rows["value"].to_numpy()
    assert value.sum() == pytest.approx(521_199.76, abs=1e-6)
    # A quarter hour belongs to the month in which it began: its time is its end.
    month = [
        datetime.fromtimestamp(us / 1e6 - 900, ZONE).month
        for us in rows["ts"].cast("int64").to_pylist()
    ]
    sums = np.bincount(month, weights=value, minlength=7)[1:7]
    assert sums == pytest.approx(
        [126_238.29, 91_497.34, 80_230.41, 78_769.80, 79_059.28, 65_404.64], abs=1e-6
    )


@pytest.mark.real_data
def test_the_same_file_again_changes_nothing(
    steel_works: Path, store: DuckDBStore, pipeline: Pipeline
) -> None:
    mapping = read_mapping(EXAMPLE)
    import_file(steel_works, mapping, pipeline)
    import_file(steel_works, mapping, pipeline)
    rows = store.readings([1])
    assert rows.num_rows == 181 * 96
    assert rows["value"].to_numpy().sum() == pytest.approx(521_199.76, abs=1e-6)


def push(client: TestClient, items: object, **query: str) -> httpx.Response:
    """The answer to a JSON body."""
    return client.post("/readings", content=json.dumps(items), params=query)


def test_an_answer_for_each_item_and_the_refused_ones_kept(
    client: TestClient, store: DuckDBStore
) -> None:
    good = {"enterprise": "steel-works", "meter": "main", "ts": "2026-11-24T10:15:00+08:00"}
    response = push(
        client,
        [
            good | {"value": 1.5, "unit": "MWh"},
            good | {"meter": "nobody", "value": 1},
            {"enterprise": "other", "meter": "gas", "ts": AT_MS, "value": 1, "unit": "kWh"},
            good | {"ts": "2026-11-24T10:15:00", "value": 1},
            good | {"ts": "2050-01-01T00:00:00Z", "value": 1},
        ],
    )
    assert response.status_code == 200
    assert response.json()["accepted"] == 1
    answered = [(item["item"], item.get("reason")) for item in response.json()["items"]]
    assert answered == [
        (0, None), (1, "unknown_meter"), (2, "bad_unit"), (3, "bad_time"), (4, "bad_time"),
    ]  # fmt: skip
    assert store.readings([1])["value"].to_pylist() == [1500.0]
    kept = store.rejections(with_payload=True).to_pylist()
    bytes_kept = {row["item"]: json.loads(row["payload"]) for row in kept}
    assert bytes_kept[1] == good | {"meter": "nobody", "value": 1}


def test_another_enterprise_than_the_addressed(client: TestClient, store: DuckDBStore) -> None:
    item = {"enterprise": "other", "meter": "main", "ts": AT_MS, "value": 1}
    response = push(client, item, enterprise="steel-works")
    assert response.status_code == 422
    assert response.json()["items"][0]["reason"] == "wrong_owner"
    assert store.readings([1]).num_rows == 0


def test_a_dry_run_stores_nothing(client: TestClient, store: DuckDBStore) -> None:
    item = {"enterprise": "steel-works", "meter": "main", "ts": AT_MS, "value": 1}
    response = push(client, [item, item | {"value": "x"}], dry_run="true")
    assert (response.status_code, response.json()["rejected"]) == (200, 1)
    assert store.counts()["readings"] == 0
    assert store.counts()["rejections"] == 0


def test_a_csv_row_that_is_refused_keeps_its_line_and_number(
    client: TestClient, store: DuckDBStore
) -> None:
    lines = [
        "enterprise,meter,ts,value",
        "steel-works,main,2026-11-24T00:00:00Z,1",
        "steel-works,main,2026-11-24T00:15:00Z,abc",
        "steel-works,main,2026-11-24T00:30:00Z,2",
    ]
    response = client.post(
        "/readings",
        content="\n".join(lines),
        headers={"content-type": "text/csv"},
        params={"filename": "export.csv"},
    )
    assert (response.json()["accepted"], response.json()["rejected"]) == (2, 1)
    (row,) = store.rejections(with_payload=True).to_pylist()
    assert (row["peer"], row["reason"]) == ("export.csv line 3", "bad_value")
    assert row["payload"].decode() == lines[2]


@pytest.mark.parametrize(
    "query", [{"dryrun": "true"}, {"import_id": str(10**20)}, {"block": str(2**31)}]
)
def test_a_parameter_that_is_none_or_too_large_is_refused(
    client: TestClient, store: DuckDBStore, query: dict[str, str]
) -> None:
    """A misspelt ``dry_run`` stored what was only to be tried."""
    item = {"enterprise": "steel-works", "meter": "main", "ts": AT_MS, "value": 1}
    response = push(client, item, **query)
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["query", *query]
    assert store.counts()["readings"] == 0


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: TestClient) -> None:
    response = client.post("/readings", content=b" " * ((32 << 20) + 1))
    assert response.status_code == 413
    assert response.json()["detail"].startswith("payload: at most 33,554,432 bytes")
