"""Where each obligated enterprise stands in the national ETS, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from ledger.allocating.ets_amounts import ALLOCATED, VERIFIED, amounts, entered_units
from ledger.allocating.ets_emissions import Obliged, obliged
from ledger.allocating.ets_holdings import Holdings
from ledger.books import Books
from ledger.years.entered import entered
from models.carbon.allowances import whole_allowances
from models.progress.rights.allocation import Allocated, Obligation, allocated, obligation
from models.progress.rights.allowance_rules import rule, sectors
from models.progress.rights.ets_position import Held, Position, Verdict, position
from models.registry import Enterprise


@dataclass(frozen=True, slots=True)
class Standing:
    """One enterprise and year. Without a ``position`` the ``verdict`` is unknown, for ``reason``:
    one of Obliged's, one of Allocated's, sector_rules_missing or amounts_not_entered; or it is
    not_obligated.
    """

    enterprise: Enterprise
    year: int
    verdict: Verdict
    reason: str | None = None
    notes: tuple[str, ...] = ()
    emitted: Obliged = field(default_factory=Obliged)
    classes: tuple[Allocated, ...] = ()
    computed_t: float | None = None
    allocation_t: float | None = None
    preallocation_t: float | None = None
    obligation: Obligation | None = None
    held: Held = field(default_factory=Held)
    position: Position | None = None
    surrender_by: date | None = None


@dataclass
class Standings:
    """Standings of one question; emissions are found once a year."""

    books: Books
    _emitted: dict[tuple[str, int], Obliged] = field(default_factory=dict)

    def of(self, enterprise: Enterprise, first: int, last: int) -> Iterator[Standing]:
        """The years ``first`` to ``last``, in time. What an earlier year that may still be
        surrendered owes is set aside before what is held counts for the next.
        """
        if enterprise.ets_sector is None:
            for year in range(first, last + 1):
                yield Standing(enterprise, year, Verdict.NOT_OBLIGATED)
            return
        registry = self.books.registry()
        today = self.books.now().astimezone(registry.zone).date()
        holdings = Holdings(registry, enterprise.code, today)
        begin = first
        deadline = _surrender_by(enterprise.ets_sector, first - 1)
        if deadline is not None and today <= deadline:
            begin = first - 1
        for year in range(begin, last + 1):
            found = self._standing(enterprise, enterprise.ets_sector, year, holdings, today)
            if found.position is not None:
                stood = found.position
                needed = stood.outstanding_t - stood.ccer_usable_t - stood.to_come_t
                holdings.set_aside(
                    max(needed, 0.0), stood.ccer_usable_t, *_usable(enterprise.ets_sector, year)
                )
            if year >= first:
                yield found

    def _standing(
        self, enterprise: Enterprise, sector: str, year: int, holdings: Holdings, today: date
    ) -> Standing:
        if sector not in sectors():
            return Standing(enterprise, year, Verdict.UNKNOWN, "sector_rules_missing")
        emitted = self._emissions(enterprise.code, sector, year)
        before = None
        if emitted.origin == "expected":
            before = self._emissions(enterprise.code, sector, year - 1)
        did = amounts(self.books.registry(), enterprise.code, year, emitted, before)
        classes = tuple(allocated(sector, year, one) for one in did.units)
        computed = _sum([one.allocation_t for one in classes])
        determined = self._entered(enterprise.code, year, ALLOCATED)
        allocation = computed if determined is None else determined
        by_verified = ["expected_from_verified"] if emitted.by_verified else []
        notes = [*by_verified, *did.notes, *(note for one in classes for note in one.notes)]
        if determined is not None and computed not in (None, determined):
            notes.append("allocation_differs")
        by = _surrender_by(sector, year)
        found = Standing(
            enterprise,
            year,
            Verdict.UNKNOWN,
            emitted.reason,
            tuple(dict.fromkeys(notes)),
            emitted,
            classes,
            computed,
            allocation,
            self._preallocation(enterprise.code, sector, year),
            held=holdings.held(year, *_usable(sector, year)),
            surrender_by=by,
        )
        if allocation is None and found.reason is None:
            reasons = (one.reason for one in classes if one.reason is not None)
            found = replace(found, reason=next(reasons, "amounts_not_entered"))
        if emitted.whole_t is None or allocation is None:
            return found
        counted = [one for one in classes if one.allocation_t is not None]
        owed = obligation(sector, year, emitted.whole_t, counted, allocation)
        share = rule("offset_share", sector, year)
        stands = position(
            allocation,
            owed.due_t,
            found.held,
            offset_share=0.0 if share is None else share.value,
            overdue=by is not None and today > by,
        )
        return replace(
            found,
            verdict=stands.verdict,
            notes=tuple(dict.fromkeys([*notes, *owed.notes, *_ccer(sector, year, found, stands)])),
            obligation=owed,
            position=stands,
        )

    def _emissions(self, code: str, sector: str, year: int) -> Obliged:
        found = self._emitted.get((code, year))
        if found is None:
            verified = self._entered(code, year, VERIFIED)
            if verified is None:
                found = self._computed(code, sector, year)
            else:
                found = Obliged(whole_t=verified, so_far_t=verified, origin="verified")
            self._emitted[code, year] = found
        return found

    def _computed(self, code: str, sector: str, year: int) -> Obliged:
        """By the inventory; what is expected of the running year is held against last year's
        verified emissions, where they are entered: what was verified need not be the whole plant.
        """
        found = obliged(self.books, code, sector, year)
        verified = self._entered(code, year - 1, VERIFIED)
        if found.whole_t is None or not found.last_year_t or verified is None:
            return found
        ratio = verified / found.last_year_t
        so_far = None if found.so_far_t is None else found.so_far_t * ratio
        return replace(found, whole_t=found.whole_t * ratio, so_far_t=so_far, by_verified=True)

    def _entered(self, code: str, year: int, indicator: str) -> float | None:
        """The figure of the whole enterprise, else the sum of its classes'."""
        figures = entered(self.books.registry())
        whole = figures.figure("enterprise", code, year, indicator)
        if whole is not None:
            return whole.value
        items = figures.items("enterprise", code, year, indicator)
        return sum(one.value for one in items.values()) if items else None

    def _preallocation(self, code: str, sector: str, year: int) -> float | None:
        """By rule: a share of what last year's amounts give by this year's benchmarks."""
        share = rule("preallocation", sector, year)
        units = entered_units(self.books.registry(), code, year - 1)
        whole = _sum([allocated(sector, year, one).amount_t for one in units])
        if share is None or whole is None:
            return None
        return float(whole_allowances(np.array([share.value * whole]))[0])


def _ccer(sector: str, year: int, found: Standing, stands: Position) -> Iterator[str]:
    """What has to be known of the CCER that count, and of those that do not."""
    if found.held.ccer_surrendered_t > stands.ccer_limit_t:
        yield "ccer_beyond_limit"
    counting = stands.ccer_t + stands.ccer_usable_t
    if counting > 0 and rule("offset_registered_after", sector, year) is not None:
        yield "ccer_registration"  # movements do not tell the day of registration


def _sum(values: list[float | None]) -> float | None:
    """Of all; None where there is none or one is unknown."""
    known = [one for one in values if one is not None]
    return sum(known) if known and len(known) == len(values) else None


def _surrender_by(sector: str, year: int) -> date | None:
    found = rule("surrender_by", sector, year)
    if found is None:
        return None
    return date(year + 1, int(found.value) // 100, int(found.value) % 100)


def _usable(sector: str, year: int) -> tuple[int, int]:
    """First and last vintage that may be surrendered for the year; without a rule its own."""
    first, last = (rule(f"usable_vintage_{end}", sector, year) for end in ("first", "last"))
    if first is None or last is None:
        return year, year
    return int(first.value), int(last.value)
