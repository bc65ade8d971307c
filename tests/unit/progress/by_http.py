"""The API on books of a test, asked with the key of an officer or of an enterprise."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx
from fastapi import APIRouter
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.app import ApiContext, Keys, create_app
from ledger.books import Books

OFFICER, OF_A, OF_B = "an-officers-key", "the-key-of-enterprise-a", "the-key-of-enterprise-b"


def asking(books: Books, *routers: APIRouter) -> Callable[..., httpx.Response]:
    """A GET of a path of the routers: ``get(path, key, **headers)``."""
    keys = Keys(OFFICER, "a-writers-key", enterprises={"a": OF_A, "b": OF_B})
    context = ApiContext(books=books, health=lambda: {"status": "ok"})
    client = TestClient(create_app(context, keys, routers=routers), raise_server_exceptions=False)

    def get(path: str, key: str = OFFICER, **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {key}", **headers}
        answer: httpx.Response = client.get(f"/api/v1{path}", headers=given)
        return answer

    return get


def answers_fit(
    get: Callable[..., httpx.Response], answers: Mapping[str, tuple[type[BaseModel], int]]
) -> None:
    """Each path is answered with so many rows of its model, as JSON and as CSV."""
    for path, (model, n) in answers.items():
        reply = get(path)
        assert reply.status_code == 200, reply.text
        rows = reply.json()["items"]
        assert len(rows) == n, path
        for row in rows:
            model.model_validate(row)
            assert set(row) == set(model.model_fields)
        lines = get(path, Accept="text/csv").text.splitlines()
        if n:
            assert lines[0] == ",".join(model.model_fields)
            assert len(lines) == n + 1
