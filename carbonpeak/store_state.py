"""How the store is doing, asked so that a store which hangs holds nobody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from api.health import COUNTS

ANSWER_S = 2.0  # what a store may take; who asks after our health waits a few seconds at most


class StoreState:
    """Asks one question at a time, in a thread of its own that may outlast who asked.

    An answer is never older than its question. Where none comes in time the counts are unknown,
    and as long as the question is under way no further one is put.
    """

    def __init__(self, counts: Callable[[], Mapping[str, int]]) -> None:
        self._counts = counts
        self._free = threading.Lock()  # let go by the thread that got the answer

    def __call__(self) -> dict[str, Any]:
        """Each of COUNTS, null where unknown, and ``trouble``: why, or null."""
        deadline = time.monotonic() + ANSWER_S
        if not self._free.acquire(timeout=ANSWER_S):
            return _unknown("the store does not answer")
        answer: Future[dict[str, Any]] = Future()
        threading.Thread(target=self._ask, args=(answer,), name="counts", daemon=True).start()
        try:
            return answer.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            return _unknown("the store does not answer")

    def _ask(self, answer: Future[dict[str, Any]]) -> None:
        try:
            state = {**self._counts(), "trouble": None}
        except Exception as error:  # noqa: BLE001 - whatever a store raises, health tells it
            state = _unknown(f"{error}")
        self._free.release()
        answer.set_result(state)


def _unknown(trouble: str) -> dict[str, Any]:
    return {**dict.fromkeys(COUNTS), "trouble": trouble}
