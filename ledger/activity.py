"""Activity data of an inventory: usage of the accounted meters, cut where a factor may change.

A factor holds for a local year, or for the local days that an enterprise declared its own for. The
span is cut at those days only where they fall inside a period, so that a month is still read from
the store in one piece.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.as_of import usage_as_of
from ledger.books import Books
from ledger.instants import instants, microseconds
from models.periods import Every, from_us, local_start, next_start, period_start, to_us
from models.registry import Registry

COLUMNS = [
    "line", "start", "begin", "end", "amount", "estimated", "covered_h", "n", "hours_h",
]  # fmt: skip
_GROUPING = [
    "enterprise", "category", "source_stream", "use", "counterpart", "carrier", "own_renewable",
]  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Periods of length ``every`` in [start, end) UTC, of the registry as it is taken, by what was
    known at ``as_of`` (None: now).
    """

    registry: Registry
    every: Every
    start: datetime
    end: datetime
    as_of: datetime | None = None


def _year_starts(span: Span) -> set[datetime]:
    zone = span.registry.zone
    first, last = (at.astimezone(zone).year for at in (span.start, span.end))
    return {local_start(date(year, 1, 1), zone) for year in range(first, last + 1)}


def cuts(span: Span, meters: pd.DataFrame, enterprises: set[str]) -> tuple[datetime, ...]:
    """Instants inside (start, end) where one of the meters changes its part, or, inside a period,
    a factor of one of the enterprises may change.
    """
    zone = span.registry.zone
    days = {
        local_start(day, zone)
        for factor in span.registry.declared_factors
        if factor.enterprise is None or factor.enterprise in enterprises
        for day in (factor.valid_from, factor.valid_to)
        if day is not None
    }
    if span.every == "total":
        days |= _year_starts(span)
    else:
        days = {day for day in days if period_start(day, span.every, zone) != day}
    several = meters[~meters["sole"]]
    changes = pd.concat([several["valid_from"], several["valid_to"]]).dropna()
    days |= {change.to_pydatetime() for change in changes}
    return tuple(sorted(day for day in days if span.start < day < span.end))


def activity(books: Books, span: Span, meters: pd.DataFrame) -> pd.DataFrame:
    """Usage of ``meters`` (see ledger.accounted) with the hours that were to be covered.

    COLUMNS, one row a line of ``meters``, period and piece of it: line, start (UTC, of the period),
    begin and end (UTC, of the piece), amount, estimated, covered_h, n, hours_h (hours of the piece
    within the line's life). A meter without usage in a piece where another of the same enterprise,
    source stream and carrier has some comes with a null amount and covers nothing.
    """
    pieces = []
    for there, since, until in pieces_of(span, meters):
        piece = _piece(books, span, there, since, until)
        if span.every == "total":
            piece["start"] = pd.Timestamp(span.start)
        pieces.append(piece)
    filled = [piece for piece in pieces if len(piece)]
    return pd.concat(filled or pieces[:1], ignore_index=True)


def pieces_of(span: Span, meters: pd.DataFrame) -> list[tuple[pd.DataFrame, datetime, datetime]]:
    """The meters that are looked at together, and from when until when."""
    groups: dict[tuple[datetime, ...], list[str]] = defaultdict(list)
    # Most enterprises have nothing of their own that changes: they are looked at together.
    special = {factor.enterprise for factor in span.registry.declared_factors}
    special |= set(meters.loc[~meters["sole"], "enterprise"])
    own_cuts = meters["enterprise"].isin(special)
    plain = meters[~own_cuts]
    if len(plain):
        together = set(plain["enterprise"])
        groups[cuts(span, plain, together)] += together
    for enterprise, own in meters[own_cuts].groupby("enterprise", sort=False):
        groups[cuts(span, own, {str(enterprise)})].append(str(enterprise))
    found = []
    for at, enterprises in groups.items():
        some = meters if len(groups) == 1 else meters[meters["enterprise"].isin(enterprises)]
        for since, until in zip((span.start, *at), (*at, span.end), strict=True):
            # The cuts hold every change of part, so a meter has one line in a piece (or one of
            # each side of an internal transfer). One that plays a single part is asked for
            # everything: nothing else claims its usage.
            begun = ~(some["valid_from"] >= until)
            ended = some["valid_to"] <= since
            found.append((some[some["sole"] | (begun & ~ended)], since, until))
    return found


def _piece(
    books: Books, span: Span, meters: pd.DataFrame, since: datetime, until: datetime
) -> pd.DataFrame:
    keys = sorted({int(key) for key in meters["meter_key"]})
    zone, every = span.registry.zone, span.every
    if span.as_of is None:
        table = books.store.usage(keys, since, until, every=every, zone=zone)
    else:
        table = usage_as_of(
            books, span.registry, keys, span.as_of, start=since, end=until, every=every
        )
    found: pd.DataFrame = table.select(
        ["meter_key", "period", "amount", "estimated", "covered_h", "n"]
    ).to_pandas()
    # Meters of the same heading are expected in every period that one of them has usage in.
    heading = meters.groupby(_GROUPING, dropna=False, sort=False).ngroup()
    of_meter = pd.DataFrame({
        "line": meters["line"], "meter_key": meters["meter_key"].astype("int64"),
        "heading": heading, "valid_from": meters["valid_from"], "valid_to": meters["valid_to"],
    })  # fmt: skip
    found["meter_key"] = found["meter_key"].astype("int64")
    periods, found["at"] = np.unique(microseconds(found["period"]), return_inverse=True)
    seen = found[["meter_key", "at"]].merge(of_meter[["meter_key", "heading"]], on="meter_key")
    expected = seen[["heading", "at"]].drop_duplicates().merge(of_meter, on="heading")
    rows = expected.merge(found.drop(columns="period"), how="left", on=["meter_key", "at"])
    bounds = [_bounds(from_us(int(at)), span, since, until) for at in periods]
    for name, values in (
        ("begin", [to_us(begin) for begin, _ in bounds]),
        ("end", [to_us(end) for _, end in bounds]),
        ("start", periods),
    ):
        rows[name] = instants(np.array(values, dtype=np.int64))[rows["at"].to_numpy()]
    rows["covered_h"] = rows["covered_h"].fillna(0.0)
    rows["hours_h"] = _hours(rows["begin"], rows["end"], rows["valid_from"], rows["valid_to"])
    known = rows["n"].notna() | (rows["hours_h"] > 0)  # a meter not there yet covers nothing
    return rows.loc[known, COLUMNS]


def _bounds(
    at: datetime, span: Span, since: datetime, until: datetime
) -> tuple[datetime, datetime]:
    if span.every == "total":
        return max(at, since).astimezone(UTC), until.astimezone(UTC)
    end = min(next_start(at, span.every, span.registry.zone), until)
    return max(at, since).astimezone(UTC), end.astimezone(UTC)


def _hours(
    begin: pd.Series, end: pd.Series, valid_from: pd.Series, valid_to: pd.Series
) -> npt.NDArray[np.float64]:
    """Hours of [begin, end) within [valid_from, valid_to), not negative."""
    since = begin.where(~(valid_from > begin), valid_from)
    until = end.where(~(valid_to < end), valid_to)
    hours: npt.NDArray[np.float64] = (until - since).dt.total_seconds().to_numpy() / 3600
    return np.maximum(hours, 0.0)
