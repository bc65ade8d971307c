"""Yearly figures that were entered, found by whose they are, year and indicator."""

from __future__ import annotations

import re
import weakref
from collections import defaultdict
from collections.abc import Iterable

from models.registry import Registry, Scope, YearlyFigure

Key = tuple[str, str, int, str]  # scope, code, year, indicator


class Entered:
    """The yearly figures of one registry."""

    def __init__(self, registry: Registry) -> None:
        self._of: dict[Key, list[YearlyFigure]] = defaultdict(list)
        self._years: dict[tuple[str | None, str | None], set[int]] = defaultdict(set)
        for one in registry.yearly_figures:
            scope = one.scope.value
            self._of[scope, one.code, one.year, one.indicator].append(one)
            for key in ((scope, one.code), (scope, None), (None, one.code), (None, None)):
                self._years[key].add(one.year)

    def figure(self, scope: str, code: str, year: int, indicator: str) -> YearlyFigure | None:
        """The figure without an item; of several prices the one that is preferred."""
        return next(iter(self.by_basis(scope, code, year, indicator).values()), None)

    def by_basis(
        self, scope: str, code: str, year: int, indicator: str
    ) -> dict[str | None, YearlyFigure]:
        """The figures without an item by their prices, preferred prices first."""
        found = {
            one.price_basis: one
            for one in self._of.get((scope, code, year, indicator), ())
            if one.item is None
        }
        return {basis: found[basis] for basis in preferred(found)}

    def items(self, scope: str, code: str, year: int, indicator: str) -> dict[str, YearlyFigure]:
        """The figures of the indicator's items (carriers, products ...) by item."""
        return {
            one.item: one
            for one in self._of.get((scope, code, year, indicator), ())
            if one.item is not None
        }

    def years(self, scope: str | None = None, code: str | None = None) -> set[int]:
        """Years of which anything is entered (of this scope and code)."""
        return set(self._years.get((scope, code), ()))

    def codes(self, scope: Scope) -> set[str]:
        """Codes of a scope of which anything is entered."""
        return {key[1] for key in self._of if key[0] == scope.value}


class _Kept:
    """The index of the registry that was asked for last."""

    def __init__(self) -> None:
        self._of: tuple[weakref.ref[Registry], Entered] | None = None

    def of(self, registry: Registry) -> Entered:
        kept = self._of
        if kept is None or kept[0]() is not registry:
            kept = (weakref.ref(registry), Entered(registry))
            self._of = kept
        return kept[1]


_kept = _Kept()


def entered(registry: Registry) -> Entered:
    """The registry's yearly figures, found once for a registry."""
    return _kept.of(registry)


def preferred(bases: Iterable[str | None]) -> list[str | None]:
    """Price bases in the order in which they are taken: constant ones, the newest first, then
    current prices, then what is named otherwise or not at all.

    Intensities of several years need constant prices; prices are never mixed.
    """

    def order(basis: str | None) -> tuple[int, int, str]:
        year = re.search(r"\d{4}", basis or "")
        if is_constant(basis):
            return 0, -int(year.group()) if year else 0, basis or ""
        return (1 if basis == "current" else 2), 0, basis or ""

    return sorted(set(bases), key=order)


def is_constant(basis: str | None) -> bool:
    """Whether prices are constant ones ("constant 2020")."""
    return basis is not None and basis.startswith("constant")
