"""What the inventory's report is made of: the ledger's answers to a year's questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ledger.explaining.source import source_of
from ledger.inventory import Inventory
from ledger.totals import Basis, totals
from models.carbon.categories import Category, categories
from models.carbon.chosen import Gwp
from models.carbon.factor_files import FILES, rows_of
from models.carbon.factors import Level
from models.carbon.rounding import decimals
from models.periods import parse_period
from models.registry import Enterprise, Registry
from reports.document import Figure
from reports.texts import Texts

# Decimals: of shares in per cent; of the others as the ETS report template has them.
SHARE = 1
TONNES, HEAT = decimals()["co2"], decimals()["heat"]
OPERANDS = {
    "ncv": decimals()["ncv"],
    "carbon": decimals()["carbon"],
    "covered": decimals()["electricity"] - 3,  # kWh
}


@dataclass(frozen=True)
class Edition:
    """The state that a report is of: today's (a draft), or that of a frozen inventory.

    ``version`` is that of the program that computed the figures, ``at`` (UTC) when.
    """

    version: str
    at: datetime
    frozen_id: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Facts:
    """One year of one enterprise, or (``enterprise`` None) of the park."""

    registry: Registry
    enterprise: Enterprise | None
    year: int
    start: datetime
    end: datetime  # cut at what was known
    found: Inventory
    potentials: tuple[Gwp, ...]  # of the gases that there are
    gwp_assessment: str  # AR5, ...
    factor_level: Level  # the first level of electricity factors that was asked
    edition: Edition
    words: Texts

    @property
    def whole_park(self) -> bool:
        """Whether this is the park's report."""
        return self.enterprise is None

    @property
    def subject_name(self) -> str:
        """Name of the enterprise or the park."""
        return self.registry.park.name_zh if self.enterprise is None else self.enterprise.name_zh

    @property
    def is_partial(self) -> bool:
        """Whether the year was not over when the figures were computed."""
        return self.end < parse_period(str(self.year), self.registry.zone)[1]

    @cached_property
    def counted(self) -> pd.Series:
        """Which rows count in the sums of the whole: all but what stays inside the boundary."""
        inside = self.found.boundary.inside(self.found.rows, [])
        return pd.Series(~inside, index=self.found.rows.index)

    def sums(self, by: list[str], basis: Basis = "location") -> pd.DataFrame:
        """The ledger's totals by columns."""
        return totals(self.found, by, basis)

    @cached_property
    def whole(self) -> dict[str, float | None]:
        """The ledger's totals of everything."""
        return _values(self.sums([]).iloc[0])

    @cached_property
    def market(self) -> dict[str, float | None]:
        """The same with scope 2 by the market."""
        return _values(self.sums([], "market").iloc[0])

    @cached_property
    def choices(self) -> pd.DataFrame:
        """The first row of every factor and rule that chose it, in the order of the rows."""
        rows = self.found.rows
        return rows[rows["factor_id"].notna()].drop_duplicates(["factor_id", "factor_match"])

    @cached_property
    def factor_number(self) -> dict[tuple[str, str], str]:
        """What the report calls a factor and the rule that chose it: F1, F2 ..."""
        chosen = self.choices[["factor_id", "factor_match"]].itertuples(index=False)
        return {(one, match): f"F{place}" for place, (one, match) in enumerate(chosen, 1)}

    @cached_property
    def document_of(self) -> dict[str, tuple[str, str]]:
        """Source and clause of each factor by its id; of one made of several, of each."""
        return {one: self._document(one) for one in self.choices["factor_id"]}

    def _document(self, factor_id: str) -> tuple[str, str]:
        found = source_of(self.registry, factor_id, None) or {}
        parts = found.get("parts", [found])
        sources = dict.fromkeys(self.words.source(one.get("document") or "") for one in parts)
        clauses = dict.fromkeys(self.words.source(one.get("clause") or "") for one in parts)
        joined = self.words("semicolon")
        return joined.join(filter(None, sources)), joined.join(filter(None, clauses))

    @cached_property
    def evidence_of(self) -> dict[int, tuple[list[str], list[str]]]:
        """Codes of the meters and ids of the records that each row is the sum of."""
        found: dict[int, tuple[list[str], list[str]]] = {}
        names = self.found.parts[["row", "meter", "record"]].drop_duplicates()
        for row, meter, record in names.itertuples(index=False):
            told = found.setdefault(row, ([], []))
            for name, names_told in zip((meter, record), told, strict=True):
                if not pd.isna(name):
                    names_told.append(name if isinstance(name, str) else str(int(name)))
        return {row: (sorted(set(meters)), records) for row, (meters, records) in found.items()}

    @property
    def periods(self) -> int:
        """How many periods the rows are of: one, unless months were frozen."""
        return int(self.found.rows["period"].nunique())

    @cached_property
    def names(self) -> dict[str, str]:
        """Chinese names of fuels, materials and gases by code."""
        known = {
            row["code"]: row["name_zh"]
            for name in FILES
            for row in rows_of(name)
            if row.get("name_zh")
        }
        return {**known, **self.words.codes["carrier"]}

    def carrier(self, code: str) -> str:
        """What a carrier, fuel, material or activity is called."""
        return self.names.get(code, code)

    def enterprise_name(self, code: str | None) -> str:
        """Name of an enterprise, of its code where it is not registered any more."""
        if code is None:
            return ""
        one = self.registry.enterprise_by_code.get(code)
        return code if one is None else one.name_zh

    def local(self, at: datetime) -> str:
        """An instant in the park's time, to the minute."""
        return f"{at.astimezone(self.registry.zone):%Y-%m-%d %H:%M}"

    def present(self, *, counted_in: str | None = None) -> list[Category]:
        """Categories that have rows which count, in the order of reports."""
        there = set(self.found.rows.loc[self.counted, "category"])
        return [
            one
            for code, one in categories().items()
            if code in there and counted_in in (None, one.counted.value)
        ]


Line = dict[str, Any]  # a row of a frame by its columns


def lines(frame: pd.DataFrame) -> list[tuple[int, Line]]:
    """Each row of a frame with its number in the index."""
    rows: list[Line] = frame.to_dict("records")  # type: ignore[assignment]
    return list(zip(frame.index.tolist(), rows, strict=True))


def amount(number: object, unit: str) -> Figure:
    """An amount; the template's electricity is in MWh. Below 10, gases above all, three decimals
    more: the template has tonnes of fuel in mind, and times a warming potential they would tell.
    """
    known = value(number)
    places = decimals()["heat" if unit == "GJ" else "amount"]
    if unit == "kWh":
        places = decimals()["electricity"] - 3
    elif known is not None and abs(known) < 10:
        places += 3
    return Figure(known, places)


def value(number: object) -> float | None:
    """A number of a frame, None where it is unknown."""
    if number is None or number is pd.NA:
        return None
    found = float(number)  # type: ignore[arg-type]
    return None if np.isnan(found) else found


def share(number: object) -> Figure:
    """A share as per cent."""
    return Figure(value(number), SHARE, percent=True)


def _values(row: pd.Series) -> dict[str, float | None]:
    return {str(name): value(number) for name, number in row.items()}
