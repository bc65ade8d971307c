"""Findings as they are gathered: runs of hours or days of a row become rows of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ledger.discharging.channel_hours import Asked
from ledger.judging.texts import SAID, number
from models.environment.arrays import Indices
from models.environment.hj212_codes import hj212_codes
from models.periods import HOUR_US
from store.rules.local_days import period_starts

COLUMNS = [
    "ts", "until", "enterprise", "point", "pollutant", "kind", "hours", "seen", "expected", "unit",
    "source", "detail", "detail_zh",
]  # fmt: skip

Subject = tuple[str, str, str | None]  # codes of the enterprise, the point and what it measures


@dataclass(frozen=True)
class Days:
    """The park's days of a grid: ``of_hour`` [hours] numbers them, ``first_hour`` [days + 1]."""

    of_hour: Indices
    first_hour: Indices

    @classmethod
    def of(cls, asked: Asked) -> Days:
        """Of the hours that are asked about."""
        at = asked.grid.hours * HOUR_US
        starts = period_starts(at, "day", asked.registry.zone)
        _, first, number_of = np.unique(starts, return_index=True, return_inverse=True)
        return cls(number_of.astype(np.intp), np.append(first, len(at)).astype(np.intp))


class Found:
    """Rows of COLUMNS; times in µs since 1970 UTC."""

    def __init__(self, asked: Asked) -> None:
        self._first = asked.grid.first
        self.rows: list[tuple[object, ...]] = []

    def add(
        self,
        kind: str,
        subject: Subject,
        hours: tuple[int, int],
        *,
        seen: float | None = None,
        expected: float | None = None,
        unit: str | None = None,
        source: str | None = None,
        words: Mapping[str, str] | None = None,
    ) -> None:
        """One finding of the grid's hours [start, stop)."""
        start, stop = hours
        said = SAID[kind]
        fields = {
            "hours": str(stop - start),
            "seen": "" if seen is None else number(seen),
            "expected": "" if expected is None else number(expected),
            "unit": "" if unit is None else unit,
            **named(subject[2]),
            **(words or {}),
        }
        self.rows.append(
            (
                (self._first + start) * HOUR_US,
                (self._first + stop) * HOUR_US,
                *subject,
                kind,
                stop - start,
                seen,
                expected,
                unit,
                source,
                _plain(said.en.format(**fields)),
                _plain(said.zh.format(**fields)),
            )
        )


def named(code: str | None) -> dict[str, str]:
    """Names of what is measured."""
    if code is None:
        return {}
    known = hj212_codes()[code]
    return {"what_en": known.name_en, "what_zh": known.name_zh}


def _plain(text: str) -> str:
    """Without the blanks that a missing unit leaves."""
    return " ".join(text.split()).replace(" ,", ",").replace(" ;", ";").replace(" ，", "，")
