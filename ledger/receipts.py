"""Receipts: what each meter was expected to send, what came, and how; by day, month and year."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from ledger.books import Books, select_meters
from ledger.sender_days import DAY_S, counted_days, local_days, senders
from models.periods import from_us, label, period_start
from models.registry import Meter, Registry
from models.senders import RULES

ReceiptEvery = Literal["day", "month", "year"]
By = Literal["meter", "enterprise"]

COUNTS = ["expected", "received", "missing", "duplicate", "late", "suspect", "rejected"]
COLUMNS = [
    "period", "start", "enterprise", "meter", "quantity", "interval_s", "meters", "meters_below",
    *COUNTS, "completeness", "complete", "clock_offset_s", "least_delay_s",
]  # fmt: skip


def receipts(
    books: Books,
    *,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    meter: str | None = None,
    every: ReceiptEvery = "day",
    by: By = "meter",
) -> pd.DataFrame:
    """COLUMNS of the local days that meet [start, end), ordered by period, enterprise and meter.

    ``completeness`` is (expected - missing) / expected, null where nothing is expected;
    ``complete`` holds it against the least that is required. A meter's ``clock_offset_s`` over
    several days is the median of the days', ``least_delay_s`` the least. An enterprise's counts are
    the sums of its meters', its clock the one of the meter that is furthest off; ``rejected`` also
    has what named no meter of its. Resends that were not stored count, as rejections do, on the
    day of their receipt, everything else on the day of the reading's time.
    """
    registry = books.registry()
    meters = senders(select_meters(registry, enterprise=enterprise, meter=meter))
    days = local_days(registry, start, end)
    start, end = from_us(int(days.bounds[0])), from_us(int(days.bounds[-1]))
    refused = rejected_days(books, start, end, enterprise=enterprise, meter=meter)
    of_days = _with_refused(_with_resent(books, meters, start, end), refused, meters)
    rows = _by_meter(_periods(of_days, "day", every, registry), meters)
    refused = _periods(refused, "day", every, registry)
    keys = ["start", "enterprise", "meter"]
    named = refused[refused["meter"].notna()].groupby(keys, as_index=False)["rejected"].sum()
    rows = rows.drop(columns="rejected", errors="ignore").merge(named, on=keys, how="left")
    if by == "enterprise":
        rows = _by_enterprise(rows, refused)
    rows["rejected"] = rows["rejected"].fillna(0).astype("int64")
    rows["completeness"] = _completeness(rows)
    complete = rows["completeness"] >= RULES.completeness_min
    rows["complete"] = complete.astype(object).where(rows["completeness"].notna(), None)
    rows["period"] = rows["start"].map(
        {at: label(at.to_pydatetime(), every, registry.zone) for at in rows["start"].unique()}
    )
    ordered = rows.sort_values(keys, kind="stable", na_position="first")
    return ordered[COLUMNS].reset_index(drop=True)


def rejected_days(
    books: Books,
    start: datetime,
    end: datetime,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
) -> pd.DataFrame:
    """Columns day, enterprise, meter, reason, rejected of what was received in [start, end).

    As addressed, of registered enterprises only; meter is null where none of theirs was named.
    """
    registry = books.registry()
    table = books.store.rejections(enterprise=enterprise, meter=meter, start=start, end=end)
    frame: pd.DataFrame = table.select(["received", "enterprise", "meter", "reason"]).to_pandas()
    frame = frame[frame["enterprise"].isin(list(registry.enterprise_by_code))]
    known = {f"{owner}/{code}" for owner, code in registry.key_of}  # neither holds a "/"
    named = (frame["enterprise"] + "/" + frame["meter"].fillna("")).isin(known)
    frame["meter"] = frame["meter"].where(named, None)
    bounds = local_days(registry, start, end).bounds
    received = frame["received"].dt.as_unit("us").astype("int64").to_numpy()
    place = np.searchsorted(bounds, received, side="right") - 1
    frame["day"] = pd.to_datetime(bounds[place], unit="us", utc=True).as_unit("us")
    keys = ["day", "enterprise", "meter", "reason"]
    return frame.groupby(keys, as_index=False, dropna=False).agg(rejected=("received", "size"))


def _with_resent(books: Books, meters: list[Meter], start: datetime, end: datetime) -> pd.DataFrame:
    days: pd.DataFrame = counted_days(books, meters, start, end).to_pandas()
    again = books.store.resent([one.key for one in meters], start, end).to_pandas()
    both = days.merge(again, on=["meter_key", "day"], how="outer")
    for name in ("expected", "received", "duplicate", "late", "suspect", "missing", "n"):
        both[name] = both[name].fillna(0).astype("int64")
    both["duplicate"] += both["n"]
    return both


def _with_refused(days: pd.DataFrame, refused: pd.DataFrame, meters: list[Meter]) -> pd.DataFrame:
    """With a row of zeros for each meter and day of which nothing is there but rejections."""
    key_of = {f"{one.enterprise}/{one.code}": one.key for one in meters}
    key = (refused["enterprise"] + "/" + refused["meter"].fillna("")).map(key_of)
    of_meters = refused[["day"]].assign(meter_key=key)[key.notna()].drop_duplicates()
    of_meters["meter_key"] = of_meters["meter_key"].astype(days["meter_key"].dtype)
    both = days.merge(of_meters, on=["meter_key", "day"], how="outer")
    for name in ("expected", "received", "duplicate", "late", "suspect", "missing"):
        both[name] = both[name].fillna(0).astype("int64")
    return both


def _periods(
    frame: pd.DataFrame, name: str, every: ReceiptEvery, registry: Registry
) -> pd.DataFrame:
    """With the column ``start``: UTC start of the period that holds each day."""
    days = frame[name].unique()
    starts = {day: period_start(day.to_pydatetime(), every, registry.zone) for day in days}
    start = pd.to_datetime(frame[name].map(starts), utc=True).astype("datetime64[us, UTC]")
    return frame.assign(start=start)


def _by_meter(days: pd.DataFrame, meters: list[Meter]) -> pd.DataFrame:
    days = days.assign(there=_there(days, {one.key: one.interval_s for one in meters}))
    summed = days.groupby(["start", "meter_key"], as_index=False).agg(
        **{name: (name, "sum") for name in (*COUNTS[:-1], "there")},
        clock_offset_s=("clock_offset_s", "median"),
        least_delay_s=("least_delay_s", "min"),
    )
    summed["missing"] = (summed["expected"] - summed["there"]).clip(lower=0)
    about = pd.DataFrame(
        {
            "meter_key": pa.array([one.key for one in meters], pa.int32()).to_numpy(),
            "enterprise": [one.enterprise for one in meters],
            "meter": [one.code for one in meters],
            "quantity": [one.quantity for one in meters],
            "interval_s": [one.interval_s for one in meters],
        }
    )
    rows = summed.merge(about, on="meter_key", how="inner")
    rows["meters"] = (rows["expected"] > 0).astype("int64")
    rows["meters_below"] = (_completeness(rows) < RULES.completeness_min).astype("int64")
    return rows


def _there(days: pd.DataFrame, interval_s: dict[int, int]) -> pd.Series:
    """How many of each day's readings stand for expected ones of its period.

    Where days hold no whole number of intervals, one more than the day expects may be that of the
    day before or behind: a meter that is read on Mondays misses none of the weeks from Thursdays.
    """
    divided = DAY_S % days["meter_key"].map(interval_s) == 0
    return days["received"].clip(upper=days["expected"] + (~divided).astype("int64"))


def _completeness(rows: pd.DataFrame) -> pd.Series:
    """(expected - missing) / expected, NaN where nothing is expected."""
    share: pd.Series = (rows["expected"] - rows["missing"]) / rows["expected"]
    return share


def _by_enterprise(rows: pd.DataFrame, refused: pd.DataFrame) -> pd.DataFrame:
    keys = ["start", "enterprise"]
    summed = rows.groupby(keys, as_index=False).agg(
        **{name: (name, "sum") for name in (*COUNTS[:-1], "meters", "meters_below")}
    )
    for name in ("clock_offset_s", "least_delay_s"):
        known = rows[rows[name].notna()]
        furthest = known.loc[known[name].abs().groupby([known[one] for one in keys]).idxmax()]
        summed = summed.merge(furthest[[*keys, name]], on=keys, how="left")
    addressed = refused.groupby(keys, as_index=False)["rejected"].sum()
    both = summed.merge(addressed, on=keys, how="outer")
    for name in (*COUNTS[:-1], "meters", "meters_below"):
        both[name] = both[name].fillna(0).astype("int64")
    return both.assign(meter=None, quantity=None, interval_s=np.nan)
