"""What changed since an inventory was frozen, why, and by how much: row by row and in total.

Every difference is split by cause (ledger.restating.meters' Cause) so that the causes add up to it,
and each cause names what brought it about: readings by receipt and batch, corrections, changes of
the registry, revisions of records, factors. A change from a date on moves nothing before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ledger.accounted import accounted_meters
from ledger.as_of import registry_as_of
from ledger.books import Books
from ledger.explain import enterprises_within
from ledger.frozen import frozen_inventory, span_of
from ledger.inventory import Inventory, inventory
from ledger.parts import is_renewable
from ledger.restating.meters import Cause, Knowledge
from ledger.restating.references import References
from ledger.restating.rows import ZERO, Side, changed_operands, split
from ledger.totals import totals
from store.registry_db import Frozen

HEADING = ["enterprise", "category", "source_stream", "use", "counterpart", "carrier",
           "activity_unit", "renewable"]  # fmt: skip
KEYS = ["period", *HEADING, "basis"]
FIGURES = ["co2e_t", "energy_tce_calorific", "energy_tce_equivalent"]
TOTALS = ["co2e_t", "scope1_co2e_t", "scope2_co2e_t", "scope2_market_co2e_t", "scope3_co2e_t",
          "energy_tce_calorific", "energy_tce_equivalent"]  # fmt: skip


@dataclass
class RowChange:
    """A row (KEYS) that is another now. ``then``, ``now`` and ``causes`` by figure of FIGURES;
    ``inside_then``, ``inside_now``: sold inside the boundary, so the total does not hold it.
    """

    key: dict[str, Any]
    scope: int | None
    inside_then: bool
    inside_now: bool
    then: dict[str, float | None]
    now: dict[str, float | None]
    causes: dict[str, dict[Cause, Fraction]]
    references: dict[Cause, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether neither total holds it."""
        return self.inside_then and self.inside_now

    def in_totals(self, figure: str) -> dict[Cause, Fraction]:
        """What each cause adds to totals: all of a row that has come inside, or left it, is the
        structure's.
        """
        if self.inside:
            return {}
        if self.inside_then or self.inside_now:
            then, now = (Fraction(side[figure] or 0) for side in (self.then, self.now))
            moved = now if self.inside_then else -then
            return {Cause.STRUCTURE: moved} if moved else {}
        return self.causes.get(figure, {})


@dataclass(frozen=True)
class Restated:
    """``totals``: then and now of TOTALS. ``changes``: what each cause adds to co2e_t (scope 1 and
    2 by location), co2e_market_t, scope3_co2e_t and both energies.
    """

    frozen: Frozen
    as_of: datetime
    rows: list[RowChange]
    totals: dict[str, tuple[float | None, float | None]]
    changes: dict[str, dict[Cause, Fraction]]


def restate(books: Books, number: int) -> Restated:
    """Today's inventory of the same question against a frozen one. KeyError without such a one."""
    frozen, then = frozen_inventory(books, number)
    start, end = span_of(frozen)
    registry = books.registry()
    whose = enterprises_within(registry, frozen.boundary, frozen.code)  # type: ignore[arg-type]
    head = frozen.head
    as_of = books.now()
    now = inventory(
        books, every=head["every"], start=start, end=end, enterprises=whose, gwp=head["gwp"],
        factor_level=head["factor_level"],
    )  # fmt: skip
    known = Knowledge(books, frozen.frozen_at, registry_as_of(books, frozen.frozen_at), registry)
    comparison = _Comparison(frozen, then, now, known, References(books, frozen, known))
    rows = comparison.rows()
    sums = [totals(one, []).iloc[0] for one in (then, now)]
    found = {name: (_number(sums[0][name]), _number(sums[1][name])) for name in TOTALS}
    return Restated(frozen, as_of, rows, found, _changes(rows))


