"""Which of several limits a running mean is told by: the one that it is furthest past."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from alarms.sources.exceeded import occurrences, worst_by

BEGIN, END = datetime(2026, 3, 4, 16, tzinfo=UTC), datetime(2026, 3, 5, 16, tzinfo=UTC)


def ph(value: float, *limits: float) -> pd.DataFrame:
    """A day's running pH beside its limits, as the ledger answers."""
    return pd.DataFrame(
        [
            {"period": "2026-03-05", "start": pd.Timestamp(BEGIN), "until": pd.Timestamp(END),
             "enterprise": "works", "point": "DW001", "pollutant": "w01001", "averaging": "day",
             "value": value, "unit": "1", "limit": limit, "times": None, "standard": "GB 8978-1996",
             "clause": "table 4", "rule_zh": "", "rule_en": "", "basis": "standard",
             "excused": None, "elapsed_share": 0.5}
            for limit in limits
        ]
    )  # fmt: skip


def told_by(value: float, *limits: float) -> tuple[float | None, str]:
    least = {6.0, 6.5}
    found = occurrences(ph(value, *limits), "early_warning", lambda row: row["limit"] in least)
    (one,) = worst_by(found, lambda one: one.cause)
    return one.limit, one.told.en


def test_of_two_limits_of_ph_the_one_it_is_beyond_and_not_the_one_further_away() -> None:
    # 8.6 is beyond 8.5 by 0.1, and 0.4 short of 9.
    assert told_by(8.6, 8.5, 9.0)[0] == 8.5
    assert told_by(8.6, 9.0, 8.5)[0] == 8.5
    # 6.4 is below 6.5 by 0.1, and 0.4 above 6.
    limit, text = told_by(6.4, 6.0, 6.5)
    assert limit == 6.5
    assert "running day mean (50% over) 6.4, least limit 6.5; GB 8978" in text
