"""The API on books of a test, asked with the key of an officer or of an enterprise."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from fastapi import APIRouter
from fastapi.testclient import TestClient

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
