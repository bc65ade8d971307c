"""An activity record as it is entered, and everything that must be right of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from models.activity_states import normal_name
from models.carbon.activity_codes import ActivityCode, codes_of
from models.carbon.categories import categories
from models.carbon.combustion import activity_scale
from models.errors import FactorNotFoundError, UnitError
from models.registry import ActivityOrigin, Registry

MOST_TEXT = 1000
_SHA256 = re.compile(r"[0-9a-f]{64}")
EARLIEST = "1990"  # the base year of the UNFCCC: no inventory is asked for one before
MOST_AMOUNT = 1e15  # kWh: thirty times the electricity of the whole earth in a year
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")  # surrogates stand for no character of their own
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?", re.ASCII)

Faults = Iterator[tuple[str, str]]  # field, and why


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """What a person states: fields as in models.registry.ActivityRecord.

    ``replaces`` is the number of the record that this restates.
    """

    enterprise: str
    category: str
    code: str
    period: str
    amount: float
    unit: str
    origin: ActivityOrigin
    evidence: str
    source_stream: str | None = None
    uncertainty_pct: float | None = None
    evidence_sha256: str | None = None
    note: str = ""
    replaces: int | None = None


class EntryCheck:
    """Checks entries against a registry on a local day; of many entries, codes are found once."""

    def __init__(self, registry: Registry, today: date) -> None:
        self._registry = registry
        self._today = today
        self._codes = cache(self._codes_of)

    def faults(self, entry: ActivityEntry) -> Faults:
        """Every fault, by field."""
        yield from _plain_faults(entry, self._today)
        if entry.enterprise not in self._registry.enterprise_by_code:
            yield "enterprise", f"{entry.enterprise!r}: no such enterprise"
            return
        yield from self._stream(entry)
        if entry.category not in categories():
            yield "category", f"{entry.category!r}: known are {', '.join(categories())}"
        elif _PERIOD.fullmatch(entry.period):
            yield from self._code(entry)

    def _codes_of(self, enterprise: str, year: int) -> dict[tuple[str, str], ActivityCode]:
        found = codes_of(self._registry, enterprise, year)
        return {(one.category, one.code): one for one in found}

    def _code(self, entry: ActivityEntry) -> Faults:
        try:
            codes = self._codes(entry.enterprise, int(entry.period[:4]))
        except FactorNotFoundError as error:
            yield "period", str(error)
            return
        code = codes.get((entry.category, entry.code))
        if code is None:
            of_it = [one for category, one in codes if category == entry.category]
            elsewhere = [category for category, one in codes if one == entry.code]
            hint = f"; it is one of {', '.join(elsewhere)}" if elsewhere else ""
            guideline = self._registry.enterprise_by_code[entry.enterprise].guideline
            known = ", ".join(of_it) or "none without a declared factor"
            yield (
                "code",
                f"{entry.code!r} is no code of {entry.category} by guideline {guideline}{hint}; "
                f"known are {known}",
            )
            return
        try:
            activity_scale(entry.unit, code.unit)
        except UnitError as error:
            yield (
                "unit",
                f"{entry.unit!r} is not a unit of {entry.code} (like {code.unit}): {error.why}",
            )

    def _stream(self, entry: ActivityEntry) -> Faults:
        if entry.source_stream is None:
            return
        stream = self._registry.stream_by_code.get((entry.enterprise, entry.source_stream))
        if stream is None:
            declared = [
                code for owner, code in self._registry.stream_by_code if owner == entry.enterprise
            ]
            known = ", ".join(declared) or "none"
            yield (
                "source_stream",
                f"{entry.source_stream!r}: {entry.enterprise} declares {known}",
            )
        elif stream.category != entry.category:
            yield (
                "source_stream",
                f"{entry.source_stream!r} is one of {stream.category}, not of {entry.category}",
            )


def _plain_faults(entry: ActivityEntry, today: date) -> Faults:
    if not _PERIOD.fullmatch(entry.period):
        yield "period", f"{entry.period!r}: not a year like 2025 nor a month like 2025-03"
    elif entry.period > f"{today:%Y-%m}"[: len(entry.period)]:
        yield "period", f"{entry.period} has not begun"
    elif entry.period < EARLIEST:
        yield "period", f"{entry.period} is before {EARLIEST}"
    if not math.isfinite(entry.amount) or entry.amount < 0:
        yield "amount", f"{entry.amount!r}: an amount is a number of 0 or more"
    elif entry.amount > MOST_AMOUNT:
        yield "amount", f"{entry.amount!r}: more than {MOST_AMOUNT:g} is nobody's amount"
    uncertainty = entry.uncertainty_pct
    if uncertainty is not None and not 0 <= uncertainty <= 500:
        yield "uncertainty_pct", f"{uncertainty!r}: not from 0 to 500"
    if not normal_name(entry.evidence):
        yield "evidence", "is empty: what proves the amount?"
    if entry.evidence_sha256 is not None and not _SHA256.fullmatch(entry.evidence_sha256):
        yield "evidence_sha256", f"{entry.evidence_sha256!r}: not 64 digits 0-9 a-f"
    for field in ("evidence", "note"):
        text: str = getattr(entry, field)
        if len(text) > MOST_TEXT or _UNWRITABLE.search(text):
            yield field, f"more than {MOST_TEXT} characters, or a NUL or half a character"
