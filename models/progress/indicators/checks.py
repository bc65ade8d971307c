"""Proves that the tables of indicators and the titles are sound; each fault names file and line."""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Iterator
from importlib.resources.abc import Traversable

from models.errors import Fault
from models.progress.indicators.tables import (
    Direction,
    Measure,
    TargetFrom,
    TargetKind,
    origins_of,
)
from models.progress.indicators.titles import LEVELS, SCOPES
from models.reference_tables import Line, lines_of, package_folder

STATUSES = ("verified", "verified-secondary", "from memory", "assumption")
TABLE_COLUMNS = (
    "code", "name_zh", "name_en", "document_zh", "document_en", "published", "baseline_year",
    "target_year", "judged", "source", "status",
)  # fmt: skip
ROW_COLUMNS = (
    "code", "name_zh", "name_en", "unit", "measure", "direction", "kind", "target_from",
    "baseline", "target", "from_tce", "below_tce", "how", "note_zh", "note_en", "source", "clause",
    "status",
)  # fmt: skip
CARRIER_COLUMNS = ("meaning", "carrier", "clean", "source", "status")
FIGURE_COLUMNS = ("key", "formula_zh", "formula_en", "source", "status")
TITLE_COLUMNS = (
    "code", "scope", "name_zh", "name_en", "levels", "issuer_zh", "issuer_en", "source", "status",
)  # fmt: skip


def check(folder: Traversable | None = None) -> list[Fault]:
    """The faults of the tables and titles below a folder of reference data, by file and line.

    Codes unique; every row named in both languages, sourced, with a target just where its table has
    one, a reduction only where the table has a base year, and a way to its value that exists.
    """
    reference = package_folder() if folder is None else folder
    place = reference / "indicators"
    faults: list[Fault] = []
    tables = lines_of(place / "tables.csv", "tables", TABLE_COLUMNS, faults)
    rows = {
        table["code"]: lines_of(place / f"{table['code']}.csv", table["code"], ROW_COLUMNS, faults)
        for table in tables
    }
    carriers = lines_of(place / "clean_carriers.csv", "clean_carriers", CARRIER_COLUMNS, faults)
    figures = lines_of(place / "figures.csv", "figures", FIGURE_COLUMNS, faults)
    titles = lines_of(reference / "titles.csv", "titles", TITLE_COLUMNS, faults)
    if not faults:  # else a missing column would be told again of every row
        entered = _entered(reference)
        keys = {line["key"] for line in figures}
        faults = [*_unique(tables, "code"), *_unique(figures, "key"), *_unique(titles, "code"),
                  *_titles(titles)]  # fmt: skip
        for table in tables:
            lines = rows[table["code"]]
            faults += [*_table(table), *_unique(lines, "code")]
            for line in lines:
                faults += [*_row(line, table), *_how(line, keys, entered)]
        for line in figures:
            faults += [*_filled(line, ("formula_zh", "formula_en", "source")),
                       *_one_of(line, "status", STATUSES)]  # fmt: skip
        for line in carriers:
            faults += [*_filled(line, ("meaning", "carrier", "source")),
                       *_one_of(line, "clean", ("true", "false")),
                       *_one_of(line, "status", STATUSES)]  # fmt: skip
    return sorted(faults, key=lambda fault: (fault.file, fault.row or 0, fault.field))


def _table(line: Line) -> Iterator[Fault]:
    yield from _filled(line, ("name_zh", "name_en", "document_zh", "document_en", "source"))
    yield from _one_of(line, "judged", ("true", "false"))
    yield from _one_of(line, "status", STATUSES)
    years = []
    for column in ("baseline_year", "target_year"):
        text = line[column]
        if text.isdigit() and 2000 <= int(text) <= 2100:
            years.append(int(text))
        elif text:
            yield line.fault(column, f"{text!r} is not a year")
    if years != sorted(set(years)):
        yield line.fault("target_year", f"{years[1]} lies not after the base year {years[0]}")


def _row(line: Line, table: Line) -> Iterator[Fault]:
    yield from _filled(line, ("code", "name_zh", "name_en", "unit", "source", "clause"))
    for column, allowed in (
        ("measure", tuple(Measure)), ("direction", tuple(Direction)), ("kind", tuple(TargetKind)),
        ("target_from", tuple(TargetFrom)), ("status", STATUSES),
    ):  # fmt: skip
        yield from _one_of(line, column, allowed)
    for column in ("baseline", "target", "from_tce", "below_tce"):
        if line[column] and not math.isfinite(_number(line[column])):
            yield line.fault(column, f"{line[column]!r} is not one number")
    if (line["target_from"] == TargetFrom.TABLE) is not bool(line["target"]):
        yield line.fault("target", "stands just where the target is the table's")
    if bool(line["note_zh"]) is not bool(line["note_en"]):
        yield line.fault("note_en", "a note stands in both languages or in none")
    if line["measure"] == Measure.REDUCTION:
        if not table["baseline_year"]:
            yield line.fault("measure", f"table {table['code']} has no base year")
        if line["unit"] != "%" or line["direction"] != Direction.UP:
            yield line.fault("unit", "a reduction is in %, and more of it is better")
        if line["baseline"]:
            yield line.fault("baseline", "that of a reduction is none")
    orientation = "false" if line["kind"] == TargetKind.ORIENTATION else "true"
    if orientation != table["judged"] and table["judged"] in ("true", "false"):
        yield line.fault("kind", "orientation stands just in the tables that judge nothing")


def _how(line: Line, figures: Collection[str], entered: Collection[str]) -> Iterator[Fault]:
    try:
        computed, typed = origins_of(line["how"])
    except ValueError as error:
        reason = f"{error} is neither computed:figure nor entered:indicator"
        yield line.fault("how", reason)
        return
    if computed is not None and computed.key not in figures:
        yield line.fault("how", f"no figure {computed.key!r} is computed")
    if typed is not None and typed.key not in entered:
        yield line.fault("how", f"{typed.key!r} is not in yearly_figures.csv")


def _titles(lines: list[Line]) -> Iterator[Fault]:
    for line in lines:
        yield from _filled(line, ("name_zh", "name_en", "issuer_zh", "issuer_en", "source"))
        yield from _one_of(line, "scope", SCOPES)
        yield from _one_of(line, "status", STATUSES)
        for level in line["levels"].split("|"):
            if level not in LEVELS:
                yield line.fault("levels", f"{level!r} is not one of: {', '.join(LEVELS)}")


def _entered(reference: Traversable) -> set[str]:
    text = (reference / "yearly_figures.csv").read_text(encoding="utf-8")
    return {row["code"] for row in csv.DictReader(text.splitlines())}


def _unique(lines: list[Line], column: str) -> Iterator[Fault]:
    seen: dict[str, Line] = {}
    for line in lines:
        first = seen.setdefault(line[column], line)
        if first is not line:
            yield line.fault(column, f"{line[column]!r} stands on line {first.number} already")


def _filled(line: Line, columns: tuple[str, ...]) -> Iterator[Fault]:
    for column in columns:
        if not line[column].strip():
            yield line.fault(column, "is empty")


def _one_of(line: Line, column: str, allowed: tuple[str, ...]) -> Iterator[Fault]:
    if line[column] not in allowed:
        yield line.fault(column, f"{line[column]!r} is not one of: {', '.join(allowed)}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
