"""The truth: what every meter really measured in every month, integrated from the load functions.

Nothing that was sent is summed, and nothing of the product is imported. Beside each amount stands
what a correct ledger can at most know of it, given the faults: a gap across a month's end is split
by a straight line, what passed between a reset's readings is lost, and so on.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from simulators.energy import Loads, at
from simulators.faults import faults_of
from simulators.grid import EPOCH, STEP, ZONE, Floats, month_start, next_month, step_at
from simulators.meters import Meter, meters
from simulators.park import table
from simulators.stations.masses import mass_truths
from simulators.supply import virtual_meters

KNOWABLE = {
    "gap": "counters: all of it, spread evenly over the gap; interval and rate: nothing of the gap",
    "rollover": "all of it",
    "exchange": "all of it: the declared final and initial values bound both registers",
    "reset": "nothing of the time between the last old and the first new reading",
    "spike": "counters: all of it, spread evenly around the reading; interval: not its amount",
    "duplicates": "all of it",
    "late": "all of it",
    "out_of_order": "all of it",
    "frozen": "counters: all of it, though in the hour in which the register moves again",
    "drift": "levels are not accounted",
}


@dataclass(frozen=True, slots=True)
class MonthTruth:
    """The true ``amount`` (``unit``: the usage unit) of a meter in a local month.

    ``explained`` is what a correct ledger's amount differs by, from truth and faults alone;
    ``complete`` is false for a month cut by the end of the truth, ``end`` then says where. ``main``
    ones are no sub-meters; ``direction`` and ``counterpart`` (an enterprise of the park) tell what
    becomes of them in an inventory.
    """

    enterprise: str
    meter: str
    quantity: str
    unit: str
    month: str
    start: datetime
    end: datetime
    complete: bool
    amount: float
    explained: float
    main: bool
    direction: str
    counterpart: str | None
    faults: tuple[str, ...]


def _position(instant: datetime) -> float:
    return (instant - EPOCH) / STEP


def _months(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    while start < end:
        found.append((start, min(next_month(month_start(start)), end)))
        start = found[-1][1]
    return found


def _knots(meter: Meter, first: int, last: int) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Whether each of the meter's reading times counts, and these times, as steps."""
    steps = meter.reading_steps(first, last)
    counts = np.ones(len(steps), dtype=bool)
    for fault in faults_of(*meter.key):
        if fault.kind in ("gap", "spike"):
            counts &= ~fault.holds(steps)
    return counts, steps.astype(np.float64)


def _known_total(meter: Meter, loads: Loads, total: Floats, first: int, last: int) -> Floats:
    """Running total at the steps first..last of what a correct ledger knows."""
    grid = np.arange(len(total), dtype=np.float64)
    counts, steps = _knots(meter, first, last)
    if meter.kind == "interval":
        knots = np.concatenate([[first], steps])
        pieces = np.diff(total[knots.astype(np.int64)]) * counts
    elif meter.kind == "rate":
        knots = steps[counts]
        power = loads.power(*meter.key)[knots.astype(np.int64)]
        hours = np.diff(knots) / 4
        pieces = 0.5 * (power[1:] + power[:-1]) * hours
        pieces[hours > 2 * meter.interval_s / 3600] = 0.0
    else:
        events = [fault for fault in faults_of(*meter.key) if first <= fault.at_step <= last]
        declared = [fault.at_step for fault in events if fault.kind == "exchange"]
        knots = np.sort(np.concatenate([steps[counts], declared]))
        pieces = np.diff(np.interp(knots, grid, total))
        for fault in events:
            if fault.kind == "reset":
                pieces[np.searchsorted(knots, fault.at_step, side="right") - 1] = 0.0
    known = np.concatenate([[0.0], np.cumsum(pieces)])
    at_steps: Floats = np.interp(np.arange(first, last + 1, dtype=np.float64), knots, known)
    return at_steps


