"""Findings as alarms: of the usage arithmetic (register resets, impossible rates), and of senders
(stuck values, values beyond the range, clocks).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from alarms.occurrences import Occurrence
from alarms.sources.source import Scope
from ledger.books import Books
from ledger.findings import findings
from models.alarms import Cause, Told

OF_USAGE = ("reset", "implausible_rate")
OF_SENDERS = ("stuck", "spike", "clock_off", "clock_drift")
INSTANT = timedelta(seconds=1)  # what a finding at one reading lasts
ALONE = 50  # meters at most that are asked for one by one


class UsageFindings:
    """What usage noticed: stored with the hours that it is about."""

    kinds = OF_USAGE
    begins_s = 0.0
    every_s = 3_600.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def concerns(self, *_: datetime) -> bool:
        """Of every hour."""
        return True

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence a finding."""
        places = scope.places
        asked: list[tuple[str | None, str | None]] = [(None, None)]
        if places is not None and len(places) <= ALONE:
            asked = [*sorted(places)]
        return [
            one
            for enterprise, meter in asked
            for one in self._asked(scope, enterprise, meter)
            if scope.covers(one.cause.enterprise, one.cause.point)
        ]

    def _asked(
        self, scope: Scope, enterprise: str | None, meter: str | None
    ) -> Iterator[Occurrence]:
        frame = findings(
            self._books, enterprise=enterprise, meter=meter, origin="usage", start=scope.since
        )
        rows = frame[frame["kind"].isin(OF_USAGE)]
        names = ["kind", "enterprise", "meter", "ts", "detail", "detail_zh"]
        for kind, whose, code, ts, detail, detail_zh in rows[names].itertuples(index=False):
            begin = ts.to_pydatetime()
            told = Told(f"{code}：{detail_zh}", f"{code}: {detail}")
            yield Occurrence(Cause(kind, whose, code, ""), begin, begin + INSTANT, told)


class SenderFindings:
    """What is wrong with senders but silence: it takes a look at days of readings."""

    kinds = OF_SENDERS
    begins_s = 60.0
    every_s = 900.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """Standstill holds now; the others are of a day."""
        frame = findings(self._books, origin="senders", start=scope.since, end=scope.now)
        rows = frame[frame["kind"].isin(OF_SENDERS)]
        names = ["kind", "enterprise", "meter", "ts", "until", "detail", "detail_zh"]
        return [
            Occurrence(
                Cause(kind, enterprise, meter, ""),
                ts.to_pydatetime(),
                None if kind == "stuck" else max(until, ts + INSTANT).to_pydatetime(),
                Told(f"{meter}：{detail_zh}", f"{meter}: {detail}"),
            )
            for kind, enterprise, meter, ts, until, detail, detail_zh in rows[names].itertuples(
                index=False
            )
        ]
