"""The receipt of a day that each enterprise is sent: totals, and what of it needs looking after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from ledger.books import Books
from ledger.receipts import COUNTS, receipts, rejected_days
from models.periods import local_start, next_start
from models.senders import RULES

NAMED = 1_000  # meters in a list
Receipt = dict[str, Any]


def daily_receipts(books: Books, day: date) -> Iterator[tuple[str, Receipt]]:
    """Code and receipt of each enterprise of which something was expected, received or refused.

    As known now; plain values that JSON takes, instants in UTC.
    """
    registry = books.registry()
    start = local_start(day, registry.zone)
    end = next_start(start, "day", registry.zone)
    meters = receipts(books, start=start, end=end)
    totals = receipts(books, start=start, end=end, by="enterprise")
    refused = rejected_days(books, start, end)
    of_meters = dict(iter(meters.groupby("enterprise")))
    reasons = refused.groupby(["enterprise", "reason"])["rejected"].sum()
    for total in totals.to_dict("records"):
        code = str(total["enterprise"])
        yield code, {
            "park": registry.park.code,
            "enterprise": code,
            "day": day.isoformat(),
            "start": _instant(start),
            "end": _instant(end),
            **{name: int(total[name]) for name in COUNTS},
            "completeness": _known(total["completeness"]),
            "required": RULES.completeness_min,
            "complete": total["complete"],
            **_meters(of_meters.get(code, meters.iloc[:0])),
            "rejections": _reasons(reasons, code),
            "units": {
                "completeness": "1", "required": "1", "clock_offset_s": "s", "least_delay_s": "s",
            },
        }  # fmt: skip


def _meters(rows: pd.DataFrame) -> Receipt:
    due = rows[rows["expected"] > 0].sort_values("missing", ascending=False, kind="stable")
    off = rows[
        (rows["least_delay_s"] > RULES.clock_off_s) | (rows["clock_offset_s"] < -RULES.clock_off_s)
    ]
    return {
        "below": _rows(
            due[~due["complete"].astype(bool)],
            ["meter", "expected", "received", "missing", "completeness"],
        ),
        "silent": _rows(due[due["received"] == 0], ["meter", "expected"]),
        "clock_offsets": _rows(off, ["meter", "clock_offset_s", "least_delay_s"]),
    }


def _rows(rows: pd.DataFrame, names: list[str]) -> list[dict[str, Any]]:
    return [
        {str(name): _known(value) for name, value in row.items()}
        for row in rows[names].iloc[:NAMED].astype(object).to_dict("records")
    ]


def _reasons(reasons: pd.Series, code: str) -> dict[str, int]:
    if code not in reasons.index.get_level_values("enterprise"):
        return {}
    return {str(reason): int(n) for reason, n in reasons.loc[code].items()}


def _known(value: Any) -> Any:
    if pd.isna(value):
        return None
    return round(value, 4) if isinstance(value, float) else value


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
