"""Asking the ledger for what a report is of: today's figures, or a frozen inventory."""

from __future__ import annotations

from datetime import datetime

from ledger.as_of import registry_as_of
from ledger.books import Books
from ledger.frozen import frozen_inventory, span_of
from ledger.inventory import Inventory, inventory
from models.carbon.factors import Level
from models.errors import CarbonpeakError
from models.periods import parse_period
from models.registry import Enterprise, Registry
from reports.inventory.facts import Edition, Facts
from reports.texts import texts


class ReportError(CarbonpeakError):
    """A report cannot be made of what was asked; ``field`` is at fault."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


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
    return _facts(books, registry, enterprise, (start, min(end, now)), found, edition, "province")


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
    return _facts(
        books, registry, code, span_of(frozen), found, edition, frozen.head["factor_level"]
    )


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
    level: Level,
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
        factor_level=level,
        edition=edition,
        words=texts("inventory"),
    )
