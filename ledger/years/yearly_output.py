"""Output, value added and gross domestic product of whole years, never of mixed prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from ledger.monthly import summed_output
from ledger.years.entered import Entered, preferred
from models.registry import Registry

OUTPUT, VALUE_ADDED, GDP = "output_1e4_yuan", "value_added_1e4_yuan", "gdp_1e4_yuan"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in 10^4 yuan at ``basis`` prices; None with those that lack it in ``missing``."""

    value: float | None = None
    basis: str | None = None
    missing: tuple[str, ...] = ()


class YearlyOutput:
    """What of a registry's outputs and entered figures belongs to whole years."""

    def __init__(self, registry: Registry, figures: Entered) -> None:
        self._figures = figures
        self._years: dict[tuple[str, int, str | None], float] = {}
        months: dict[tuple[str, int, str | None], dict[str, float]] = defaultdict(dict)
        for one in registry.outputs:
            key = one.enterprise, int(one.period[:4]), one.price_basis
            if len(one.period) > 4:
                months[key][one.period] = one.output_1e4_yuan
            else:
                self._years[key] = one.output_1e4_yuan
        self._years |= {key: sum(of.values()) for key, of in months.items() if len(of) == 12}
        self._bases: dict[tuple[str, int], set[str | None]] = defaultdict(set)
        for enterprise, year, basis in self._years:
            self._bases[enterprise, year].add(basis)

    def of_enterprise(self, code: str, year: int, indicator: str) -> dict[str | None, float]:
        """The amount by prices, preferred ones first: of output the twelve months' or the whole
        year's, where neither is known the entered one.
        """
        entered = self._figures.by_basis("enterprise", code, year, indicator)
        found = {basis: one.value for basis, one in entered.items()}
        if indicator == OUTPUT:
            found |= {basis: self._years[code, year, basis] for basis in self._bases[code, year]}
        return {basis: found[basis] for basis in preferred(found)}

    def by_basis(
        self, scope: str, code: str, year: int, who: Collection[str], indicator: str
    ) -> dict[str | None, float]:
        """Of one enterprise, or of a cluster or the park, by prices, preferred ones first: what was
        entered for it, else the sum of ``who`` (its enterprises with accounts in the year) at
        prices that all of them have.
        """
        if scope == "enterprise":
            return self.of_enterprise(code, year, indicator)
        entered = self._figures.by_basis(scope, code, year, indicator)
        if entered or indicator == GDP:  # of an area; enterprises have none
            return {basis: one.value for basis, one in entered.items()}
        return summed_output([self.of_enterprise(one, year, indicator) for one in sorted(who)])

    def of(self, scope: str, code: str, year: int, who: Collection[str], indicator: str) -> Money:
        """The same at the preferred prices, or who lacks it."""
        for basis, value in self.by_basis(scope, code, year, who, indicator).items():
            return Money(value, basis)
        if scope == "enterprise" or indicator == GDP:
            return Money(missing=(code,))
        lacking = tuple(
            one for one in sorted(who) if not self.of_enterprise(one, year, indicator)
        )  # fmt: skip
        return Money(missing=lacking or tuple(sorted(who)) or (code,))
