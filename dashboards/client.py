"""The only way from a board to data: our HTTP API.

Answers are shared: within a query's age limit every viewer gets the same answer, and while a
question is on its way nobody asks it a second time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from starlette.types import ASGIApp

Answer = dict[str, Any]
_Key = tuple[str, tuple[tuple[str, str], ...]]

TIMEOUT_S = 30.0


class ApiError(Exception):
    """The API did not answer, or refused: ``title`` says what, ``detail`` why."""

    def __init__(self, title: str, detail: str, status: int | None = None) -> None:
        super().__init__(f"{title}: {detail}")
        self.title = title
        self.detail = detail
        self.status = status


class Client:
    """Asks the API and keeps its answers for a moment.

    ``clock`` gives monotonic seconds.
    """

    def __init__(
        self, http: httpx.AsyncClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._clock = clock
        self._asked: dict[_Key, tuple[float, asyncio.Task[Answer]]] = {}

    @classmethod
    def mounted(cls, app: ASGIApp, key: str | None = None) -> Client:
        """A client of the API in this process; nothing goes over the network.

        ``key`` is the API's, where it asks for one.
        """
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return cls(
            httpx.AsyncClient(
                transport=transport,
                base_url="http://carbonpeak",
                headers=headers,
                timeout=TIMEOUT_S,
            )
        )

    @classmethod
    def at(cls, base_url: str) -> Client:
        """A client of the API of another process."""
        return cls(httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_S))

    async def get(
        self, path: str, params: Mapping[str, str] | None = None, *, max_age_s: float
    ) -> Answer:
        """The API's answer, at most ``max_age_s`` old.

        Raises ApiError; it is shared like an answer. Callers must not change what they get.
        """
        key = (path, tuple(sorted((params or {}).items())))
        asked = self._asked.get(key)
        if asked is None or (asked[1].done() and self._clock() - asked[0] >= max_age_s):
            task = asyncio.create_task(self._ask(path, dict(key[1])))
            # A viewer who leaves must not leave an error behind that nobody reads.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._forget_old()
            asked = self._asked[key] = (self._clock(), task)
        return await asyncio.shield(asked[1])

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def _forget_old(self, limit: int = 256) -> None:
        while len(self._asked) >= limit:
            del self._asked[next(iter(self._asked))]

    async def _ask(self, path: str, params: Mapping[str, str]) -> Answer:
        try:
            response = await self._http.get(
                path, params=params, headers={"Accept": "application/json"}
            )
        except httpx.HTTPError as error:
            raise ApiError("no answer", f"{path}: {error or type(error).__name__}") from error
        try:
            body = response.json()
        except ValueError as error:
            raise ApiError(
                f"status {response.status_code}", f"{path}: not JSON", response.status_code
            ) from error
        if not isinstance(body, dict):
            raise ApiError("not an answer", f"{path}: not a JSON object", response.status_code)
        if response.is_error:
            title = str(body.get("title") or f"status {response.status_code}")
            raise ApiError(title, str(body.get("detail") or path), response.status_code)
        return body
