"""Activity data of an inventory: usage of the accounted meters, cut where a factor may change.

A factor holds for a local year, or for the local days that an enterprise declared its own for. The
span is cut at those days only where they fall inside a period, so that a month is still read from
the store in one piece.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.books import Books
from models.periods import Every, local_start, next_start, period_start
from models.registry import Registry


def _year_starts(registry: Registry, start: datetime, end: datetime) -> set[datetime]:
    first, last = (at.astimezone(registry.zone).year for at in (start, end))
    return {local_start(date(year, 1, 1), registry.zone) for year in range(first, last + 1)}


def _cuts(
    registry: Registry, meters: pd.DataFrame, every: Every, start: datetime, end: datetime
) -> tuple[datetime, ...]:
    """Instants inside (start, end) where one of an enterprise's meters changes its part, or, inside
    a period, its factor may change.
    """
    enterprise = meters["enterprise"].iloc[0]
    days = {
        local_start(day, registry.zone)
        for factor in registry.declared_factors
        if factor.enterprise == enterprise
        for day in (factor.valid_from, factor.valid_to)
        if day is not None
    }
    if every == "total":
        days |= _year_starts(registry, start, end)
    else:
        days = {day for day in days if period_start(day, every, registry.zone) != day}
    several = meters[~meters["sole"]]
    changes = pd.concat([several["valid_from"], several["valid_to"]]).dropna()
    days |= {change.to_pydatetime() for change in changes}
    return tuple(sorted(day for day in days if start < day < end))


def activity(
    books: Books,
    registry: Registry,
    meters: pd.DataFrame,
    *,
    every: Every,
    start: datetime,
    end: datetime,
) -> pd.DataFrame:
    """Usage of ``meters`` (see ledger.accounted) with the hours that were to be covered.

    One row a line of ``meters``, period and piece of it: line, start (UTC, of the period), begin
    (UTC, of the piece), amount, estimated, covered_h, n, hours_h (hours of the piece within the
    line's life). A meter without usage in a piece where another of the same enterprise, source
    stream and carrier has some comes with a null amount and covers nothing.
    """
    groups: dict[tuple[datetime, ...], list[str]] = defaultdict(list)
    # Most enterprises have nothing of their own that changes: they are looked at together.
    special = {factor.enterprise for factor in registry.declared_factors}
    special |= set(meters.loc[~meters["sole"], "enterprise"])
    own_cuts = meters["enterprise"].isin(special)
    plain = meters[~own_cuts]
    if len(plain):
        together = plain["enterprise"].unique().tolist()
        groups[_cuts(registry, plain, every, start, end)] += together
    for enterprise, own in meters[own_cuts].groupby("enterprise", sort=False):
        groups[_cuts(registry, own, every, start, end)].append(str(enterprise))
    pieces = []
    for cuts, enterprises in groups.items():
        some = meters[meters["enterprise"].isin(enterprises)]
        for since, until in zip((start, *cuts), (*cuts, end), strict=True):
            # The cuts hold every change of part, so a meter has one line in a piece. One that plays
            # a single part is asked for everything: nothing else claims its usage.
            begun = ~(some["valid_from"] >= until)
            ended = some["valid_to"] <= since
            there = some[some["sole"] | (begun & ~ended)]
            piece = _piece(books, registry, there, every=every, since=since, until=until)
            if every == "total":
                piece["start"] = pd.Timestamp(start)
            pieces.append(piece)
    filled = [piece for piece in pieces if len(piece)]
    return pd.concat(filled or pieces[:1], ignore_index=True)


def _piece(
    books: Books,
    registry: Registry,
    meters: pd.DataFrame,
    *,
    every: Every,
    since: datetime,
    until: datetime,
) -> pd.DataFrame:
    keys = [int(key) for key in meters["meter_key"]]
    table = books.store.usage(keys, since, until, every=every, zone=registry.zone)
    columns = ["meter_key", "period", "amount", "estimated", "covered_h", "n"]
    found: pd.DataFrame = table.select(columns).to_pandas()
    found["meter_key"] = found["meter_key"].astype("int64")
    grouping = ["enterprise", "source_stream", "carrier"]
    of_meter = meters[["line", "meter_key", *grouping, "valid_from", "valid_to"]]
    seen = found[["meter_key", "period"]].merge(of_meter[["meter_key", *grouping]], on="meter_key")
    expected = seen[[*grouping, "period"]].drop_duplicates().merge(of_meter, on=grouping)
    rows = expected.merge(found, how="left", on=["meter_key", "period"])
    rows["covered_h"] = rows["covered_h"].fillna(0.0)
    periods = rows["period"].drop_duplicates()
    bounds = [_bounds(at.to_pydatetime(), every, registry, since, until) for at in periods]
    begins = rows["period"].map(dict(zip(periods, (one[0] for one in bounds), strict=True)))
    ends = rows["period"].map(dict(zip(periods, (one[1] for one in bounds), strict=True)))
    rows["begin"] = pd.to_datetime(begins, utc=True).astype("datetime64[us, UTC]")
    rows["hours_h"] = _hours(
        rows["begin"], pd.to_datetime(ends, utc=True), rows["valid_from"], rows["valid_to"]
    )
    known = rows["n"].notna() | (rows["hours_h"] > 0)  # a meter not there yet covers nothing
    names = ["line", "start", "begin", "amount", "estimated", "covered_h", "n", "hours_h"]
    return rows.rename(columns={"period": "start"}).loc[known, names]


def _bounds(
    at: datetime, every: Every, registry: Registry, since: datetime, until: datetime
) -> tuple[datetime, datetime]:
    end = until if every == "total" else min(next_start(at, every, registry.zone), until)
    return max(at, since).astimezone(UTC), end.astimezone(UTC)


def _hours(
    begin: pd.Series, end: pd.Series, valid_from: pd.Series, valid_to: pd.Series
) -> npt.NDArray[np.float64]:
    """Hours of [begin, end) within [valid_from, valid_to), not negative."""
    since = begin.where(~(valid_from > begin), valid_from)
    until = end.where(~(valid_to < end), valid_to)
    hours: npt.NDArray[np.float64] = (until - since).dt.total_seconds().to_numpy() / 3600
    return np.maximum(hours, 0.0)
