"""Exceedances and early warnings as alarms: judged by the ledger, period by period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from alarms.occurrences import Occurrence
from alarms.sources.naming import PERIODS, pollutant_names, subject_of
from alarms.sources.source import Place, Scope
from ledger.books import Books
from ledger.early_warnings import early_warnings
from ledger.exceedances import exceedances
from models.alarms import Cause, Told

ALONE = 20  # outlets at most that are asked for one by one


class Exceeded:
    """Complete periods beyond their limit; one that a declared state excuses is none."""

    kinds = ("exceedance",)
    begins_s = 0.0
    every_s = 300.0  # a period whose last frame does not come is complete by time
    follows_usage = True

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence a period; of several limits that it is beyond the worst."""
        worst: dict[tuple[Cause, object], Occurrence] = {}
        for enterprise, point in asked_places(self._books, scope):
            frame = exceedances(
                self._books,
                start=scope.since,
                end=scope.now,
                enterprise=enterprise,
                point=point,
            )
            for one in occurrences(frame, "exceedance"):
                key = (one.cause, one.begin)
                if scope.covers(one.cause.enterprise, one.cause.point) and (
                    key not in worst or one.badness > worst[key].badness
                ):
                    worst[key] = one
        return list(worst.values())


class Warned:
    """Running means near their limit; they hold now."""

    kinds = ("early_warning",)
    begins_s = 0.0
    every_s = 60.0
    follows_usage = True

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence an outlet, pollutant and period; of several limits the nearest."""
        worst: dict[Cause, Occurrence] = {}
        for enterprise, point in asked_places(self._books, scope):
            frame = early_warnings(self._books, scope.now, enterprise=enterprise, point=point)
            for one in occurrences(frame, "early_warning"):
                if scope.covers(one.cause.enterprise, one.cause.point) and (
                    one.cause not in worst or one.badness > worst[one.cause].badness
                ):
                    worst[one.cause] = replace(one, until=None)
        return list(worst.values())


def asked_places(books: Books, scope: Scope) -> list[tuple[str | None, str | None]]:
    """Outlets to ask for, one by one where they are few: (None, None) asks for all at once."""
    if scope.places is None:
        return [(None, None)]
    known = books.registry().point_by_code
    some: list[Place] = sorted(place for place in scope.places if place in known)
    return [(None, None)] if len(some) > ALONE else [*some]


def occurrences(frame: pd.DataFrame, kind: str) -> Iterator[Occurrence]:
    """Those of the frame's rows (COLUMNS of the ledger's answer) that no state excuses."""
    for row in frame[frame["excused"].isna()].to_dict("records"):
        yield _occurrence(row, kind)


def _occurrence(row: dict[Any, Any], kind: str) -> Occurrence:
    value, limit, unit = float(row["value"]), float(row["limit"]), str(row["unit"])
    times = float("nan") if pd.isna(row["times"]) else float(row["times"])
    is_least = bool(pd.isna(row["times"]))  # a least value has no number of times beyond
    zh, en, seconds = PERIODS[row["averaging"]]
    name_zh, name_en = pollutant_names(row["pollutant"])
    more_zh = more_en = ""
    if kind == "exceedance" and not is_least:
        more_zh, more_en = f"，超标 {times:.2f} 倍", f", {times:.0%} over"
    least_zh, least_en = ("最低", "least ") if is_least else ("", "")
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
        zh, en = f"运行{zh}（已过 {share:.0%}）", f"running {en} ({share:.0%} over)"
    return Occurrence(
        Cause(
            kind, row["enterprise"], row["point"],
            subject_of(row["pollutant"], row["averaging"], unit),
        ),
        row["start"].to_pydatetime(),
        row["until"].to_pydatetime(),
        Told(
            f"{row['point']} {name_zh} {row['period']} {zh} {value:.4g} {unit}，"
            f"{least_zh}限值 {limit:.6g}{more_zh}；{row['standard']} {row['clause']}",
            f"{row['point']} {name_en} {row['period']}: {en} {value:.4g} {unit}, "
            f"{least_en}limit {limit:.6g}{more_en}; {row['standard']} {row['clause']}",
            evidence,
        ),
        value=value,
        badness=(limit - value) / limit if is_least and limit else times,
        unit=unit,
        limit=limit,
    )  # fmt: skip
