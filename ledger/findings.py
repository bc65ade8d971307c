"""What was noticed in readings: by the usage arithmetic as it computed, and about the senders.

The former (reset, rollover, exchange, false and implausible values, gaps left out) are stored with
the usage that they belong to; the latter (ledger.senders) are computed when asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pandas as pd

from ledger.books import Books, select_meters
from ledger.senders import sender_findings
from models.usage.findings_zh import in_chinese

COLUMNS = [
    "ts", "enterprise", "meter", "quantity", "origin", "kind", "detail", "detail_zh", "until",
]  # fmt: skip
Origin = Literal["usage", "senders"]


def findings(
    books: Books,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    kind: str | None = None,
    origin: Origin | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """COLUMNS of the findings of the meters that fit, newest first.

    Of usage those with start <= ts < end, the newest ``limit``; about senders those that reach into
    [start, end): ``until`` is how far, which for a state that lasts is now.
    """
    meters = select_meters(books.registry(), enterprise=enterprise, meter=meter)
    parts = []
    if origin in (None, "usage"):
        stored = books.store.findings([one.key for one in meters], start, end, limit=limit)
        frame: pd.DataFrame = stored.to_pandas()
        parts.append(
            frame.assign(
                origin="usage",
                until=frame["ts"],
                detail_zh=[in_chinese(text) for text in frame["detail"]],
            )
        )
    if origin in (None, "senders"):
        noticed = sender_findings(books, meters)
        within = pd.Series(True, index=noticed.index)
        if start is not None:
            within &= noticed["until"] > start
        if end is not None:
            within &= noticed["ts"] < end
        parts.append(noticed[within].assign(origin="senders"))
    some = [part for part in parts if len(part)]
    found = pd.concat(some or parts[:1], ignore_index=True)
    if kind is not None:
        found = found[found["kind"] == kind]
    for name in ("enterprise", "code", "quantity"):
        of = {one.key: getattr(one, name) for one in meters}
        found["meter" if name == "code" else name] = found["meter_key"].map(of)
    ordered = found.sort_values(["ts", "meter_key"], ascending=[False, True], kind="stable")
    return ordered[COLUMNS].reset_index(drop=True)
