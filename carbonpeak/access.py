"""How the command line reaches the books: always by HTTP, so that a figure has one way.

Only the service opens the data folder. Where one runs, it is asked; where none runs, one without a
broker is started for the length of the command, unless the store is a server that others may use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from carbonpeak.roles import Role
from carbonpeak.settings import Settings
from models.errors import CarbonpeakError
from store.lock import running_service

WAIT_S = 600.0  # an import's block or a year's inventory may take a while


class AnswerError(CarbonpeakError):
    """The service refused a request; the text is its problem body's."""


@contextmanager
def open_api(settings: Settings) -> Iterator[httpx.Client]:
    """A client whose base is the API of the data folder's service.

    Everything imported before is settled before the block begins, and everything imported in it
    before the block ends, where the service is our own. Requests carry the key of the settings that
    may do most.
    """
    key = settings.secret("write_key") or settings.secret("read_key")
    headers = {} if key is None else {b"Authorization": f"Bearer {key}".encode()}
    running = running_service(settings.data)
    if running is not None:
        if running.url is None:
            raise AnswerError(
                f"process {running.pid} holds {settings.data} and does not answer yet"
            )
        with _client(running.url, headers) as client:
            _require_books(client, settings.data)
            yield client
        return
    if settings.store != "duckdb":
        # Others may be settling in it, which one of our own must not do beside them.
        raise AnswerError(
            f"no service runs in {settings.data}; store {settings.store} is asked through the "
            "process that has the API: name its data folder"
        )
    # Imported here: they bring every part of the service, which a command that asks one that runs
    # does without (three seconds of CPU).
    from carbonpeak.server import serving  # noqa: PLC0415
    from carbonpeak.service import Service  # noqa: PLC0415

    service = Service(settings.model_copy(update={"broker": "none", "hj212": "off"}))
    service.start(watching=False)
    try:
        service.ledger.settle_now()
        with (
            serving(service, "127.0.0.1", 0) as server,
            _client(server.url, headers) as client,
        ):
            yield client
        service.ledger.settle_now()
    finally:
        service.stop()


def _require_books(client: httpx.Client, data: Path) -> None:
    """Raise AnswerError where the process that answers has no books to ask, only its health."""
    processes = answer(client.get("/health")).json()["processes"]
    roles = {process["role"] for process in processes}
    # A process with the API names itself among those that it heard of; another names only itself.
    if Role.API not in roles and "all" not in roles:
        raise AnswerError(
            f"the process of {data} is of the role {', '.join(roles)}, which answers its health "
            "only: name the data folder of the process with the role api (--data)"
        )


def _client(url: str, headers: dict[bytes, bytes]) -> httpx.Client:
    return httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=WAIT_S)


def answer(response: httpx.Response) -> httpx.Response:
    """The response, or AnswerError with what the problem body says."""
    if response.is_success:
        return response
    try:
        problem = response.json()
    except ValueError:
        raise AnswerError(f"{response.status_code} {response.text[:300]}") from None
    raise AnswerError(str(problem.get("detail") or problem.get("title") or response.reason_phrase))
