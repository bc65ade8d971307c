"""The greenhouse gas inventory and the energy behind it, by period, enterprise and source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from ledger.accounted import Building
from ledger.activity import Span
from ledger.as_of import registry_as_of
from ledger.books import Books
from ledger.boundaries import Boundary, within
from ledger.chosen_factors import OPERANDS, Rules
from ledger.market import market_rows
from ledger.parts import parts_of
from ledger.rows import COLUMNS, NUMBERS, PARTS, Accounted, accounted
from models.carbon.categories import categories
from models.carbon.factors import Level
from models.periods import Every, label
from models.registry import Registry

__all__ = ["COLUMNS", "Inventory", "inventory"]


@dataclass(frozen=True)
class Inventory:
    """Rows (ledger.rows' COLUMNS) with what stands behind them.

    ``operands`` has the index of ``rows`` and a column for every operand that a method names, null
    where it does not belong to the row's. ``parts`` (ledger.rows' PARTS) is what each row is the
    sum of. ``hours`` are those that meters were to cover (ledger.covered, with period),
    ``left_out`` the meters and records that count nowhere (meter, enterprise, reason), ``sets`` the
    factor sets that were chosen from, in their order, ``boundary`` whose inventory it is.
    """

    rows: pd.DataFrame
    hours: pd.DataFrame
    left_out: pd.DataFrame
    sets: dict[str, list[str]]
    operands: pd.DataFrame
    parts: pd.DataFrame
    boundary: Boundary

    def part(self, **wanted: object) -> Inventory:
        """The rows, with their operands and parts, and the hours whose columns have these values;
        hours are asked for those columns only that they have.
        """
        rows, hours = self.rows, self.hours
        for name, value in wanted.items():
            rows = rows[rows[name] == value]
            if name in hours:
                hours = hours[hours[name] == value]
        return self._of(rows, hours)

    def of_basis(self, basis: str) -> Inventory:
        """Without the rows of scope 2 that are of another basis."""
        other = self.rows["basis"].notna() & (self.rows["basis"] != basis)
        return self._of(self.rows[~other], self.hours)

    def outside(self, whose: Mapping[str, str], counted: pd.MultiIndex | None = None) -> Inventory:
        """Without what enterprises sell each other that ``whose`` gives the same to; with
        ``counted`` (start of a period, enterprise) only in periods in which both are counted.
        """
        inside = within(self.rows, whose)
        if counted is not None:
            for name in ("enterprise", "counterpart"):
                whom = pd.MultiIndex.from_arrays([self.rows["start"], self.rows[name]])
                inside &= whom.isin(counted)
        return self._of(self.rows[~inside], self.hours)

    def _of(self, rows: pd.DataFrame, hours: pd.DataFrame) -> Inventory:
        parts = self.parts[self.parts["row"].isin(rows.index)]
        return replace(
            self, rows=rows, hours=hours, operands=self.operands.loc[rows.index], parts=parts
        )

    @property
    def hours_of_sums(self) -> pd.DataFrame:
        """The hours without those of own renewables, which no sum of energy or emissions has."""
        return self.hours[self.hours["category"] != "self_generation"]

    def with_clusters(self, registry: Registry) -> Inventory:
        """The same with a column ``cluster``, of the enterprise, in rows and hours."""
        of = {one.code: one.cluster for one in registry.enterprises}
        rows, hours = (
            frame.assign(cluster=frame["enterprise"].map(of)) for frame in (self.rows, self.hours)
        )
        return replace(self, rows=rows, hours=hours)


def inventory(
    books: Books,
    *,
    every: Every = "year",
    start: datetime,
    end: datetime,
    enterprises: Collection[str] | None = None,
    building: Building | None = None,
    as_of: datetime | None = None,
    gwp: str = "AR5",
    factor_level: Level = "province",
) -> Inventory:
    """Everything accounted of meters and approved activity records, in [start, end).

    ``end`` is cut at now (or ``as_of``). One row a period (of the park's time), heading
    (ledger.parts) and factor; ``total`` is computed by year and summed by factor. Scope 2 comes
    twice: with basis ``location``, and with basis ``market``, which has no energy of its own.
    Amounts that are unknown stay null. ``coverage`` is that of the row's meters in the hours that
    the period has within the span, null of records; ``estimated_share`` the part of the amount
    without readings. Of a ``building`` (enterprise, code) the meters in it. ``gwp`` names the
    assessment report of the warming potentials, ``factor_level`` where the choice of electricity
    factors begins. With ``as_of`` by the readings, registry and records that were known then.

    Raises FactorNotFoundError, UnitError (see ledger.chosen_factors).
    """
    registry = registry_as_of(books, as_of)
    known = books.now() if as_of is None else min(as_of, books.now())
    # Parts of meters and of records meet in one frame: their instants are UTC, whatever was given.
    start, until = start.astimezone(UTC), min(end, known).astimezone(UTC)
    span = Span(registry, every, start, until, as_of)
    rules = Rules(books.factors, registry, factor_level, gwp)
    whose = None if enterprises is None else frozenset(enterprises)
    if building is not None:
        whose = frozenset({building[0]})
    found = parts_of(books, span, whose, building)
    account = accounted(rules, found)
    account = market_rows(books, span, account, known, building)
    rows, operands, parts = _ordered(account)
    rows["period"] = _labels(rows["start"], every, registry)
    hours = found.hours
    hours.insert(0, "period", _labels(hours["start"], every, registry))
    sets = {name: list(of) for name, of in books.factors.sets.items()}
    boundary = Boundary.of(registry, whose)
    return Inventory(rows[COLUMNS], hours, found.left_out, sets, operands, parts, boundary)


def _ordered(account: Accounted) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Rows in the order that people read them, operands and parts beside them."""
    rows = account.rows
    if rows.empty:
        return _empty(), pd.DataFrame(columns=OPERANDS, dtype=np.float64), _no_parts()
    keys = ["start", "enterprise", "scope", "carrier", "source_stream", "category", "basis",
            "factor_id"]  # fmt: skip
    place_of = {code: number for number, code in enumerate(categories())}
    columns = rows.assign(category=rows["category"].map(place_of))
    ranks = [_rank(columns[name]) for name in reversed(keys)]
    order = np.lexsort(ranks)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    parts = account.parts.assign(row=place[account.parts["row"].to_numpy()])
    return (
        rows.iloc[order].reset_index(drop=True),
        account.operands.iloc[order].reset_index(drop=True),
        parts[PARTS],
    )


def _rank(values: pd.Series) -> np.ndarray:
    """Place of each value among the distinct ones, unknown ones first."""
    codes, _ = pd.factorize(values, sort=True, use_na_sentinel=True)
    return codes


def _empty() -> pd.DataFrame:
    frame = pd.DataFrame(columns=COLUMNS)
    frame[NUMBERS] = frame[NUMBERS].astype(np.float64)
    return frame


def _no_parts() -> pd.DataFrame:
    return pd.DataFrame(columns=PARTS)


def _labels(starts: pd.Series, every: Every, registry: Registry) -> pd.Series:
    names = {at: label(at.to_pydatetime(), every, registry.zone) for at in starts.drop_duplicates()}
    return starts.map(names)
