"""Proves that every factor file is sound; each fault names file, line, column and reason.

Ids, statuses, sources, dates, units, plausible values (``models/reference/factor_ranges.csv``),
validity without overlap, references between the files; what is derived is recomputed
(models.carbon.derived_values).
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable
from itertools import pairwise

from models.carbon.categories import categories
from models.carbon.derived_values import derived_faults
from models.carbon.factor_files import FILES, MATERIAL_FILES
from models.carbon.factor_tables import (
    COLUMNS,
    GUIDELINES,
    Tables,
    read_tables,
)
from models.carbon.gwp import EQUIVALENT, STATUSES
from models.carbon.methods import methods
from models.errors import Fault, UnitError
from models.reference_tables import Line, package_folder
from models.units import conversion, measure

_REQUIRED = ("id", "set", "code", "unit", "source", "status")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_MASS = re.compile(r"(kg|t|g)(.*)")
_VALUES = ("value", "ncv_gj_per_unit", "oxidation_pct")
_DATES = ("published", "valid_from", "valid_to")
# What, apart from its validity, tells a row from another of the same file.
_KEY = (
    "set", "category", "code", "component", "region", "level", "basis", "gas", "assessment",
    "data_year", "horizon_years",
)  # fmt: skip


def check(folder: Traversable | None = None) -> list[Fault]:
    """The faults of the factor files and guidelines below a folder of reference data.

    Without a folder those that the library itself reads. Sorted by file and line.
    """
    tables, faults = read_tables(package_folder() if folder is None else folder)
    if not faults:  # else columns that are missing would be told again of every row
        faults = [*_rows(tables), *_overlaps(tables), *derived_faults(tables), *_guidelines(tables)]
    return sorted(faults, key=lambda fault: (fault.file, fault.row or 0, fault.field))


def _rows(tables: Tables) -> Iterator[Fault]:
    seen: dict[str, Line] = {}
    for name in FILES:
        for line in tables[name]:
            first = seen.setdefault(line["id"], line)
            if first is not line:
                place = f"{first.file}:{first.number}"
                yield line.fault("id", f"{line['id']!r} stands on {place} already")
            yield from _row(name, line)


def _row(name: str, line: Line) -> Iterator[Fault]:
    for column in _REQUIRED:
        if not line[column].strip():
            yield line.fault(column, "is empty")
    if not line["id"].startswith(f"{line['set']}/"):
        yield line.fault("id", f"does not begin with its set, {line['set']}/")
    if line["status"] not in STATUSES:
        yield line.fault("status", f"{line['status']!r} is not one of: {', '.join(STATUSES)}")
    yield from _dates(line)
    yield from _unit(name, line)
    yield from _numbers(name, line)
    if name in (*MATERIAL_FILES, "combustion_gases"):
        yield from _references(line)


def _dates(line: Line) -> Iterator[Fault]:
    for column in _DATES:
        text = line[column]
        if text and not _is_date(text, whole=column != "published"):
            yield line.fault(column, f"{text!r} is not a date (2024-12-31)")
    if line["valid_from"] and line["valid_to"] and line["valid_from"] >= line["valid_to"]:
        yield line.fault("valid_to", "lies not after valid_from")
    year = line["data_year"]
    if year and not (year.isdecimal() and _FIRST_YEAR <= int(year) <= _LAST_YEAR):
        yield line.fault("data_year", f"{year!r} is not a year")
    elif "data_year" in COLUMNS[line.file.removesuffix(".csv")]:
        if not year and line["basis"]:
            yield line.fault("data_year", "is empty")
        if year and line["published"][:4] and line["published"][:4] < year:
            yield line.fault("published", f"lies before the year of the data, {year}")


def _is_date(text: str, *, whole: bool) -> bool:
    if _DATE.fullmatch(text) is None or (whole and len(text) < len("2024-12-31")):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _unit(name: str, line: Line) -> Iterator[Fault]:
    """A unit that parses; of a factor a mass of the row's own gas per unit of activity."""
    unit = line["unit"]
    if not unit:
        return
    mass, _, activity = unit.partition("/")
    if name == "fuels":
        if unit not in ("t", "10^4 Nm3"):
            yield line.fault("unit", f"{unit!r}: the fuel sets tell NCV per t or 10^4 Nm3")
        return
    if name in ("electricity", "heat", "combustion_gases", *MATERIAL_FILES):
        found = _MASS.fullmatch(mass)
        if found is None or found[2] != line["gas"]:
            yield line.fault("unit", f"{unit!r} is no mass of {line['gas'] or 'a gas'} per unit")
            return
    try:
        measure(activity.replace("10^4 m3", "m3").replace("10^3 m3", "m3"))
        if name in ("electricity", "coal_rate"):
            conversion(activity, "kWh")
        elif name == "heat":
            conversion(activity, "GJ")
    except UnitError as error:
        yield line.fault("unit", f"{unit!r}: {error.why}")


