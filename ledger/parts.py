"""The activity behind an inventory, part by part: metered and recorded, under its headings.

A part is what one meter, or one record, has in one piece of a period. Parts of one heading, period
and choice of factor make one row of the inventory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledger.accounted import LEFT_OUT, NO_USAGE, STREAM, Building, accounted_meters
from ledger.activity import Span, activity
from ledger.books import Books
from ledger.covered import covered_hours
from ledger.recorded import recorded

HEADING = [*STREAM, "renewable", "years"]
COLUMNS = [
    "heading", "start", "begin", "end", "line", "meter_key", "meter", "record", "amount",
    "estimated", "covered_h", "hours_h", "accuracy_rel",
]  # fmt: skip
HOURS = ["start", "enterprise", "scope", "category", "source_stream", "carrier",
         "covered_h", "hours_h"]  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """``headings`` (HEADING; the index is their number), ``parts`` (COLUMNS), the hours that meters
    were to cover (ledger.covered) and what was left out (LEFT_OUT).
    """

    headings: pd.DataFrame
    parts: pd.DataFrame
    hours: pd.DataFrame
    left_out: pd.DataFrame


def parts_of(
    books: Books,
    span: Span,
    enterprises: frozenset[str] | None,
    building: Building | None = None,
) -> Parts:
    """What is known of the activity of these enterprises (None: all), or of a building's meters.

    An activity record belongs to its enterprise, never to a building.
    """
    meters, left_out = accounted_meters(span.registry, enterprises, building)
    frames, hours = [], pd.DataFrame(columns=HOURS)
    if len(meters) and span.start < span.end:
        used = activity(books, span, meters)
        hours = covered_hours(
            span.registry, meters, used, every=span.every, start=span.start, end=span.end
        )
        known = set(used.loc[used["n"].notna(), "line"])
        silent = meters[~meters["line"].isin(known)].drop_duplicates("meter_key")
        left_out += [
            {"meter": meter, "enterprise": enterprise, "reason": NO_USAGE}
            for meter, enterprise in silent[["meter", "enterprise"]].itertuples(index=False)
        ]
        frames.append(used.merge(meters.drop(columns=["valid_from", "valid_to"]), on="line"))
    if building is None:
        records, open_ones = recorded(span, enterprises)
        left_out += open_ones
        frames.append(records)
    headings, parts = _headed(frames)
    return Parts(headings, parts, hours, pd.DataFrame(left_out, columns=LEFT_OUT))


def _headed(frames: list[pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The distinct headings of all parts, and the parts with the number of theirs."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return _empty(HEADING), _empty(COLUMNS)
    parts = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
    for name in ("record", "line", "meter", "meter_key", "years"):
        if name not in parts:
            parts[name] = np.nan if name == "years" else None
    # Few lines stand behind many parts: their headings are told apart once.
    of_line = ["line", "record"]
    lines = parts.drop_duplicates(of_line)
    lines = lines.assign(renewable=is_renewable(lines))
    number = lines.groupby(HEADING, dropna=False, sort=False).ngroup()
    headings = lines[HEADING].iloc[np.unique(number, return_index=True)[1]].reset_index(drop=True)
    keys = lines[of_line].assign(heading=number.to_numpy())
    parts = parts.merge(keys, on=of_line, how="left")
    return headings, parts[COLUMNS]


def is_renewable(lines: pd.DataFrame) -> pd.Series:
    """Which lines are of own renewables or biomass: no consumption of energy counts them."""
    return lines["own_renewable"].astype(bool) | (lines["category"] == "biogenic_combustion")


def _empty(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns)