@dataclass(frozen=True)
class _Comparison:
    frozen: Frozen
    then: Inventory
    now: Inventory
    known: Knowledge
    references: References

    def rows(self) -> list[RowChange]:
        """Every row that is another, in the order of the frozen ones, new ones after them."""
        sides = [self._grouped(self.then), self._grouped(self.now)]
        order = list(dict.fromkeys([*sides[0], *sides[1]]))
        found = []
        for key in order:
            before, after = (side.get(key) for side in sides)
            if self._differs(before, after) or self._moved(before):
                found.append(self._change(key, before, after))
        return found

    @staticmethod
    def _grouped(found: Inventory) -> dict[tuple[Any, ...], pd.DataFrame]:
        """Rows by KEYS; unknown is None."""
        keys = found.rows[KEYS].astype(object).where(found.rows[KEYS].notna(), None)
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for index, key in zip(found.rows.index, keys.itertuples(index=False), strict=True):
            groups.setdefault(tuple(key), []).append(index)
        return {key: found.rows.loc[index] for key, index in groups.items()}

    @staticmethod
    def _differs(before: pd.DataFrame | None, after: pd.DataFrame | None) -> bool:
        if before is None or after is None or len(before) != len(after):
            return True
        names = ["activity_amount", *FIGURES]
        one, other = (
            np.sort(rows[names].to_numpy(dtype=np.float64), axis=0) for rows in (before, after)
        )
        return not np.array_equal(one, other, equal_nan=True)

    def _moved(self, rows: pd.DataFrame | None) -> bool:
        """Whether rows came inside the boundary, or left it."""
        return rows is not None and _inside(self.then, rows) != _inside(self.now, rows)

    def _change(
        self, key: tuple[Any, ...], before: pd.DataFrame | None, after: pd.DataFrame | None
    ) -> RowChange:
        then = _side(self.then, before)
        now = _side(self.now, after)
        named = dict(zip(KEYS, key, strict=True))
        activity, by_meter = self._activity(named, then, now)
        changed = self.references.certificates(named["enterprise"])
        causes = {
            figure: split(then, now, activity, figure, certificates_changed=bool(changed))
            for figure in FIGURES
            if not (named["basis"] == "market" and figure != "co2e_t")
        }
        whole = pd.concat([one for one in (before, after) if one is not None])
        scope = whole["scope"].iloc[0]
        sides = [one if rows is not None else other for one, other, rows in (
            (self.then, self.now, before), (self.now, self.then, after)
        )]  # fmt: skip
        inside_then, inside_now = (_inside(one, whole) for one in sides)
        found = RowChange(
            key=named, scope=None if pd.isna(scope) else int(scope),
            inside_then=inside_then, inside_now=inside_now,
            then={name: _sum(before, name) for name in ("activity_amount", *FIGURES)},
            now={name: _sum(after, name) for name in ("activity_amount", *FIGURES)},
            causes=causes,
        )  # fmt: skip
        self._refer(found, by_meter, then, now)
        return found

    def _activity(
        self, named: dict[str, Any], then: Side, now: Side
    ) -> tuple[dict[Cause, Fraction], dict[Cause, list[dict[str, Any]]]]:
        """What each cause adds to the activity, and of which meter or record."""
        amounts: dict[Cause, Fraction] = {}
        told: dict[Cause, list[dict[str, Any]]] = {}

        def add(cause: Cause, amount: Fraction, **of: Any) -> None:
            amounts[cause] = amounts.get(cause, ZERO) + amount
            told.setdefault(cause, []).append(of | {"activity_change": float(amount)})

        sides = [self._parts(self.then, then), self._parts(self.now, now)]
        heading = tuple(named[name] for name in HEADING)
        boundaries = (self.then.boundary.enterprises, self.now.boundary.enterprises)
        moved = not all(named["enterprise"] in one for one in boundaries)
        for part in dict.fromkeys([*sides[0], *sides[1]]):
            kind, key = part
            (was, *spans_then), (is_, *spans_now) = (
                side.get(part, (None, None, None)) for side in sides
            )
            change = Fraction(is_ or 0.0) - Fraction(was or 0.0)
            if not change:
                continue
            if kind == "record":
                add(Cause.STRUCTURE if moved else Cause.RECORD, change, record=key)
                continue
            begin = min(one for one in (spans_then[0], spans_now[0]) if one is not None)
            end = max(one for one in (spans_then[1], spans_now[1]) if one is not None)
            of = {"meter_key": key, "begin": begin, "end": end}
            lived = [lines.get((key, *heading)) for lines in self._lines]
            if moved or None in lived:
                add(Cause.STRUCTURE, change, **of)
                continue
            causes = self.known.split(key, begin, end, was, is_)
            if lived[0] != lived[1] and Cause.OTHER in causes:  # of hours that count no longer
                causes[Cause.STRUCTURE] = causes.pop(Cause.OTHER)
            rest = change
            for cause, amount in causes.items():
                add(cause, Fraction(amount), **of)
                rest -= Fraction(amount)
            if causes and rest:  # rounding of the differences of doubles
                amounts[next(iter(causes))] += rest
        return amounts, told

    @cached_property
    def _lines(self) -> list[dict[tuple[Any, ...], list[tuple[Any, Any]]]]:
        """Meters under their headings, then and now, with from when until when each is there."""
        found = []
        for registry in (self.known.then, self.known.now):
            lines, _ = accounted_meters(registry, None)
            lines = lines.assign(renewable=is_renewable(lines))
            wanted = ["meter_key", *HEADING, "valid_from", "valid_to"]
            cells = lines[wanted].astype(object).where(lines[wanted].notna(), None)
            lived: dict[tuple[Any, ...], list[tuple[Any, Any]]] = {}
            for key, *heading, since, until in cells.itertuples(index=False):
                lived.setdefault((int(key), *heading), []).append((since, until))
            found.append(lived)
        return found

    @staticmethod
    def _parts(
        found: Inventory, side: Side
    ) -> dict[tuple[str, int], tuple[float | None, datetime, datetime]]:
        """Amount, begin and end by meter or record, of what the rows are the sum of."""
        parts = found.parts
        parts = parts[parts["row"].isin(side.rows.index) & parts["certificate"].isna()]
        parts = parts[parts["amount"].notna()]
        sums: dict[tuple[str, int], tuple[float | None, datetime, datetime]] = {}
        for one in parts.to_dict("records"):
            key = (
                ("record", int(one["record"]))
                if not pd.isna(one["record"])
                else ("meter", int(one["meter_key"]))
            )
            begin, end = one["begin"].to_pydatetime(), one["end"].to_pydatetime()
            amount, first, last = sums.get(key, (0.0, begin, end))
            sums[key] = (
                (amount or 0.0) + float(one["amount"]), min(first, begin), max(last, end)
            )  # fmt: skip
        return sums

    def _refer(
        self, row: RowChange, told: dict[Cause, list[dict[str, Any]]], then: Side, now: Side
    ) -> None:
        for cause in dict.fromkeys(cause for one in row.causes.values() for cause in one):
            found = [self.references.of(cause, one) for one in told.get(cause, ())]
            if cause in (Cause.FACTOR, Cause.GWP):
                found = [self.references.factor(row.key, then, now, changed_operands(then, now))]
            if cause is Cause.CERTIFICATE:
                found = self.references.certificates(row.key["enterprise"])
            row.references[cause] = found