@cache
def _ranges() -> dict[tuple[str, str, str], tuple[float, float, str]]:
    """Plausible values by (file, column, unit or empty)."""
    text = (package_folder() / "factor_ranges.csv").read_text(encoding="utf-8")
    return {
        (row["file"], row["column"], row["unit"]): (
            float(row["low"]),
            float(row["high"]),
            row["reason"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def _numbers(name: str, line: Line) -> Iterator[Fault]:
    columns = {column for file, column, _ in _ranges() if file == name} | {"uncertainty_pct"}
    for column in sorted(columns):
        text = line[column]
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            yield line.fault(column, f"{text!r} is not a number")
            continue
        if column == "uncertainty_pct":
            bounds: tuple[float, float, str] | None = (0.0, 500.0, "relative, 95 %")
        else:
            bounds = _ranges().get((name, column, line["unit"])) or _ranges().get(
                (name, column, "")
            )
        if bounds is None:
            yield line.fault("unit", f"{line['unit']!r}: no plausible range of {column} is known")
        elif not bounds[0] <= value <= bounds[1]:
            reason = f"{text} lies outside {bounds[0]:g} to {bounds[1]:g} ({bounds[2]})"
            yield line.fault(column, reason)
    if not any(line[column] for column in _VALUES) and "range" not in line["note"]:
        yield line.fault("value", "is empty, and the note tells no published range")


def _references(line: Line) -> Iterator[Fault]:
    """Category, method, gas and operands are those that the other reference files know."""
    if line["category"] not in categories():
        yield line.fault("category", f"{line['category']!r} is not known")
    known = methods().get(line["method"])
    if known is None:
        yield line.fault("method", f"{line['method']!r} is not known")
        return
    if known.gas not in ("any", "none", line["gas"]):
        yield line.fault("gas", f"{line['gas']!r}: method {known.code} gives {known.gas}")
    names = {operand.name for operand in known.operands}
    for part in filter(None, line["operands"].split("|")):
        name = part.partition("=")[0]
        if name not in names:
            yield line.fault("operands", f"{name!r} is no operand of {known.code}")


def _overlaps(tables: Tables) -> Iterator[Fault]:
    """Two rows that answer the same question on the same day; and gases without a potential."""
    for name in FILES:
        groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for line in tables[name]:
            groups[tuple(line[column] for column in _KEY)].append(line)
        for lines in groups.values():
            lines.sort(key=lambda line: line["valid_from"])
            for before, after in pairwise(lines):
                if not before["valid_to"] or before["valid_to"] > after["valid_from"]:
                    reason = f"holds on days on which line {before.number} holds"
                    yield after.fault("valid_from", reason)
    gases = {line["code"] for name in ("gwp", "blends") for line in tables[name]} | {EQUIVALENT}
    for name in MATERIAL_FILES:
        for line in tables[name]:
            if line["gas"] not in gases:
                yield line.fault("gas", f"{line['gas']!r} has no GWP")


def _guidelines(tables: Tables) -> Iterator[Fault]:
    fuel_sets = {line["set"] for line in tables["fuels"]}
    material_sets = {line["set"] for name in MATERIAL_FILES for line in tables[name]}
    until: dict[str, str | None] = {}
    for line in tables[GUIDELINES]:
        for column, known in (("fuel_sets", fuel_sets), ("material_sets", material_sets)):
            for name in line[column].split():
                if name not in known:
                    yield line.fault(column, f"{name!r} is in no factor file")
        if line["combustion"] not in ("combustion", "combustion_no_oxidation"):
            yield line.fault("combustion", f"{line['combustion']!r} is not known")
        for column in ("electricity_in_obligation", "heat_in_obligation"):
            if line[column] not in ("true", "false"):
                yield line.fault(column, f"{line[column]!r} is neither true nor false")
        if line["status"] not in STATUSES:
            yield line.fault("status", f"{line['status']!r} is not one of: {', '.join(STATUSES)}")
        for column in ("code", "document", "source"):
            if not line[column]:
                yield line.fault(column, "is empty")
        yield from _edition(line, until)


def _edition(line: Line, until: dict[str, str | None]) -> Iterator[Fault]:
    """Editions of a guideline follow each other year by year, without gap or overlap."""
    code, first, last = line["code"], line["year_from"], line["year_to"]
    years = [year for year in (first, last) if year]
    if not all(year.isdecimal() for year in years):
        yield line.fault("year_from", f"{first!r} to {last!r} are not years")
        return
    if code in until:
        before = until[code]
        if before is None or not first or int(first) != int(before) + 1:
            reason = f"{first!r}: the edition before ends with {before or 'no year'}"
            yield line.fault("year_from", reason)
    until[code] = last or None
