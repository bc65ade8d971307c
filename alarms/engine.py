"""The thread of alarms: woken by changed usage, by time, and at start; state is in the database.

Nothing is kept here that a restart would miss: the first look of every source is at everything, and
looking again changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pyarrow as pa

from alarms.sources.source import Source
from alarms.watch import Hours, Watch, Within
from ledger.books import Books
from models.periods import from_us
from store.registry_db.alarms import Alarms


class AlarmEngine:
    """Looks at every source at start, as often as each asks for, and after each ``wake``.

    ``within`` is the time to handle an alarm of a severity in; sources rest ``rest`` times as long
    as they ask for. Exactly one process of a park may run it;
    should a second do so, no alarm is raised twice (the database has one open a cause). Engines of
    other sources may run beside it.
    """

    def __init__(
        self,
        books: Books,
        alarms: Alarms,
        sources: Sequence[Source],
        within: Within,
        rest: float = 1.0,
    ) -> None:
        self._watches = [Watch(books, alarms, source, within, rest) for source in sources]
        self._lock = threading.Lock()
        self._changed: list[pa.Table] = []
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="alarms", daemon=True)

    def start(self) -> None:
        """Begin with a look at everything."""
        self._thread.start()

    def wake(self, rows: pa.Table) -> None:
        """Say that usage changed in ``rows`` (meter_key, hour); cheap, from any thread."""
        with self._lock:
            self._changed.append(rows)
        self._wake.set()

    def stop(self) -> None:
        """End the thread; what was not looked at is at the next start."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> int:
        """Look at whatever is due, in the caller's thread; how many alarms were changed."""
        with self._lock:
            rows, self._changed = self._changed, []
        if rows:
            changed = _hours(pa.concat_tables(rows))
            for watch in self._watches:
                watch.changed(changed)
        return sum(watch.look() for watch in self._watches if watch.wait_s() == 0.0)

    def trouble(self) -> dict[str, str]:
        """Kinds that could not be looked at, and why."""
        return {
            ", ".join(watch.source.kinds): watch.trouble
            for watch in self._watches
            if watch.trouble is not None
        }

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            self.look()
            self._wake.wait(min((watch.wait_s() for watch in self._watches), default=None))


def _hours(rows: pa.Table) -> dict[int, Hours]:
    """The first and the last hour of each meter in ``rows`` (meter_key, hour)."""
    found = rows.group_by("meter_key").aggregate([("hour", "min"), ("hour", "max")])
    columns = (found[name].cast(pa.int64()).to_pylist() for name in found.column_names)
    keys, first, last = columns
    at = {hour: from_us(hour) for hour in {*first, *last}}  # few, of many meters
    return {key: (at[one], at[other]) for key, one, other in zip(keys, first, last, strict=True)}
