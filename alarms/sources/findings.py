"""Findings as alarms: of the usage arithmetic (register resets, impossible rates), and of senders
(stuck values, values beyond the range, clocks).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from alarms.occurrences import Occurrence
from alarms.sources.source import Scope
from ledger.books import Books
from ledger.findings import findings
from models.alarms import Cause, Told

OF_USAGE = ("reset", "implausible_rate")
OF_CLOCKS = ("clock_off", "clock_drift")
OF_SENDERS = ("stuck", "spike", *OF_CLOCKS)
INSTANT = timedelta(seconds=1)  # what a finding at one reading lasts


class UsageFindings:
    """What usage noticed: stored with the hours that it is about."""

    kinds = OF_USAGE
    begins_s = 0.0
    every_s = 3_600.0
    rest = 4.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def concerns(self, *_: datetime) -> bool:
        """Of every hour."""
        return True

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence a finding."""
        whose = {enterprise for enterprise, _ in scope.places or ()}
        frame = findings(
            self._books,
            enterprise=whose.pop() if len(whose) == 1 else None,
            origin="usage",
            start=scope.since,
        )
        rows = frame[frame["kind"].isin(OF_USAGE)].to_dict("records")
        return [_of_reading(row) for row in rows if scope.covers(row["enterprise"], row["meter"])]


class SenderFindings:
    """What is wrong with senders but silence: it takes a look at days of readings."""

    kinds = OF_SENDERS
    begins_s = 60.0
    every_s = 900.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """Standstill holds now; the others are of a day. A clock is its gateway's, so that those of
        an enterprise's meters that are off on a day are one occurrence.
        """
        frame = findings(self._books, origin="senders", start=scope.since, end=scope.now)
        rows = frame[frame["kind"].isin(OF_SENDERS)]
        is_clock = rows["kind"].isin(OF_CLOCKS)
        clocks = rows[is_clock].groupby(["kind", "enterprise", "ts"], sort=True)
        return [
            *(_of_meter(row) for row in rows[~is_clock].to_dict("records")),
            *(of_clocks(some.to_dict("records")) for _, some in clocks),
        ]


def _of_reading(row: dict[Any, Any]) -> Occurrence:
    begin = row["ts"].to_pydatetime()
    told = Told(f"{row['meter']}：{row['detail_zh']}", f"{row['meter']}: {row['detail']}")
    cause = Cause(row["kind"], row["enterprise"], row["meter"], "")
    return Occurrence(cause, begin, begin + INSTANT, told)


def _of_meter(row: dict[Any, Any]) -> Occurrence:
    begin, until = row["ts"], max(row["until"], row["ts"] + INSTANT)
    return Occurrence(
        Cause(row["kind"], row["enterprise"], row["meter"], ""),
        begin.to_pydatetime(),
        None if row["kind"] == "stuck" else until.to_pydatetime(),
        Told(f"{row['meter']}：{row['detail_zh']}", f"{row['meter']}: {row['detail']}"),
    )


def of_clocks(rows: list[dict[Any, Any]]) -> Occurrence:
    """One occurrence of the findings of one kind, enterprise and day; at least one."""
    first, meters = rows[0], sorted(row["meter"] for row in rows)
    more = len(meters) - 1
    named_zh = f"{meters[0]} 等 {len(meters)} 个表计" if more else meters[0]
    named_en = f"{meters[0]} and {more} more" if more else meters[0]
    return Occurrence(
        Cause(first["kind"], first["enterprise"], "", ""),
        first["ts"].to_pydatetime(),
        first["until"].to_pydatetime(),
        Told(
            f"{named_zh}：{first['detail_zh']}",
            f"{named_en}: {first['detail']}",
            {"meters": meters},
        ),
    )
