"""Virtual meters and the meters that their formulas name: who follows whom, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

import numpy as np

from models.registry import Meter, Registry
from models.usage.virtual import Virtual, virtual
from store.hour_ranges import Ints


@dataclass(frozen=True)
class Formulas:
    """The formulas of a registry: the versions of its virtual meters, by key."""

    versions: dict[int, list[Virtual]]

    @cached_property
    def operands(self) -> dict[int, frozenset[int]]:
        """The keys of the meters that any version of a virtual meter names."""
        return {
            key: frozenset(named for version in line for named in version.operands.values())
            for key, line in self.versions.items()
        }

    @cached_property
    def order(self) -> list[int]:
        """Virtual meters, each after the virtual meters that it stands on.

        Raises graphlib.CycleError (a ValueError) where one stands on itself.
        """
        sorter = TopologicalSorter(
            {key: self.operands[key] & self.operands.keys() for key in sorted(self.operands)}
        )
        return list(sorter.static_order())

    def standing_on(self, keys: Collection[int]) -> set[int]:
        """The virtual meters that any of these meters decides, at any remove."""
        reached = set(keys)
        found = set()
        for key in self.order:
            if self.operands[key] & reached:
                reached.add(key)
                found.add(key)
        return found

    def metered(self, keys: Iterable[int]) -> set[int]:
        """The meters with readings of their own that these stand on, themselves among them."""
        wanted = set(keys)
        for key in reversed(self.order):
            if key in wanted:
                wanted |= self.operands[key]
        return wanted - self.operands.keys()

    @cached_property
    def first_of_group(self) -> dict[int, int]:
        """The smallest key of those that formulas join, for each meter that one joins."""
        first: dict[int, int] = {}

        def top(key: int) -> int:
            while first.setdefault(key, key) != key:
                key = first[key]
            return key

        for key, operands in self.operands.items():
            for operand in operands:
                one, other = sorted((top(key), top(operand)))
                first[other] = one
        return {key: top(key) for key in first}

    def groups(self, keys: Ints) -> Ints:
        """A number for each key, the same for meters that formulas join."""
        if not self.first_of_group:
            return keys
        distinct, index = np.unique(keys, return_inverse=True)
        firsts = [self.first_of_group.get(int(key), int(key)) for key in distinct]
        return np.array(firsts, dtype=np.int64)[index]


def formulas_of(registry: Registry) -> Formulas:
    """The formulas of a registry; asking again of the same snapshot costs nothing.

    Raises FormulaError where one cannot be read or its units do not fit (loading refuses these).
    """
    known, formulas = _latest[0]
    if known is not registry:
        formulas = _formulas(registry)
        _latest[0] = registry, formulas
    return formulas


def _formulas(registry: Registry) -> Formulas:
    versions: dict[int, list[Virtual]] = defaultdict(list)
    named: dict[str, dict[str, Meter]] = defaultdict(dict)  # by enterprise and code
    given = [meter for meter in registry.meters if meter.formula is not None]
    if given:
        for meter in registry.meter_by_key.values():
            named[meter.enterprise][meter.code] = meter
    for meter in given:
        versions[meter.key].append(virtual(meter, named[meter.enterprise]))
    return Formulas(dict(versions))


_latest: list[tuple[Registry | None, Formulas]] = [(None, Formulas({}))]