def month_truths(start: datetime, end: datetime) -> Iterator[MonthTruth]:
    """The truth of every amount meter from ``start`` to ``end``, month by month.

    Cut off within a 15-minute step, a rate's line there is taken as level (1e-7 of a month).
    Raises ValueError where ``start`` is before the demo's epoch.
    """
    first, last = step_at(start), step_at(end)
    if first < 0:
        raise ValueError(f"start: {start.isoformat()} is before {EPOCH.isoformat()}")
    loads = Loads(0, last + 1)
    months = _months(start, end)
    for meter in meters():
        if not meter.has_amounts:
            continue
        total = loads.total(meter)
        faults = faults_of(*meter.key)
        known = _known_total(meter, loads, total, first, last) if faults else None
        for begin, until in months:
            amount = at(total, _position(until)) - at(total, _position(begin))
            complete = until == next_month(month_start(begin))
            explained = 0.0
            if known is not None and complete:
                explained = float(known[step_at(until) - first] - known[step_at(begin) - first])
                explained -= amount
            yield MonthTruth(
                enterprise=meter.enterprise,
                meter=meter.code,
                quantity=meter.quantity,
                unit=meter.usage_unit,
                month=f"{begin.astimezone(ZONE):%Y-%m}",
                start=begin,
                end=until,
                complete=complete,
                amount=amount,
                explained=explained,
                main=meter.is_main,
                direction=meter.direction,
                counterpart=meter.counterpart,
                faults=tuple(fault.kind for fault in faults if fault.start < end),
            )


def virtual_truths(start: datetime, end: datetime) -> Iterator[MonthTruth]:
    """The truth of virtual meters, which take no readings: shares of what others carry."""
    loads = Loads(0, step_at(end) + 1)
    by_key = {meter.key: meter for meter in meters()}
    for virtual in virtual_meters().values():
        total = sum(factor * loads.total(by_key[part]) for part, factor in virtual.parts)
        assert not isinstance(total, int)  # there is a part
        for begin, until in _months(start, end):
            yield MonthTruth(
                enterprise=virtual.enterprise,
                meter=virtual.code,
                quantity=virtual.quantity,
                unit="GJ",
                month=f"{begin.astimezone(ZONE):%Y-%m}",
                start=begin,
                end=until,
                complete=until == next_month(month_start(begin)),
                amount=at(total, _position(until)) - at(total, _position(begin)),
                explained=0.0,
                main=True,
                direction=virtual.direction,
                counterpart=virtual.counterpart,
                faults=(),
            )


def write_truth(path: Path, start: datetime, end: datetime) -> Path:
    """Write the truth as JSON Lines and return ``path``.

    Records ``{"record": "month", ...}`` have the fields of MonthTruth (times RFC 3339, UTC);
    records ``{"record": "discharge", ...}`` those of MassTruth, by outlet, pollutant and month;
    records ``{"record": "activity", ...}`` are what is entered by hand (columns of activity.csv);
    records ``{"record": "fault", ...}`` list each fault with ``from``, ``to`` and what a correct
    ledger can at most know.
    """
    with path.open("w", encoding="utf-8") as file:
        for row in itertools.chain(month_truths(start, end), virtual_truths(start, end)):
            times = {"start": row.start.isoformat(), "end": row.end.isoformat()}
            file.write(json.dumps({"record": "month", **asdict(row), **times}) + "\n")
        for mass in mass_truths(start, end):
            times = {"start": mass.start.isoformat(), "end": mass.end.isoformat()}
            file.write(json.dumps({"record": "discharge", **asdict(mass), **times}) + "\n")
        for entered in table("activity.csv"):
            file.write(json.dumps({"record": "activity", **entered}, ensure_ascii=False) + "\n")
        for meter in meters():
            for fault in faults_of(*meter.key):
                if fault.start < end and fault.end >= start:
                    line = {
                        "record": "fault",
                        "enterprise": fault.enterprise,
                        "meter": fault.meter,
                        "kind": fault.kind,
                        "from": fault.start.isoformat(),
                        "to": fault.end.isoformat(),
                        "knowable": KNOWABLE[fault.kind],
                    }
                    file.write(json.dumps(line) + "\n")
    return path
