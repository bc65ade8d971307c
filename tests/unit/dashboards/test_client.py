"""Answers are shared between viewers, and what goes wrong is said."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, Response

from dashboards.client import ApiError, Client


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def client_of(
    answer: Callable[[httpx.Request], httpx.Response], clock: Clock | None = None
) -> tuple[Client, list[str]]:
    asked: list[str] = []

    async def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        await asyncio.sleep(0)
        return answer(request)

    http = httpx.AsyncClient(transport=httpx.MockTransport(handle), base_url="http://api")
    return Client(http, clock=clock or Clock()), asked


def ok(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"items": [dict(request.url.params)]})


def test_viewers_who_ask_at_once_ask_once() -> None:
    async def many() -> None:
        client, asked = client_of(ok)
        answers = await asyncio.gather(
            *(client.get("/x", {"year": "2026"}, max_age_s=2) for _ in range(20))
        )
        assert all(answer == {"items": [{"year": "2026"}]} for answer in answers)
        assert len(asked) == 1

    asyncio.run(many())


def test_an_answer_is_asked_again_when_it_is_too_old_for_the_question() -> None:
    async def twice() -> None:
        clock = Clock()
        client, asked = client_of(ok, clock)
        await client.get("/x", max_age_s=2)
        clock.now += 1.9
        await client.get("/x", max_age_s=2)
        assert len(asked) == 1
        clock.now += 0.1
        await client.get("/x", max_age_s=2)
        assert len(asked) == 2
        await client.get("/x", {"year": "2026"}, max_age_s=2)
        assert len(asked) == 3

    asyncio.run(twice())


def test_a_viewer_who_leaves_does_not_take_the_answer_away() -> None:
    async def leave() -> None:
        client, asked = client_of(ok)
        first = asyncio.create_task(client.get("/x", max_age_s=2))
        await asyncio.sleep(0)
        second = asyncio.create_task(client.get("/x", max_age_s=2))
        first.cancel()
        assert await second == {"items": [{}]}
        assert len(asked) == 1

    asyncio.run(leave())


def test_a_problem_is_told_with_its_title_and_detail() -> None:
    body = {"title": "Invalid parameter", "status": 422, "detail": "start: '2026-13' is not a date"}

    async def ask() -> None:
        client, asked = client_of(lambda _: httpx.Response(422, json=body))
        for _ in range(2):  # the error is shared like an answer
            with pytest.raises(ApiError, match="'2026-13' is not a date") as told:
                await client.get("/x", max_age_s=2)
            assert (told.value.title, told.value.status) == ("Invalid parameter", 422)
        assert len(asked) == 1

    asyncio.run(ask())


@pytest.mark.parametrize("body", [b"<html>", b"[1, 2]"])
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    async def ask() -> None:
        client, _ = client_of(lambda _: httpx.Response(200, content=body))
        with pytest.raises(ApiError, match="JSON"):
            await client.get("/x", max_age_s=2)

    asyncio.run(ask())


def test_no_connection_is_an_error_that_names_the_path() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async def ask() -> None:
        client, _ = client_of(refuse)
        with pytest.raises(ApiError, match="/api/v1/health: refused"):
            await client.get("/api/v1/health", max_age_s=2)

    asyncio.run(ask())


def test_mounted_it_asks_the_application_itself() -> None:
    app = FastAPI()

    @app.get("/x")
    def answer(year: str) -> dict[str, str]:
        return {"year": year}

    @app.get("/broken")
    def broken() -> Response:
        raise RuntimeError("within")

    async def ask() -> None:
        client = Client.mounted(app)
        assert await client.get("/x", {"year": "2026"}, max_age_s=2) == {"year": "2026"}
        with pytest.raises(ApiError) as told:
            await client.get("/broken", max_age_s=2)
        assert told.value.status == 500
        await client.close()

    asyncio.run(ask())
