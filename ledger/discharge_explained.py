"""A discharged mass as a tree: periods, days, hours, concentration and flow, readings.

The figures are those of ``ledger.discharges``: nothing is computed here that it does not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from ledger.books import Books
from ledger.discharges import discharges
from ledger.discharging.channel_hours import Asked, grid_of
from ledger.discharging.layouts import Layout, layouts
from ledger.explaining.discharge import ExplainedHour
from ledger.explaining.hour import instant
from ledger.explaining.node import ExplainError, Node, at_path, plain
from models.environment.hj212_codes import hj212_codes
from models.periods import HOUR_US, Every, next_start, parse_period, to_us
from models.registry.points import OUTLET_MEDIA

FINER: dict[Every, Every] = {"year": "month", "month": "day"}
_LENGTH: dict[int, Every] = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True)
class Discharge:
    """Which mass: of a pollutant of an outlet in a period (2026, 2026-03 or 2026-03-05)."""

    enterprise: str
    point: str
    pollutant: str
    period: str


def explain_discharge(
    books: Books, which: Discharge, *, path: str = "", depth: int = 2, hours: Sequence[str] = ()
) -> dict[str, Any]:
    """The tree below a node as plain values (ledger.explaining.node), as ``ledger.explain`` gives.

    ``hours`` (UTC starts, RFC 3339) unfold to concentration, flow and readings wherever they are
    met. Raises ExplainError where the outlet does not measure the pollutant.
    """
    registry = books.registry()
    start, end = parse_period(which.period, registry.zone)
    found = layouts(registry, OUTLET_MEDIA, enterprise=which.enterprise, point=which.point)
    if not any(which.pollutant in one.pollutants for one in found):
        raise ExplainError("pollutant", f"{which.pollutant!r} is not measured at {which.point!r}")
    every = _LENGTH[len(which.period)]
    tree = _Tree(Asked(books, registry, grid_of(books, start, end)), which, found)
    rows = tree.rows(every, start, end)
    if rows.empty:
        raise ExplainError("period", f"{which.period} has no hour of {which.point!r} that is over")
    node, above = at_path(tree.period(rows.iloc[0], every), path)
    return plain(node, depth=depth, hours=hours, above=above)


@dataclass(frozen=True)
class _Tree:
    asked: Asked
    which: Discharge
    found: Sequence[Layout]

    def rows(self, every: Every, start: datetime, end: datetime) -> pd.DataFrame:
        return discharges(
            self.asked.books, every=every, start=start, end=end,
            enterprise=self.which.enterprise, point=self.which.point,
            pollutant=self.which.pollutant,
        )  # fmt: skip

    def period(self, row: pd.Series, every: Every, hours: pd.DataFrame | None = None) -> Node:
        """A year, month or day; ``hours`` of a day where they were read together with others'."""
        start: datetime = row["start"].to_pydatetime()
        end = next_start(start, every, self.asked.registry.zone)
        name = hj212_codes()[self.which.pollutant]
        titles = f"{name.name_en} in {row['period']}", f"{row['period']} {name.name_zh}排放量"
        told = {
            column: None if pd.isna(row[column]) else _value(row[column])
            for column in (
                "enterprise", "point", "pollutant", "conc_measured", "conc_converted", "conc_unit",
                "flow_m3", "substituted_kg", "valid_hours", "hours", "stopped_hours",
                "substituted_hours", "mark", "state", "flow_basis", "converted_basis",
            )
        }  # fmt: skip
        value = None if pd.isna(row["mass_kg"]) else float(row["mass_kg"])
        key = str(row["period"])
        if every == "day":
            if hours is None:
                hours = self.rows("hour", start, end)
            of_day = hours
            table = [
                (instant(at.to_pydatetime()), _known(mass), _known(stands_in), valid)
                for at, mass, stands_in, valid in zip(
                    hours["start"], hours["mass_kg"], hours["substituted_kg"],
                    hours["valid_minutes"] / 60.0, strict=True,
                )
            ]  # fmt: skip
            return Node(
                key, *titles, "sum", value, "kg", evidence=told, hours=table,
                unfold=lambda: [self._hour(one) for _, one in of_day.iterrows()],
            )  # fmt: skip
        finer = FINER[every]

        def parts() -> list[Node]:
            rows = self.rows(finer, start, end)
            if finer != "day":
                return [self.period(one, finer) for _, one in rows.iterrows()]
            of_month = self.rows("hour", start, end)
            ends = [*rows["start"].iloc[1:], pd.Timestamp(end)]
            at = of_month["start"]
            return [
                self.period(one, finer, of_month[(at >= one["start"]) & (at < until)])
                for (_, one), until in zip(rows.iterrows(), ends, strict=True)
            ]

        return Node(key, *titles, "sum", value, "kg", evidence=told, unfold=parts)

    def _hour(self, row: pd.Series) -> Node:
        at: datetime = row["start"].to_pydatetime()
        hour = to_us(at) // HOUR_US
        layout = next(one for one in self.found if one.start <= hour < one.end)
        stands_in = _known(row["substituted_kg"]) or None
        explained = ExplainedHour.of(self.asked, layout, self.which.pollutant, at, stands_in)
        return explained.node(_known(row["mass_kg"]))


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _value(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
