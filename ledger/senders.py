"""Findings about senders: silent and stuck meters, values beyond the range, clocks at fault.

They depend on the time at which is asked and on when readings came, so they are stored nowhere and
computed when asked, each in bounded time: silence from the newest readings, standstill from the
hours of usage, the others from the readings of the last days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from ledger.books import Books
from ledger.sender_days import AT_ONCE, expected_a_day, senders, sent_days
from models.periods import next_start
from models.quantities import Kind
from models.readings import Quality
from models.registry import Meter
from models.senders import RULES, clock_findings, still_hours, stuck
from models.senders.days import LIVE

COLUMNS = ["ts", "until", "meter_key", "kind", "detail", "detail_zh"]
SENT_DAYS = 7  # of which readings are looked at, today among them; fewer where they are very many
STANDING_H = 30  # within which a meter must have stood still to be looked at further
HISTORY_DAYS = 90  # of usage of such a meter
LOOKED_AT = 500  # such meters at most
ALWAYS = datetime(1700, 1, 1, tzinfo=UTC)  # before any reading


def sender_findings(books: Books, meters: Sequence[Meter]) -> pd.DataFrame:
    """COLUMNS; ``ts`` is what a finding is about, ``until`` how far it reaches (now, or its end).

    Times in the texts are of the park.
    """
    mine = senders(meters)
    if not mine:
        return pd.DataFrame(columns=COLUMNS)
    rows = [*_silent(books, mine), *_stuck(books, mine), *_of_sent_days(books, mine)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("ts", "until"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame


def silent_meters(books: Books) -> pd.DataFrame:
    """Enterprise, meter, since, detail_zh, detail of the meters that are silent now."""
    meters = senders(list(books.registry().meter_by_key.values()))
    by_key = {one.key: one for one in meters}
    rows = [
        (by_key[key].enterprise, by_key[key].code, since, zh, en)
        for since, _, key, _, en, zh in _silent(books, meters)
    ]
    frame = pd.DataFrame(rows, columns=["enterprise", "meter", "since", "detail_zh", "detail"])
    frame["since"] = pd.to_datetime(frame["since"], utc=True).astype("datetime64[us, UTC]")
    return frame


Found = tuple[datetime, datetime, int, str, str, str]


def _silent(books: Books, meters: Sequence[Meter]) -> Iterator[Found]:
    """Meters of which nothing has been heard, valid now; each since its last sign, or ever."""
    registry, now = books.registry(), books.now()
    keys = {one.key for one in meters}
    valid = [one for one in registry.meters if one.key in keys and _valid(one, now)]
    latest = books.store.latest([one.key for one in valid]).to_pandas()
    # A gateway that sends what it kept is heard now, whatever the time of its readings; what is
    # entered from a file says nothing about the sender but how far it reaches.
    live = latest["source"].isin([int(one) for one in LIVE])
    heard = latest["ts"].where(~live, latest[["ts", "received"]].max(axis=1))
    last = dict(zip(latest["meter_key"], heard, strict=True))
    ended = {
        (one.key, one.valid_to): one
        for one in registry.meters
        if one.valid_to not in (None, one.valid_from)
    }
    for one in valid:
        first = one  # of the versions that follow each other without a break
        while first.valid_from is not None and (first.key, first.valid_from) in ended:
            first = ended[first.key, first.valid_from]
        begun = first.valid_from or first.recorded_at or now
        since, en, zh = begun, "has never sent; valid since", "起有效，从未上报"
        if one.key in last:
            since, en, zh = last[one.key].to_pydatetime(), "nothing since", "起无数据"
            since = max(since, first.valid_from or since)
        since = min(since, now)
        quiet = (now - since).total_seconds()
        if quiet <= max(RULES.silent_intervals * one.interval_s, RULES.silent_min_s):
            continue
        number, when = int(quiet // one.interval_s), _said(since, registry.zone)
        yield (
            since, now, one.key, "silent",
            f"{en} {when}: {number} readings, one every {one.interval_s} s, are missing",
            f"自 {when} {zh}：应每 {one.interval_s} 秒上报一次，已缺 {number} 个",
        )  # fmt: skip


def _stuck(books: Books, meters: Sequence[Meter]) -> Iterator[Found]:
    """Meters whose value has not moved for longer than it ever did in the weeks before."""
    now, zone = books.now(), books.registry().zone
    by_key = {one.key: one for one in meters}
    standing = _hours(books, list(by_key), now - timedelta(hours=STANDING_H))
    kind = standing["meter_key"].map({key: one.kind.value for key, one in by_key.items()})
    still = pd.Series(still_hours(standing, kind), index=standing.index)
    # As long as it takes to be stuck, where so much is known: mostly nothing is left to look at.
    lasting = still[::-1].groupby(standing["meter_key"][::-1]).cummin()
    counts = pd.DataFrame({"still": lasting.groupby(standing["meter_key"]).sum()})
    counts["known"] = still.groupby(standing["meter_key"]).size()
    intervals = counts.index.map({key: one.interval_s for key, one in by_key.items()})
    least = np.maximum(RULES.still_intervals * intervals / 3600, RULES.still_min_h)
    long = counts["still"] >= np.minimum(least, counts["known"] - 1)
    candidates = [int(key) for key in counts.index[long & (counts["still"] > 0)][:LOOKED_AT]]
    if not candidates:
        return
    usage = _hours(books, candidates, now - timedelta(days=HISTORY_DAYS))
    of = usage["meter_key"]
    found = stuck(
        usage,
        of.map({key: one.kind.value for key, one in by_key.items()}),
        of.map({key: one.interval_s for key, one in by_key.items()}),
    )
    for key, since, hours, longest in found.itertuples(index=False):
        when = _said(since, zone)
        yield (
            since.to_pydatetime(), now, int(key), "stuck",
            f"the same value for {hours} h since {when}; in the weeks before it never stood still "
            f"for over {longest} h",
            f"自 {when} 起 {hours} 小时数值不变；此前数周内不变的时间从未超过 {longest} 小时",
        )  # fmt: skip


def _hours(books: Books, keys: list[int], since: datetime) -> pd.DataFrame:
    """USAGE of hours that readings cover."""
    table = books.store.usage_hours(keys, since, books.now())
    columns = ["meter_key", "hour", "amount", "min", "max", "coverage"]
    frame: pd.DataFrame = table.select(columns).to_pandas()
    return frame[frame["coverage"] > 0].reset_index(drop=True)


def _of_sent_days(books: Books, meters: Sequence[Meter]) -> Iterator[Found]:
    now = books.now()
    days = int(np.clip(AT_ONCE / max(expected_a_day(meters), 1.0), 1, SENT_DAYS))
    counted = []
    for part in sent_days(books, meters, now - timedelta(days=days - 1), now):
        yield from _spikes(books, meters, part.readings)
        counted.append(part.days)
    yield from _clocks(books, pa.concat_tables(counted).to_pandas())


def _spikes(books: Books, meters: Sequence[Meter], readings: pa.Table) -> Iterator[Found]:
    """Values beyond the plausible range, stored as suspect: one finding a meter and day.

    A register's range is of its rate, which the usage arithmetic judges (``implausible_rate``).
    """
    registry = books.registry()
    zone, keys = registry.zone, {one.key for one in meters if one.kind is not Kind.COUNTER}
    ranged = [one for one in registry.meters if one.key in keys]
    suspect = readings.filter(pa.array(readings["quality"].to_numpy() == int(Quality.SUSPECT)))
    rows: pd.DataFrame = suspect.to_pandas()
    rows = rows[rows["meter_key"].isin(list(keys))].drop_duplicates(["meter_key", "ts"])
    if rows.empty:
        return
    # Each is held against the range of its time.
    versions = pd.DataFrame(
        {
            "meter_key": pd.Series([one.key for one in ranged], dtype=rows["meter_key"].dtype),
            "since": pd.to_datetime([one.valid_from or ALWAYS for one in ranged], utc=True),
            "version": range(len(ranged)),
            "high": pd.Series([one.range_high for one in ranged], dtype=float),
            "low": pd.Series([one.range_low for one in ranged], dtype=float),
        }
    )
    versions["since"] = versions["since"].astype(rows["ts"].dtype)
    rows = pd.merge_asof(
        rows.sort_values("ts"), versions.sort_values("since"),
        left_on="ts", right_on="since", by="meter_key",
    )  # fmt: skip
    rows["beyond"] = np.fmax(rows["value"] - rows["high"], rows["low"] - rows["value"])
    rows = rows[rows["beyond"] > 0]
    rows["day"] = rows["ts"].dt.tz_convert(zone).dt.floor("D")
    of_days = rows.sort_values("beyond").groupby(["meter_key", "day"], as_index=False).agg(
        first=("ts", "min"), last=("ts", "max"), n=("ts", "size"),
        worst=("value", "last"), at=("ts", "last"), version=("version", "last"),
    )  # fmt: skip
    columns = of_days[["version", "first", "last", "n", "worst", "at"]]
    for version, first, last, n, worst, at in columns.itertuples(index=False):
        one = ranged[int(version)]
        bounds = f"{_bound(one.range_low, '−∞')} … {_bound(one.range_high, '∞')} {one.unit}"
        value, when = f"{worst:.10g} {one.unit}", _said(at, zone)
        yield (
            first.to_pydatetime(), last.to_pydatetime() + timedelta(microseconds=1), one.key,
            "spike",
            f"{value} at {when} lies outside the plausible {bounds}; {n} such values that day, "
            "stored as suspect, do not count",
            f"{when} 的 {value} 超出合理范围 {bounds}；当日共 {n} 个，存为可疑，不计入核算",
        )  # fmt: skip


def _clocks(books: Books, days: pd.DataFrame) -> Iterator[Found]:
    zone = books.registry().zone
    for key, day, kind, offset, grown, span in clock_findings(days).itertuples(index=False):
        begin = day.to_pydatetime()
        side = ("ahead", "快") if offset < 0 else ("behind", "慢")
        en = f"the clock is {abs(offset):.0f} s {side[0]} on {begin.astimezone(zone):%Y-%m-%d}"
        zh = f"{begin.astimezone(zone):%Y-%m-%d} 时钟{side[1]} {abs(offset):.0f} 秒"
        if not np.isnan(grown):
            en += f", {abs(grown):.0f} s more than {span - 1} days of sending before"
            zh += f"，比此前第 {span - 1} 个上报日多 {abs(grown):.0f} 秒"
        yield begin, next_start(begin, "day", zone), int(key), str(kind), en, zh


def _valid(meter: Meter, at: datetime) -> bool:
    return (meter.valid_from is None or meter.valid_from <= at) and (
        meter.valid_to is None or at < meter.valid_to
    )


def _said(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _bound(value: float | None, open_: str) -> str:
    return open_ if value is None else f"{value:.10g}"
