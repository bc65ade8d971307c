"""What goes into the balances of water and solid waste: meters and approved activity records.

A meter of water counts as the intake of its enterprise, or as what its source stream says it is
(reused, discharged, supplied); one of solid waste always needs such a stream. A sub-meter counts
only where it is something else than every meter above it. Nothing of this stands in an inventory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import numpy as np
import pandas as pd

from ledger.accounted import LEFT_OUT, NO_USAGE
from ledger.activity import Span, activity
from ledger.books import Books
from ledger.covered import covered_hours
from ledger.recorded import recorded
from ledger.replaced import replaced
from ledger.stretches import stretches
from models.carbon.categories import categories
from models.environment.balance_codes import (
    WATER,
    balance_codes,
    categories_of,
    code_in_stream,
)
from models.registry import Direction, Meter, Registry
from models.units import conversion

COLUMNS = [
    "start", "enterprise", "category", "code", "amount", "estimated", "covered_h", "hours_h",
    "origins",
]  # fmt: skip
_SOLD = (Direction.EXPORT, Direction.INTERNAL_TRANSFER)
_KEYS = ["start", "enterprise", "category", "code"]


@dataclass(frozen=True)
class Flows:
    """``rows`` (COLUMNS) and the meters and records that count nowhere (LEFT_OUT)."""

    rows: pd.DataFrame
    left_out: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Part:
    """What a meter is to an enterprise."""

    enterprise: str
    category: str
    code: str


def material_flows(books: Books, span: Span, quantity: str, enterprise: str | None) -> Flows:
    """The flows of ``quantity`` (WATER or WASTE) in the span, of one enterprise or all.

    A row a period (its start, UTC), enterprise, category and code. ``amount`` and ``estimated`` in
    m3 of water or t of waste, null where nothing is known; ``covered_h`` of ``hours_h`` hours of
    meters are covered by readings, both 0 of records; ``origins`` are ``meters``, ``records`` or
    both, joined by ``|``.
    """
    whose = None if enterprise is None else frozenset({enterprise})
    meters, left_out = _meters(span.registry, quantity, whose)
    frames = []
    if len(meters) and span.start < span.end:
        frames.append(_metered(books, span, meters, left_out))
    records, waiting = recorded(span, whose, of_balances=True)
    left_out += waiting
    frames.append(_of_records(records[records["category"].isin(categories_of(quantity))]))
    rows = pd.concat([one for one in frames if len(one)] or frames[-1:], ignore_index=True)
    grouped = rows.groupby(_KEYS, sort=True)
    summed = grouped[["amount", "estimated"]].sum(min_count=1)
    summed[["covered_h", "hours_h"]] = grouped[["covered_h", "hours_h"]].sum()
    summed["origins"] = grouped["origins"].agg(lambda origins: "|".join(sorted(set(origins))))
    return Flows(summed.reset_index()[COLUMNS], pd.DataFrame(left_out, columns=LEFT_OUT))


def _metered(
    books: Books, span: Span, meters: pd.DataFrame, left_out: list[dict[str, str]]
) -> pd.DataFrame:
    used = activity(books, span, meters)
    hours = covered_hours(
        span.registry, meters, used, every=span.every, start=span.start, end=span.end
    )
    silent = set(meters["line"]) - set(used.loc[used["n"].notna(), "line"])
    left_out += [
        {"meter": meter, "enterprise": enterprise, "reason": NO_USAGE}
        for meter, enterprise in meters.loc[
            meters["line"].isin(silent), ["meter", "enterprise"]
        ].itertuples(index=False)
    ]
    amounts = used.merge(meters[["line", "enterprise", "category", "carrier"]], on="line")
    found = amounts.groupby(["start", "enterprise", "category", "carrier"])[
        ["amount", "estimated"]
    ].sum(min_count=1)
    # Hours that were to be covered count where nothing was received, too.
    whole = hours.groupby(["start", "enterprise", "category", "carrier"])[
        ["covered_h", "hours_h"]
    ].sum()
    rows = whole.join(found).reset_index().rename(columns={"carrier": "code"})
    return rows.assign(origins="meters")


def _of_records(records: pd.DataFrame) -> pd.DataFrame:
    codes = balance_codes()
    scale = np.array(
        [
            conversion(unit, codes[category, code].unit)[0]
            for category, code, unit in records[
                ["category", "carrier", "activity_unit"]
            ].itertuples(index=False)
        ],
        dtype=np.float64,
    )
    rows = records.rename(columns={"carrier": "code"})[_KEYS].copy()
    for name in ("amount", "estimated"):
        rows[name] = records[name].to_numpy(dtype=np.float64) * scale
    return rows.assign(covered_h=0.0, hours_h=0.0, origins="records")


def _meters(
    registry: Registry, quantity: str, whose: frozenset[str] | None
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """Lines as ledger.activity takes them, one a stretch of time and part, and what is left out."""
    versions = [one for one in registry.meters if one.quantity == quantity]
    taken = replaced(registry, (one for one in versions if isinstance(_role(registry, one), list)))

    def part(meter: Meter) -> tuple[_Part, ...] | str:
        role = _role(registry, meter)
        return role if isinstance(role, str) else taken.why(meter) or tuple(role)

    lines: list[dict[str, object]] = []
    left_out: list[dict[str, str]] = []
    by_key = attrgetter("key")
    for _, of_meter in groupby(sorted(versions, key=by_key), key=by_key):
        found = stretches(taken.cut(of_meter), part)
        for meter, since, until in found:
            parts = part(meter)
            if isinstance(parts, str):
                left_out.append(
                    {"meter": meter.code, "enterprise": meter.enterprise, "reason": parts}
                )
                continue
            life = {"valid_from": since, "valid_to": until, "sole": len(found) == 1}
            lines += [_line(meter, one) | life for one in parts]
    if whose is not None:
        lines = [one for one in lines if one["enterprise"] in whose]
        left_out = [one for one in left_out if one["enterprise"] in whose]
    frame = pd.DataFrame(lines, columns=list(_COLUMNS_OF_LINES))
    frame["line"] = np.arange(len(frame))
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame.astype({"sole": bool, "scope": "Int64"}), left_out


_COLUMNS_OF_LINES = (
    "line", "meter_key", "meter", "enterprise", "scope", "category", "source_stream", "use",
    "counterpart", "carrier", "own_renewable", "valid_from", "valid_to", "sole",
)  # fmt: skip


def _line(meter: Meter, part: _Part) -> dict[str, object]:
    return {
        "meter_key": meter.key,
        "meter": meter.code,
        "enterprise": part.enterprise,
        "scope": None,
        "category": part.category,
        "source_stream": meter.source_stream,
        "use": "use",
        "counterpart": None,
        "carrier": part.code,
        "own_renewable": False,
    }


def _role(registry: Registry, meter: Meter) -> list[_Part] | str:
    """What a version of a meter counts as, or why it counts nowhere."""
    if not meter.has_amounts:
        return f"kind {meter.kind.value} has no amounts"
    parts = _own_role(registry, meter)
    if isinstance(parts, str):
        return parts
    for main in _above(registry, meter):
        above = _own_role(registry, main)
        if not isinstance(above, str) and above[0].category == parts[0].category:
            return f"sub-meter of {main.code}"
    return parts


def _own_role(registry: Registry, meter: Meter) -> list[_Part] | str:
    stream = registry.stream_by_code.get((meter.enterprise, meter.source_stream or ""))
    if stream is not None and stream.category in categories_of(meter.quantity):
        code = code_in_stream(stream.category, stream.code)
        if code is None:
            return f"source stream {stream.code} begins with no code of {stream.category}"
        return [_Part(meter.enterprise, stream.category, code)]
    if meter.quantity != WATER:
        told = "names no source stream" if stream is None else f"is of {stream.category}"
        return f"a meter of {meter.quantity} needs a source stream of it; this one {told}"
    if stream is not None and categories()[stream.category].of_a_balance:
        return f"source stream {stream.code} is of {stream.category}"
    if meter.direction not in _SOLD:
        return [_Part(meter.enterprise, "water_intake", "fresh_water")]
    sold = [_Part(meter.enterprise, "water_supplied", "water")]
    if meter.direction is Direction.INTERNAL_TRANSFER and meter.counterpart is not None:
        sold.append(_Part(meter.counterpart, "water_intake", "fresh_water"))
    return sold


def _above(registry: Registry, meter: Meter) -> Iterator[Meter]:
    """The main meters over a meter, nearest first."""
    while meter.parent is not None:
        meter = registry.meter_by_key[registry.key_of[meter.enterprise, meter.parent]]
        yield meter
