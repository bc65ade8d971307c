"""Meters whose place an accounted virtual meter takes: what its formula names is counted in it.

Nothing is to count twice: a virtual meter over what counts elsewhere already takes nobody's place,
and is left out itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger.formulas import Formulas, formulas_of
from ledger.stretches import cut_at
from models.periods import from_us, to_us
from models.registry import Meter, Registry
from models.usage.virtual import BEGINNING, END

Span = tuple[int, int, str]  # [since, until) in µs, and a code or a reason


@dataclass(frozen=True)
class Replaced:
    """By key of a meter: from when until when (µs since 1970), and why, it is left out."""

    spans: dict[int, list[Span]]

    def why(self, meter: Meter) -> str | None:
        """Why what this version of a meter begins to measure counts elsewhere, if it does."""
        for since, until, reason in self.spans.get(meter.key, ()):
            if since <= _begins(meter) < until:
                return reason
        return None

    def cut(self, versions: Iterable[Meter]) -> list[Meter]:
        """A meter's versions cut wherever the reason to leave it out begins or ceases."""
        found = []
        for meter in versions:
            instants = {at for since, until, _ in self.spans.get(meter.key, ())
                        for at in (since, until)}  # fmt: skip
            inside = [at for at in instants if _begins(meter) < at < _ends(meter)]
            found += cut_at(meter, map(from_us, inside))
        return found


def replaced(registry: Registry, accounted: Iterable[Meter]) -> Replaced:
    """What the virtual ones among the accounted versions of meters take the place of.

    Where two would count the same meter, the one that stands on the other does, and else the one
    with the greater key; where a main meter counts what a virtual meter names, the main meter does.
    """
    formulas = formulas_of(registry)
    given = list(accounted)
    virtual = [meter for meter in given if meter.formula is not None]
    if not virtual:
        return Replaced({})
    place = {key: number for number, key in enumerate(formulas.order)}
    outermost = sorted(virtual, key=lambda meter: (place[meter.key], _begins(meter)), reverse=True)
    counted = _counted(formulas, given)
    above = _parents(registry)
    spans: dict[int, list[Span]] = defaultdict(list)
    for meter in outermost:
        named = list(_named(formulas, meter.key, _begins(meter), _ends(meter)))
        own = {meter.key, *(key for key, _, _ in named)}
        elsewhere = [
            (max(since, low), min(until, high), reason)
            for key, low, high in named
            for since, until, reason in (
                *((*span[:2], f"names what is {span[2]}") for span in spans.get(key, ())),
                *_above(key, own, above, counted),
            )
            if max(since, low) < min(until, high)
        ]
        for since, until in _without(_begins(meter), _ends(meter), elsewhere):
            for key, low, high in named:
                if max(since, low) < min(until, high):
                    reason = f"counted in the virtual meter {meter.code}"
                    spans[key].append((max(since, low), min(until, high), reason))
        spans[meter.key] += elsewhere
    return Replaced(dict(spans))


def _named(formulas: Formulas, key: int, since: int, until: int) -> Iterator[tuple[int, int, int]]:
    """Every meter that a virtual meter stands on in [since, until), at any remove, and when."""
    for version in formulas.versions.get(key, ()):
        low, high = max(since, version.start), min(until, version.end)
        if low < high:
            for operand in version.operands.values():
                yield operand, low, high
                yield from _named(formulas, operand, low, high)


def _counted(formulas: Formulas, given: Iterable[Meter]) -> dict[int, list[Span]]:
    """When each meter counts for itself or in a virtual meter, and the code of what counts it."""
    found: dict[int, list[Span]] = defaultdict(list)
    for meter in given:
        found[meter.key].append((_begins(meter), _ends(meter), meter.code))
        if meter.formula is not None:
            for key, low, high in _named(formulas, meter.key, _begins(meter), _ends(meter)):
                found[key].append((low, high, meter.code))
    return found


def _parents(registry: Registry) -> dict[int, list[tuple[int, int, int]]]:
    """The key of each sub-meter's main meter, and when."""
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for meter in registry.meters:
        if meter.parent is not None:
            parent = registry.key_of[meter.enterprise, meter.parent]
            found[meter.key].append((_begins(meter), _ends(meter), parent))
    return found


def _above(
    key: int,
    own: set[int],
    above: dict[int, list[tuple[int, int, int]]],
    counted: dict[int, list[Span]],
    within: tuple[int, int] = (BEGINNING, END),
) -> Iterator[Span]:
    """When a main meter of a meter counts, other than in what is the virtual meter's ``own``."""
    for since, until, parent in above.get(key, ()):
        begin, end = max(within[0], since), min(within[1], until)
        if begin < end and parent not in own:
            for first, last, code in counted.get(parent, ()):
                if max(begin, first) < min(end, last):
                    yield max(begin, first), min(end, last), f"names a part of what {code} counts"
            yield from _above(parent, own, above, counted, (begin, end))


def _without(since: int, until: int, taken: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """What is left of [since, until)."""
    for low, high, _ in sorted(taken):
        if since < low:
            yield since, low
        since = max(since, high)
    if since < until:
        yield since, until


def _begins(meter: Meter) -> int:
    return BEGINNING if meter.valid_from is None else to_us(meter.valid_from)


def _ends(meter: Meter) -> int:
    return END if meter.valid_to is None else to_us(meter.valid_to)
