"""Meters whose place an accounted virtual meter takes: what its formula names is counted in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from ledger.formulas import formulas_of
from ledger.stretches import begins
from models.registry import Meter, Registry


@dataclass(frozen=True)
class Replaced:
    """By key of a meter: from when until when (seconds since 1970) which virtual meter, by code."""

    spans: dict[int, list[tuple[float, float, str]]]

    def by(self, meter: Meter) -> str | None:
        """The virtual meter that counts what this version of a meter begins to measure."""
        for since, until, code in self.spans.get(meter.key, ()):
            if since <= begins(meter) < until:
                return code
        return None

    def cut(self, versions: Iterable[Meter]) -> list[Meter]:
        """A meter's versions cut wherever another begins or ceases to take its place."""
        found = []
        for meter in versions:
            instants = {at for since, until, _ in self.spans.get(meter.key, ())
                        for at in (since, until)}  # fmt: skip
            inside = sorted(at for at in instants if begins(meter) < at < _ends(meter))
            bounds = [meter.valid_from, *map(_instant, inside), meter.valid_to]
            found += [
                replace(meter, valid_from=since, valid_to=until)
                for since, until in pairwise(bounds)
            ]
        return found


def replaced(registry: Registry, accounted: Iterable[Meter]) -> Replaced:
    """What the virtual ones among the accounted versions of meters take the place of."""
    formulas = formulas_of(registry)
    spans: dict[int, list[tuple[float, float, str]]] = defaultdict(list)
    for meter in accounted:
        if meter.formula is not None:
            for key in formulas.operands[meter.key]:
                spans[key].append((begins(meter), _ends(meter), meter.code))
    return Replaced(dict(spans))


def _ends(meter: Meter) -> float:
    return float("inf") if meter.valid_to is None else meter.valid_to.timestamp()


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