def _inside(found: Inventory, rows: pd.DataFrame) -> bool:
    """Whether rows of one heading stay inside an inventory's boundary."""
    return bool(found.boundary.inside(rows, [])[0])


def _side(found: Inventory, rows: pd.DataFrame | None) -> Side:
    chosen = found.rows.iloc[:0] if rows is None else rows
    return Side(chosen, found.operands.loc[chosen.index])


def _changes(rows: Iterable[RowChange]) -> dict[str, dict[Cause, Fraction]]:
    names = ("co2e_t", "co2e_market_t", "scope3_co2e_t", *FIGURES[1:])
    found: dict[str, dict[Cause, Fraction]] = {name: {} for name in names}

    def add(name: str, causes: dict[Cause, Fraction]) -> None:
        for cause, amount in causes.items():
            found[name][cause] = found[name].get(cause, ZERO) + amount

    for row in rows:
        emitted, basis = row.in_totals("co2e_t"), row.key["basis"]
        if row.scope == 3:
            add("scope3_co2e_t", emitted)
        elif row.scope in (1, 2):
            if basis != "market":
                add("co2e_t", emitted)
            if basis != "location":
                add("co2e_market_t", emitted)
        for name in FIGURES[1:]:
            if not row.key["renewable"] and basis != "market":
                add(name, row.in_totals(name))
    return found


def _sum(rows: pd.DataFrame | None, name: str) -> float | None:
    if rows is None or not rows[name].notna().any():
        return None
    return float(sum((Fraction(float(one)) for one in rows[name].dropna()), ZERO))


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
