"""Implausible monitoring data as alarms, for an officer to judge."""

from __future__ import annotations

from datetime import timedelta

from alarms.occurrences import Occurrence
from alarms.sources.source import Scope
from ledger.books import Books
from ledger.plausibility import plausibility
from models.alarms import Cause, Told


class Doubted:
    """Findings of plausibility: it takes a look at weeks of hours."""

    kinds = ("plausibility",)
    begins_s = 150.0
    every_s = 3_600.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence a finding."""
        frame = plausibility(self._books, start=scope.since, end=scope.now)
        found = []
        for row in frame.to_dict("records"):
            begin, until = row["ts"].to_pydatetime(), row["until"].to_pydatetime()
            pollutant = row["pollutant"] if isinstance(row["pollutant"], str) else ""
            subject = f"{row['kind']}/{pollutant}".rstrip("/")
            told = Told(
                f"{row['point']}：{row['detail_zh']}",
                f"{row['point']}: {row['detail']}",
                {"finding": row["kind"], "pollutant": pollutant or None},
            )
            cause = Cause("plausibility", row["enterprise"], row["point"], subject)
            until = max(until, begin + timedelta(seconds=1))
            hours = float(row["hours"])
            found.append(Occurrence(cause, begin, until, told, hours, hours, "h"))
        return found
