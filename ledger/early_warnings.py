"""Early warnings: the mean of a period under way comes near its limit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import pandas as pd

from ledger import exceedances
from ledger.books import Books
from ledger.discharges import outlets_hours
from ledger.discharging.judged import beyond
from ledger.exceedances import in_order, judged_outlets
from models.environment.validity import NORMAL_SHARE
from models.periods import next_start, period_start

COLUMNS = [*exceedances.COLUMNS, "elapsed_share"]

ELAPSED = 0.25  # of the period, at least: before, a mean says little


def early_warnings(
    books: Books,
    now: datetime | None = None,
    *,
    places: Collection[tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """COLUMNS of the periods under way whose running mean is near a limit or beyond it, after a
    quarter of the period; ``elapsed_share`` of it is over. Near is a concentration from 80 % of its
    limit on, pH from 0.5 and sound from 3 dB before it (models.environment.near_limits).

    A mean counts where 75 % of the time so far is valid (as HJ 212-2017 has it of marks): of an
    hour its minutes, of longer periods the hours that are over. One that is over its limit already
    is a warning until the period is complete. ``places`` (enterprise and point): only of these.
    """
    at = books.now() if now is None else now
    seen = replace(books, now=lambda: at)
    registry = books.registry()
    parts = []
    for every, limited in judged_outlets(seen).items():
        judged = limited if places is None else limited.intersection(places)
        start = period_start(at, every, registry.zone)
        whole = (next_start(start, every, registry.zone) - start).total_seconds()
        elapsed = (at - start).total_seconds()
        if elapsed < ELAPSED * whole:
            continue
        of_hour = every == "hour"
        hours_over = 1.0 if of_hour else float(elapsed // 3600)
        for asked, _, hours in outlets_hours(
            seen, start=start, end=at, places=judged,
            least_minutes=NORMAL_SHARE * elapsed / 60 if of_hour else None,
        ):  # fmt: skip
            least = 1.0 if of_hour else NORMAL_SHARE * hours_over
            found = beyond(asked.registry, hours, every, near=True, least=least)
            parts.append(found.assign(elapsed_share=elapsed / whole))
    return in_order(parts, COLUMNS)
