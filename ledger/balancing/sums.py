"""Sums of a balance by main meter and period, of the hours that the store holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.balancing.hours import AT, losses, under
from ledger.books import Books
from models.periods import HOUR_US, Every, from_us, next_start, to_us
from models.quantities import Kind
from models.registry import GapPolicy, Meter, Registry
from store.hour_ranges import Ints, ints
from store.rules.local_days import period_starts


@dataclass(frozen=True)
class Span:
    """[start, end) (UTC) divided into periods of the zone's time."""

    every: Every
    zone: ZoneInfo
    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Its length in hours."""
        return (self.end - self.start).total_seconds() / 3600

    def periods(self, us: Ints) -> Ints:
        """Start of the period of each instant (µs); of ``total`` the span's own."""
        if self.every == "total":
            return np.full(len(us), to_us(self.start))
        if self.every == "hour":  # usage is of hours
            return us
        return period_starts(us, self.every, self.zone)

    def bounded(self, rows: pd.DataFrame) -> pd.DataFrame:
        """``rows`` (period, µs) with the bounds of their periods in the span: since and until."""
        periods = np.unique(rows["period"])
        ends = [self.end] * len(periods)
        if self.every != "total":
            ends = [next_start(from_us(int(at)), self.every, self.zone) for at in periods]
        until = dict(zip(periods, (to_us(min(at, self.end)) for at in ends), strict=True))
        return rows.assign(
            since=np.maximum(rows["period"], to_us(self.start)), until=rows["period"].map(until)
        )


def balance_sums(books: Books, edges: pd.DataFrame, span: Span) -> pd.DataFrame:
    """By main_key and period (``begin``, µs): what ledger.balance tells beside the main meter's
    usage. ``edges`` are ledger.balancing.meter_tree's.
    """
    registry = books.registry()
    hours = _hours(books, registry, edges, span)
    parts = under(edges, hours)
    mains = hours[hours["meter_key"].isin(edges["main_key"])].rename(
        columns={"meter_key": "main_key"}
    )
    seen = pd.concat([mains[AT], parts[AT]]).drop_duplicates().sort_values(AT)
    lives = _lives(edges, span.bounded(seen))
    there = lives.groupby([*AT, "part_key"], as_index=False)["hours_h"].sum()
    parts = parts.assign(size=parts["amount"].abs())
    figures = ["flow", "size", "estimated", "coverage"]
    each = parts.groupby([*AT, "meter_key"])[figures].sum(min_count=1)
    each = there.merge(each, how="left", left_on=[*AT, "part_key"], right_on=[*AT, "meter_key"])
    each["code"] = each["part_key"].map({key: m.code for key, m in registry.meter_by_key.items()})
    unknown = each[each["flow"].isna()].groupby(AT)["code"].agg(", ".join).rename("unknown")
    by = each.groupby(AT)
    sums = by[[*figures, "hours_h"]].sum().join(by.size().rename("parts")).join(unknown)
    sums = sums.join(losses(edges, hours))
    ends = lives.groupby(AT).agg(first=("since", "min"), last=("until", "max"))
    sums["lived_h"] = (ends["last"] - ends["first"]) / HOUR_US
    known = sums["unknown"].isna()
    estimated = (sums["estimated"] / sums["size"]).where(sums["size"] != 0, 0.0)
    sums = sums.assign(
        parts_amount=sums["flow"].where(known),
        parts_estimated_share=estimated.where(known),
        parts_coverage=np.minimum(sums["coverage"] / sums["hours_h"], 1.0),
        balanced=np.minimum(sums["balanced_h"].fillna(0.0) / sums["lived_h"], 1.0),
        loss_share=sums["loss"] / sums["came"].where(sums["came"] != 0),
    )
    found: pd.DataFrame = sums.drop(columns=["coverage"]).reset_index(names=["main_key", "begin"])
    return found


def _hours(books: Books, registry: Registry, edges: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Usage of the edges' meters as ledger.balancing.hours wants it."""
    keys = sorted({*edges["main_key"], *edges["part_key"]})
    beside = timedelta(hours=1)
    table = books.store.usage_hours(keys, span.start - beside, span.end + beside)
    hour = ints(table["hour"])
    frame: pd.DataFrame = table.select(["meter_key", "amount", "estimated", "coverage"]).to_pandas()
    # A gap leaves nothing out of an hour where its amount was filled, and is then in ``estimated``,
    # or is all of an hour in which nothing was used.
    # An interval that is missing is in neither; nor is what lies before a meter's first reading or
    # after its last, so an hour at such an end is whole only where readings cover it.
    filled = {key for key in keys if _fills_gaps(registry.meter_by_key[key])}
    amid = _has(frame["meter_key"], hour, -HOUR_US) & _has(frame["meter_key"], hour, HOUR_US)
    by_gap = (frame["estimated"] != 0) | (frame["coverage"] == 0)
    gap_filled = by_gap & frame["meter_key"].isin(filled) & amid
    whole = (frame["coverage"] > 1 - 1e-9) | gap_filled
    frame = frame.assign(hour=hour, whole=whole & frame["amount"].notna())
    inside = (hour >= to_us(span.start)) & (hour < to_us(span.end))
    return frame[inside].reset_index(drop=True).assign(period=span.periods(hour[inside]))


def _has(meters: pd.Series, hour: Ints, by_us: int) -> npt.NDArray[np.bool_]:
    """Whether a meter has usage in the hour that lies ``by_us`` from each of its hours."""
    known = pd.MultiIndex.from_arrays([meters, hour])
    found: npt.NDArray[np.bool_] = pd.MultiIndex.from_arrays([meters, hour + by_us]).isin(known)
    return found


def _lives(edges: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Each edge in each period of its main meter: AT, part_key, since, until (µs) and hours_h."""
    lives = edges.merge(seen, on="main_key")
    lives["since"] = lives[["since", "begin"]].max(axis="columns")
    lives["until"] = lives[["until", "end"]].min(axis="columns")
    lives["hours_h"] = (lives["until"] - lives["since"]) / HOUR_US
    return lives[lives["hours_h"] > 0]


def _fills_gaps(meter: Meter) -> bool:
    return (
        (meter.kind is Kind.COUNTER and meter.gap_policy is not GapPolicy.NONE)
        or meter.gap_policy is GapPolicy.PROFILE
        or meter.formula is not None  # over meters of which this is true
    )
