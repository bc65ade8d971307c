"""What came of everything that was taken in, counted since the start."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from store.interface import Appended, Batch

# Upper bounds of the classes of append durations; the last class has none.
APPEND_BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass
class Counts:
    """``appends`` are numbers by class of duration; ``trouble`` is why the store refuses now."""

    messages: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    appends: list[int] = field(default_factory=lambda: [0] * (len(APPEND_BOUNDS_S) + 1))
    append_s: float = 0.0
    append_failures: int = 0
    trouble: str | None = None


class Tally:
    """Counts, from any thread; nothing here is done reading by reading."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()

    def appended(self, batch: Batch, appended: Appended, messages: int, seconds: float) -> None:
        """A batch is stored; ``seconds`` is what its append took."""
        reasons = _by_reason(batch.rejections) if batch.rejections.num_rows else {}
        with self._lock:
            counts = self._counts
            counts.messages += messages
            counts.accepted += batch.readings.num_rows - appended.duplicates
            counts.duplicates += appended.duplicates
            counts.rejected.update(reasons)
            counts.appends[bisect_left(APPEND_BOUNDS_S, seconds)] += 1
            counts.append_s += seconds
            counts.trouble = None

    def refused(self, trouble: str) -> None:
        """The store refused a batch."""
        with self._lock:
            self._counts.append_failures += 1
            self._counts.trouble = trouble

    def counts(self) -> Counts:
        """All of them at one instant."""
        with self._lock:
            held = self._counts
            return Counts(
                **{**vars(held), "rejected": held.rejected.copy(), "appends": held.appends.copy()}
            )


def _by_reason(rejections: pa.Table) -> Mapping[str, int]:
    counted = rejections["reason"].value_counts().to_pylist()
    return {row["values"]: row["counts"] for row in counted}
