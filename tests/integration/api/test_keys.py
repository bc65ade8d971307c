"""API keys: who is let in, who is told what, and that the document says so."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from dashboards.client import ApiError, Client
from ingest.pipeline import Pipeline
from ingest.sources import http_push

READ, WRITE = "reading-Schlüssel", "writing-key"
READING = [{"enterprise": "steel", "meter": "EL-02", "ts": 1775000000000, "value": 1.0}]


def client_with(park: Any, keys: Keys | None) -> TestClient:
    app = create_app(ApiContext(park.books, health=lambda: {"status": "ok"}), keys)
    pipeline = Pipeline(
        park.books.store, park.books.registry, on_stored=lambda: None, now=park.books.now
    )
    app.include_router(http_push.router(pipeline), prefix="/api/v1")
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def guarded(bare_park: Any) -> TestClient:
    """Nothing is pushed to it."""
    return client_with(bare_park, Keys(READ, WRITE))


def bearer(key: str) -> dict[str, bytes]:
    return {"Authorization": f"Bearer {key}".encode()}


def test_health_is_open(guarded: TestClient) -> None:
    assert guarded.get("/api/v1/health").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer(""),
        bearer("guess"),
        bearer(WRITE + "x"),
        {"Authorization": READ.encode()},
        {"Authorization": b"Basic " + base64.b64encode(f"x:{WRITE}".encode())},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
@pytest.mark.parametrize(
    "path", ["meters", "openapi.json", "nowhere", "health/", "rejections/1/payload"]
)
def test_without_a_key_of_the_service_nobody_is_let_in(
    guarded: TestClient, path: str, headers: dict[str, bytes]
) -> None:
    response = guarded.get(f"/api/v1/{path}", headers=headers, follow_redirects=False)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="carbonpeak"'
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == "urn:carbonpeak:problem:no-valid-key"
    assert body["detail"].startswith("authorization: ")
    assert guarded.post("/api/v1/readings", json=READING, headers=headers).status_code == 401


def test_the_read_key_asks_and_may_not_push(guarded: TestClient) -> None:
    assert guarded.get("/api/v1/meters", headers=bearer(READ)).status_code == 200
    lower = {"Authorization": f"bearer {READ}".encode()}
    assert guarded.get("/api/v1/meters", headers=lower).status_code == 200
    refused = guarded.post("/api/v1/readings", json=READING, headers=bearer(READ))
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:carbonpeak:problem:key-may-only-ask"


def test_a_correction_needs_the_write_key(guarded: TestClient) -> None:
    wanted = {
        "kind": "void", "enterprise": "steel", "meter": "EL-02", "start": "2026-03-01",
        "end": "2026-03-02", "reason": "other", "note": "n", "evidence": "e", "author": "a",
    }  # fmt: skip
    statuses = {
        key: guarded.post("/api/v1/corrections", json=wanted, headers=headers).status_code
        for key, headers in {"": {}, READ: bearer(READ), WRITE: bearer(WRITE)}.items()
    }
    # Let in, the write key is told that this application has nothing to correct with.
    assert statuses == {"": 401, READ: 403, WRITE: 409}


def test_the_write_key_asks_and_pushes(empty_park: Any) -> None:
    guarded = client_with(empty_park, Keys(READ, WRITE))
    pushed = guarded.post("/api/v1/readings", json=READING, headers=bearer(WRITE))
    assert pushed.status_code == 200
    assert pushed.json()["accepted"] == 1
    query = {"enterprise": "steel", "meter": "EL-02"}
    answer = guarded.get("/api/v1/readings", params=query, headers=bearer(WRITE))
    assert [row["value"] for row in answer.json()["items"]] == [1.0]


def test_one_key_alone_shuts_out_the_others(empty_park: Any) -> None:
    only_read = client_with(empty_park, Keys(read=READ))
    assert only_read.get("/api/v1/meters", headers=bearer(READ)).status_code == 200
    assert only_read.post("/api/v1/readings", json=READING).status_code == 401
    pushed = only_read.post("/api/v1/readings", json=READING, headers=bearer(READ))
    assert pushed.status_code == 403
    only_write = client_with(empty_park, Keys(write=WRITE))
    assert only_write.get("/api/v1/meters").status_code == 401
    assert only_write.get("/api/v1/meters", headers=bearer(WRITE)).status_code == 200


def test_the_internal_key_asks_only(empty_park: Any) -> None:
    keys = Keys(READ, WRITE)
    client = client_with(empty_park, keys)
    assert client.get("/api/v1/meters", headers=bearer(keys.internal)).status_code == 200
    pushed = client.post("/api/v1/readings", json=READING, headers=bearer(keys.internal))
    assert pushed.status_code == 403
    assert Keys(READ, WRITE).internal != keys.internal


def test_the_console_is_let_in_by_the_internal_key(empty_park: Any) -> None:
    keys = Keys(READ, WRITE)
    app = client_with(empty_park, keys).app

    async def items(key: str | None) -> int:
        client = Client.mounted(app, key)
        try:
            return len((await client.get("/api/v1/meters", max_age_s=0))["items"])
        finally:
            await client.close()

    assert asyncio.run(items(keys.internal)) == 4
    with pytest.raises(ApiError) as refusal:
        asyncio.run(items(None))
    assert refusal.value.status == 401


def test_without_keys_it_is_open(empty_park: Any) -> None:
    client = client_with(empty_park, Keys())
    assert client.get("/api/v1/meters").status_code == 200
    assert client.post("/api/v1/readings", json=READING).status_code == 200
    assert "securitySchemes" not in client.get("/api/v1/openapi.json").json()["components"]


def test_the_document_declares_the_scheme(guarded: TestClient) -> None:
    document = guarded.get("/api/v1/openapi.json", headers=bearer(READ)).json()
    scheme = document["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            wanted = None if path == "/api/v1/health" else [{"key": []}]
            assert operation.get("security") == wanted, path


def test_keys_are_not_printed() -> None:
    assert READ not in repr(Keys(READ, WRITE))
    assert WRITE not in repr(Keys(READ, WRITE))
