"""Which meters an inventory accounts, under which heading, and which it leaves out and why."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterator
from itertools import groupby
from operator import attrgetter

import pandas as pd

from ledger.headings import Heading, Headings
from ledger.replaced import replaced
from ledger.stretches import stretches
from models.carbon.categories import category
from models.quantities import quantities
from models.registry import Direction, Meter, Registry

LEFT_OUT = ["meter", "enterprise", "reason"]

NO_USAGE = "no usage is known in this span"

STREAM = [
    "enterprise", "scope", "category", "source_stream", "use", "counterpart", "carrier",
    "activity_unit", "origin", "own_renewable",
]  # fmt: skip
COLUMNS = [
    "line", "meter_key", "meter", *STREAM, "accuracy_rel", "valid_from", "valid_to", "sole",
]  # fmt: skip

Building = tuple[str, str]  # codes of the enterprise and of the building

_key = attrgetter("key")
_OUTWARD = (Direction.EXPORT, Direction.INTERNAL_TRANSFER)


Accounted = tuple[pd.DataFrame, list[dict[str, str]]]


class _Kept:
    """What was found of the registry that was asked for last: it is asked for again and again, and
    is another object as soon as anything in it changes.
    """

    def __init__(self) -> None:
        self._of: tuple[weakref.ref[Registry] | None, dict[object, Accounted]] = (None, {})

    def of(self, registry: Registry) -> dict[object, Accounted]:
        """By what was asked; a dict of its own for every registry."""
        reference, found = self._of
        if reference is None or reference() is not registry or len(found) >= KEPT:
            found = {}
            self._of = (weakref.ref(registry), found)
        return found


KEPT = 64  # boundaries of one registry
_kept = _Kept()


def accounted_meters(
    registry: Registry, enterprises: Collection[str] | None, building: Building | None = None
) -> Accounted:
    """The main meters of bought, sold and generated energy, and the other meters with the reason.

    A sub-meter counts only where it goes another way than its main meter: what is handed on to
    others, or generated, behind a main meter. Of a ``building`` the meters in it count whose main
    meter is not in it. A virtual meter is accounted like any other; what its formula names is then
    counted in it and left out. One that names what counts elsewhere already is left out itself
    (ledger.replaced).

    The first has COLUMNS, one row a stretch of time in which a meter plays one part (a change that
    makes it a sub-meter leaves the months before alone); an internal transfer has two, the
    seller's and the buyer's. ``line`` is a number of its own, ``accuracy_rel`` the relative
    uncertainty of amounts, ``valid_from`` and ``valid_to`` are UTC (NaT unbounded), ``sole`` tells
    whether the meter plays this one part only. The second holds dicts of LEFT_OUT. None for all
    enterprises.
    Found once for a registry: the frame is not to be changed.
    """
    asked = (None if enterprises is None else frozenset(enterprises), building)
    found = _kept.of(registry)
    if asked not in found:
        found[asked] = _accounted_meters(registry, *asked)
    meters, left_out = found[asked]
    return meters, list(left_out)


def _accounted_meters(
    registry: Registry, enterprises: Collection[str] | None, building: Building | None
) -> Accounted:
    """``accounted_meters``, found anew."""
    chosen = _chosen(registry, enterprises, building)
    headings = Headings(registry)
    why = _Reasons(registry, headings, building)
    taken = replaced(registry, (meter for meter in chosen if why.not_for_itself(meter) is None))
    kept: list[dict[str, object]] = []
    left_out: list[dict[str, str]] = []

    def reason(meter: Meter) -> str | None:
        return why.not_for_itself(meter) or taken.why(meter)

    def part(meter: Meter) -> tuple[object, ...]:
        because = reason(meter)
        of = tuple(headings.of(meter)) if because is None else ()
        return because, meter.quantity, meter.source_stream, meter.accuracy_pct, of

    for _, versions in groupby(sorted(chosen, key=_key), key=_key):
        parts = stretches(taken.cut(headings.cut(versions)), part)
        for meter, valid_from, valid_to in parts:
            because = reason(meter)
            if because is not None:
                left_out.append(
                    {"meter": meter.code, "enterprise": meter.enterprise, "reason": because}
                )
                continue
            life = {"valid_from": valid_from, "valid_to": valid_to, "sole": len(parts) == 1}
            for heading in headings.of(meter):
                if enterprises is None or heading.enterprise in enterprises:
                    kept.append({"line": len(kept)} | _line(meter, heading) | life)
    if enterprises is not None:
        left_out = [one for one in left_out if one["enterprise"] in enterprises]
    frame = pd.DataFrame(kept, columns=COLUMNS)
    frame = frame.astype({"sole": bool, "own_renewable": bool, "accuracy_rel": float})
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    for name in ("source_stream", "counterpart"):
        frame[name] = frame[name].astype(object)
    frame["scope"] = frame["scope"].astype("Int64")
    return frame, left_out


def _chosen(
    registry: Registry, enterprises: Collection[str] | None, building: Building | None
) -> list[Meter]:
    """Versions of the meters to look at: of these enterprises and of those that sell to them by an
    internal transfer; of a building those in it.
    """
    if building is not None:
        return [one for one in registry.meters if (one.enterprise, one.building) == building]
    if enterprises is None:
        return list(registry.meters)
    sellers = {
        one.enterprise
        for one in registry.meters
        if one.direction is Direction.INTERNAL_TRANSFER and one.counterpart in enterprises
    }
    return [
        one for one in registry.meters if one.enterprise in enterprises or one.enterprise in sellers
    ]


class _Reasons:
    """Why a version of a meter does not count for itself."""

    def __init__(self, registry: Registry, headings: Headings, building: Building | None) -> None:
        self._headings = headings
        self._registry = registry
        self._building = building
        self._by_key = registry.meter_by_key

    def not_for_itself(self, meter: Meter) -> str | None:
        """The reason, None where it does."""
        above = list(self._above(meter))
        if above and (
            meter.direction is Direction.IMPORT or any(_way(main) == _way(meter) for main in above)
        ):
            return f"sub-meter of {meter.parent}"
        return self._headings.why_not(meter)

    def _above(self, meter: Meter) -> Iterator[Meter]:
        """The main meters over a meter, nearest first, up to the edge of the boundary."""
        while meter.parent is not None:
            meter = self._by_key[self._registry.key_of[meter.enterprise, meter.parent]]
            if self._building not in (None, (meter.enterprise, meter.building)):
                return
            yield meter


def _way(meter: Meter) -> str:
    return "outward" if meter.direction in _OUTWARD else meter.direction.value


def _line(meter: Meter, heading: Heading) -> dict[str, object]:
    return {
        "meter_key": meter.key,
        "meter": meter.code,
        "enterprise": heading.enterprise,
        "scope": category(heading.category).scope,
        "category": heading.category,
        "source_stream": meter.source_stream if heading.enterprise == meter.enterprise else None,
        "use": heading.use,
        "counterpart": heading.counterpart,
        "carrier": quantities()[meter.quantity].carrier,
        "activity_unit": meter.usage_unit,
        "origin": "meters",
        "own_renewable": heading.own_renewable,
        "accuracy_rel": None if meter.accuracy_pct is None else meter.accuracy_pct / 100,
    }
