"""Exceedances and early warnings as alarms: judged by the ledger, period by period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from alarms.occurrences import Occurrence
from alarms.sources.naming import period_names, pollutant_names, subject_of
from alarms.sources.source import Scope
from ledger.books import Books
from ledger.discharges import discharges
from ledger.discharging.bounds import limits
from ledger.early_warnings import early_warnings
from ledger.exceedances import exceedances
from models.alarms import Alarm, Cause, Told
from models.environment.limits import clause_zh
from models.environment.validity import HOURS_FOR_DAY
from models.registry import Registry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Exceeded:
    """Complete periods beyond their limit; one that a declared state excuses is none."""

    kinds = ("exceedance",)
    begins_s = 0.0
    every_s = 300.0  # a period whose last frame does not come is complete by time
    rest = 0.5  # only hours that are over concern it, and it has to tell within seconds

    def __init__(self, books: Books) -> None:
        self._books = books

    def concerns(self, first: datetime, _: datetime, now: datetime) -> bool:
        """Only hours that are over complete a period."""
        return first + HOUR <= now

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence a period; of several limits that it is beyond the worst."""
        frame = exceedances(self._books, start=scope.since, end=scope.now, places=scope.places)
        found = occurrences(frame, "exceedance", _is_beyond_least)
        return worst_by(found, lambda one: (one.cause, one.begin))

    def is_over(self, alarm: Alarm, now: datetime) -> bool:
        """At an outlet: whether an hour since then is valid (of longer means 20), or none ran."""
        cause, until = alarm.cause, alarm.extent.until
        point = self._books.registry().point_by_code.get((cause.enterprise or "", cause.point))
        if until is None or point is None or not point.is_outlet:
            return True
        hours = discharges(
            self._books, every="hour", start=until, end=now,
            places={(point.enterprise, point.code)},
            pollutant=str(alarm.told.evidence["pollutant"]),
        )  # fmt: skip
        known = (hours["valid_hours"] + hours["stopped_hours"]).sum()
        return bool(known >= (1 if alarm.told.evidence["averaging"] == "hour" else HOURS_FOR_DAY))


class Warned:
    """Running means near their limit; they hold now."""

    kinds = ("early_warning",)
    begins_s = 0.0
    every_s = 60.0
    rest = 4.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def concerns(self, _: datetime, last: datetime, now: datetime) -> bool:
        """Hours of the day are in some period under way; of longer ones time alone is enough."""
        return last > now - DAY

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence an outlet, pollutant and period; of several limits the nearest."""
        frame = early_warnings(self._books, scope.now, places=scope.places)
        registry = self._books.registry()
        found = occurrences(frame, "early_warning", lambda row: _is_least(registry, row))
        now = (replace(one, until=None) for one in found)
        return worst_by(now, lambda one: one.cause)


def worst_by(found: Iterable[Occurrence], key: Callable[[Occurrence], object]) -> list[Occurrence]:
    """The worst occurrence of each key."""
    worst: dict[object, Occurrence] = {}
    for one in found:
        before = worst.setdefault(key(one), one)
        if one.badness > before.badness:
            worst[key(one)] = one
    return list(worst.values())


def occurrences(
    frame: pd.DataFrame, kind: str, is_least: Callable[[dict[Any, Any]], bool]
) -> Iterator[Occurrence]:
    """Those of the frame's rows (COLUMNS of the ledger's answer) that no state excuses.

    ``is_least`` tells of a row whether values must not be below its limit.
    """
    for row in frame[frame["excused"].isna()].to_dict("records"):
        yield _occurrence(row, kind, least=is_least(row))


def _is_beyond_least(row: dict[Any, Any]) -> bool:
    """Of a row that is beyond its limit."""
    return bool(row["value"] < row["limit"])


def _is_least(registry: Registry, row: dict[Any, Any]) -> bool:
    """Of any row: a running mean above its limit may be near a least value, or beyond another."""
    point = registry.point_by_code.get((row["enterprise"], row["point"]))
    return point is not None and any(
        one.lower and (one.averaging, one.value) == (row["averaging"], row["limit"])
        for one in limits(registry, point, row["pollutant"])
    )


def _occurrence(row: dict[Any, Any], kind: str, *, least: bool) -> Occurrence:
    value, limit, unit = float(row["value"]), float(row["limit"]), str(row["unit"])
    # How far beyond, or short of it where negative: of pH and sound in their own scale.
    times = None if pd.isna(row["times"]) else float(row["times"])
    past = times if times is not None else limit - value if least else value - limit
    zh, en, seconds = period_names(row["averaging"])
    name_zh, name_en = pollutant_names(row["pollutant"])
    when = re.sub(r"T(\d\d:\d\d)\+\d\d:\d\d$", r" \1", row["period"])  # of the park's own time
    more_zh = more_en = least_zh = least_en = ""
    if least:
        least_zh, least_en = "最低", "least "
    elif kind == "exceedance" and times:
        more_zh, more_en = f"，超标 {times:.2f} 倍", f", {times:.0%} over"
    in_unit = "" if unit == "1" else f" {unit}"  # pH has none
    evidence = {
        name: row[name]
        for name in ("pollutant", "averaging", "period", "standard", "clause", "basis",
                     "rule_zh", "rule_en")
    }  # fmt: skip
    if kind == "exceedance":
        evidence["period_s"] = seconds
    else:
        share = float(row["elapsed_share"])
        evidence["elapsed_share"] = round(share, 3)
        evidence["least"] = least
        zh, en = f"运行{zh}（已过 {share:.0%}）", f"running {en} ({share:.0%} over)"
    return Occurrence(
        Cause(
            kind, row["enterprise"], row["point"],
            subject_of(row["pollutant"], row["averaging"], unit),
        ),
        row["start"].to_pydatetime(),
        row["until"].to_pydatetime(),
        Told(
            f"{row['point']} {name_zh} {when} {zh} {value:.4g}{in_unit}，"
            f"{least_zh}限值 {limit:.6g}{more_zh}；{row['standard']} {clause_zh(row['clause'])}",
            f"{row['point']} {name_en} {when}: {en} {value:.4g}{in_unit}, "
            f"{least_en}limit {limit:.6g}{more_en}; {row['standard']} {row['clause']}",
            evidence,
        ),
        value=value,
        badness=past,
        unit=unit,
        limit=limit,
    )  # fmt: skip
