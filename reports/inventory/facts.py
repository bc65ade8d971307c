"""What the inventory's report is made of: the ledger's answers to a year's questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ledger.as_of import registry_as_of
from ledger.books import Books
from ledger.frozen import frozen_inventory, span_of
from ledger.inventory import Inventory, inventory
from ledger.totals import Basis, totals
from models.carbon.categories import Category, categories
from models.carbon.chosen import Gwp
from models.carbon.factor_files import FILES, rows_of
from models.carbon.rounding import decimals
from models.errors import CarbonpeakError
from models.periods import parse_period
from models.registry import Enterprise, Registry
from reports.document import Figure
from reports.texts import Texts, texts

# Decimals: of shares in per cent; of the others as the ETS report template has them.
SHARE = 1
TONNES, HEAT = decimals()["co2"], decimals()["heat"]
OPERANDS = {"ncv": decimals()["ncv"], "carbon": decimals()["carbon"]}


class ReportError(CarbonpeakError):
    """A report cannot be made of what was asked; ``field`` is at fault."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


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


def gather(books: Books, *, enterprise: str | None, year: int, version: str) -> Facts:
    """Ask the ledger for a year of an enterprise or (None) of the park: today's state, a draft.

    Raises ReportError for an unknown enterprise or a year without anything accounted, and what
    ledger.inventory raises.
    """
    registry = books.registry()
    whose = None if enterprise is None else [_registered(registry, enterprise).code]
    start, end = parse_period(str(year), registry.zone)
    found = inventory(books, every="year", start=start, end=end, enterprises=whose)
    now = books.now()
    edition = Edition(version, now)
    return _facts(books, registry, enterprise, (start, min(end, now)), found, edition)


def gather_frozen(books: Books, number: int, *, enterprise: str | None, year: int | None) -> Facts:
    """A frozen inventory of a year, as it was signed, with the registry of that moment.

    ``enterprise`` and ``year``, where they are named, must be those of the inventory. Raises
    ReportError where they are not, for an unknown number, and for the inventory of a month, a
    cluster or a group.
    """
    try:
        frozen, found = frozen_inventory(books, number)
    except KeyError:
        raise ReportError("frozen", f"there is no frozen inventory {number}") from None
    code = frozen.code if frozen.boundary == "enterprise" else None
    if frozen.boundary not in ("enterprise", "park") or not frozen.period.isdecimal():
        told = f"{number} is of {frozen.boundary} {frozen.code} in {frozen.period}"
        raise ReportError("frozen", f"{told}; a report is of a year of an enterprise or the park")
    if enterprise is not None and enterprise != code:
        raise ReportError("frozen", f"{number} is of {frozen.code}, not of {enterprise}")
    if year is not None and str(year) != frozen.period:
        raise ReportError("frozen", f"{number} is of {frozen.period}, not of {year}")
    registry = registry_as_of(books, frozen.frozen_at)
    edition = Edition(
        str(frozen.head["program"]).rpartition(" ")[2], frozen.frozen_at, frozen.id, frozen.sha256
    )
    return _facts(books, registry, code, span_of(frozen), found, edition)


def _registered(registry: Registry, code: str) -> Enterprise:
    one = registry.enterprise_by_code.get(code)
    if one is None:
        raise ReportError("enterprise", f"{code!r} is not registered")
    return one


def _facts(  # noqa: PLR0917 - what the two ways of gathering have found
    books: Books,
    registry: Registry,
    enterprise: str | None,
    span: tuple[datetime, datetime],
    found: Inventory,
    edition: Edition,
) -> Facts:
    rows = found.rows
    year = span[0].astimezone(registry.zone).year
    if rows.empty:
        raise ReportError("year", f"nothing is accounted in {year}")
    gwp = str(rows["gwp"].iloc[0])
    gases = sorted(set(rows.loc[rows["gas"].notna() & (rows["gas"] != ""), "gas"]))
    return Facts(
        registry=registry,
        enterprise=None if enterprise is None else _registered(registry, enterprise),
        year=year,
        start=span[0],
        end=span[1],
        found=found,
        potentials=tuple(books.factors.gwp(gas, gwp) for gas in gases),
        gwp_assessment=gwp,
        edition=edition,
        words=texts("inventory"),
    )


Line = dict[str, Any]  # a row of a frame by its columns


def lines(frame: pd.DataFrame) -> list[tuple[int, Line]]:
    """Each row of a frame with its number in the index."""
    rows: list[Line] = frame.to_dict("records")  # type: ignore[assignment]
    return list(zip(frame.index.tolist(), rows, strict=True))


def amount_decimals(unit: str) -> int:
    """Decimals of an amount; the template's electricity is in MWh."""
    if unit == "kWh":
        return decimals()["electricity"] - 3
    return decimals()["heat" if unit == "GJ" else "amount"]


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
