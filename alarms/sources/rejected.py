"""Bursts of refusals: a gateway that sends what cannot be taken in, as one alarm."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from alarms.occurrences import Occurrence
from alarms.rules import RULES
from alarms.sources.source import Scope
from ledger.books import Books
from ledger.rejections import Which, rejections
from models.alarms import Cause, Told

KIND = "rejections_burst"
LOOKED_AT = 5_000  # of the newest, of all and of each enterprise; more make the same burst


class Rejected:
    """Counts the refusals of the last minutes."""

    kinds = (KIND,)
    begins_s = 0.0
    every_s = 30.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence an enterprise (as addressed) and reason; it holds now."""
        minutes = round(RULES.rejections_burst_s / 60)
        since = scope.now - timedelta(seconds=RULES.rejections_burst_s)
        registered = self._books.registry().enterprise_by_code
        frame = rejections(self._books, Which(start=since), limit=LOOKED_AT)
        if len(frame) == LOOKED_AT:  # a flood of one must not hide what others are refused
            own = [
                rejections(self._books, Which(enterprise=code, start=since), limit=LOOKED_AT)
                for code in registered
            ]
            frame = pd.concat([frame, *own]).drop_duplicates("rejection_id")
        grouped = frame.groupby(["enterprise", "reason"], dropna=False).agg(
            n=("rejection_id", "size"), first=("received", "min"), detail=("detail", "first"),
            number=("rejection_id", "max"),
        )  # fmt: skip
        many = grouped[grouped["n"] >= RULES.rejections_burst_n].reset_index()
        found = []
        for enterprise, reason, n, first, detail, number in many.itertuples(index=False):
            known = enterprise if enterprise in registered else None
            addressed = enterprise if isinstance(enterprise, str) and known is None else ""
            # What strangers address may hold anything, also what a database does not take.
            addressed = "".join(one if one.isprintable() else " " for one in addressed)
            subject = f"{reason}/{addressed}" if addressed else reason
            told = Told(
                f"{minutes} 分钟内拒收 {n} 条，原因 {reason}，例如 {number} 号：{detail}",
                f"{n} refused within {minutes} minutes as {reason}, as number {number}: {detail}",
                {"reason": reason, "rejection_id": int(number)},
            )
            found.append(
                Occurrence(
                    Cause(KIND, known, "", subject),
                    first.to_pydatetime(),
                    None,
                    told,
                    value=float(n),
                    badness=float(n),
                    limit=RULES.rejections_burst_n,
                )
            )
        return found
