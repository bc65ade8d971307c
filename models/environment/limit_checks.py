"""Proves that the limit files are sound; each fault names file, line, column and reason."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable

from models.carbon.gwp import STATUSES
from models.environment.hj212_codes import hj212_codes
from models.environment.limits import LIMIT_FILES, RATE_UNIT, Averaging, Basis, Bound, Condition
from models.errors import Fault, UnitError
from models.reference_tables import Line, lines_of, package_folder
from models.registry.points import Medium
from models.units import conversion

CLASS_COLUMNS = (
    "class", "media", "standard", "basis", "reference_oxygen_pct", "name_zh", "name_en",
    "valid_from", "valid_to", "source", "status", "note",
)  # fmt: skip
LIMIT_COLUMNS = (
    "class", "pollutant", "value", "bound", "unit", "averaging", "condition", "table", "clause",
    "source", "status", "note",
)  # fmt: skip
_AIR_OXYGEN_PCT = 21.0  # what the conversion divides by: HJ 212-2017 annex D, alpha = 21/(21-O2)
_HIGHEST = {"1": 14.0, "dB": 120.0}  # pH, sound; of a pure number or level nothing is higher


def check(folder: Traversable | None = None) -> list[Fault]:
    """The faults of the limit files below a folder of reference data, sorted by file and line.

    Without a folder those that the library itself reads. Columns; classes unique, dated, sourced,
    with a reference oxygen just where concentrations are converted; one number a row, of a
    pollutant that HJ 212 knows, in a unit of what it measures; a question answered once.
    """
    limits = (package_folder() if folder is None else folder) / "limits"
    faults: list[Fault] = []
    classes = lines_of(limits / "classes.csv", "classes", CLASS_COLUMNS, faults)
    tables = {
        name: lines_of(limits / f"{name}.csv", name, LIMIT_COLUMNS, faults) for name in LIMIT_FILES
    }
    if not faults:  # else a missing column would be told again of every row
        rows = [line for lines in tables.values() for line in lines]
        faults = [*_classes(classes, rows), *_rows(rows, classes), *_pairs(rows)]
    return sorted(faults, key=lambda fault: (fault.file, fault.row or 0, fault.field))


def _classes(classes: list[Line], rows: list[Line]) -> Iterator[Fault]:
    used = {row["class"] for row in rows}
    seen: dict[str, Line] = {}
    for line in classes:
        first = seen.setdefault(line["class"], line)
        if first is not line:
            yield line.fault("class", f"{line['class']!r} stands on line {first.number} already")
        if line["class"] not in used:
            yield line.fault("class", f"{line['class']!r} limits nothing")
        yield from _filled(line, ("class", "standard", "name_zh", "name_en", "source"))
        yield from _one_of(line, "status", STATUSES)
        yield from _one_of(line, "basis", tuple(Basis))
        for medium in line["media"].split("|"):
            if medium not in tuple(Medium):
                yield line.fault("media", f"{medium!r} is not one of: {', '.join(Medium)}")
        yield from _oxygen(line)
        yield from _days(line)


def _oxygen(line: Line) -> Iterator[Fault]:
    text = line["reference_oxygen_pct"]
    if line["basis"] != Basis.CONVERTED:
        if text:
            yield line.fault("reference_oxygen_pct", "stands where nothing is converted")
        return
    value = _number(text)
    if not 0.0 < value < _AIR_OXYGEN_PCT:
        yield line.fault("reference_oxygen_pct", f"{text!r} does not lie between 0 and 21 %")


def _days(line: Line) -> Iterator[Fault]:
    for column in ("valid_from", "valid_to"):
        text = line[column]
        if text or column == "valid_from":
            try:
                date.fromisoformat(text)
            except ValueError:
                yield line.fault(column, f"{text!r} is not a date (2024-12-31)")
    if line["valid_to"] and line["valid_to"] <= line["valid_from"]:
        yield line.fault("valid_to", "lies not after valid_from")


def _rows(rows: list[Line], classes: list[Line]) -> Iterator[Fault]:
    media = {line["class"]: set(line["media"].split("|")) for line in classes}
    seen: dict[tuple[str, ...], Line] = {}
    for line in rows:
        key = tuple(
            line[column] for column in ("class", "pollutant", "averaging", "condition", "bound")
        )
        # A rate in kg/h limits the same gas beside its concentration.
        first = seen.setdefault((*key, str(line["unit"] == RATE_UNIT)), line)
        if first is not line:
            place = f"{first.file}:{first.number}"
            yield line.fault("pollutant", f"{' '.join(filter(None, key))} stands on {place}")
        if line["class"] not in media:
            yield line.fault("class", f"{line['class']!r} is not in classes.csv")
        yield from _filled(line, ("source",))
        yield from _one_of(line, "status", STATUSES)
        yield from _one_of(line, "bound", tuple(Bound))
        yield from _one_of(line, "averaging", tuple(Averaging))
        yield from _one_of(line, "condition", tuple(Condition))
        yield from _value(line)
        yield from _measured(line, media.get(line["class"], set()))


def _value(line: Line) -> Iterator[Fault]:
    value = _number(line["value"])
    highest = _HIGHEST.get(line["unit"], math.inf)
    if not math.isfinite(value):
        yield line.fault("value", f"{line['value']!r} is not one number")
    elif not 0.0 < value <= highest:
        yield line.fault("value", f"{line['value']} {line['unit']} is no limit")


def _measured(line: Line, media: set[str]) -> Iterator[Fault]:
    """The pollutant is one of HJ 212, measured in such media, in a unit that converts."""
    code = hj212_codes().get(line["pollutant"])
    if code is None:
        yield line.fault("pollutant", f"{line['pollutant']!r} is no code of HJ 212-2017")
        return
    if media and not media & code.media:
        told = ", ".join(sorted(media))
        yield line.fault("pollutant", f"{code.code} {code.name_en} is not measured in {told}")
    try:
        conversion(line["unit"], RATE_UNIT if line["unit"] == RATE_UNIT else code.unit)
    except UnitError as error:
        yield line.fault("unit", f"{line['unit']!r}: {error.why}")


def _pairs(rows: list[Line]) -> Iterator[Fault]:
    """A minimum lies below the maximum of the same class, pollutant and mean."""
    both: dict[tuple[str, ...], dict[str, Line]] = defaultdict(dict)
    for line in rows:
        both[line["class"], line["pollutant"], line["averaging"], line["condition"]][
            line["bound"]
        ] = line
    for sides in both.values():
        if len(sides) == len(Bound) and not (
            _number(sides[Bound.MIN]["value"]) < _number(sides[Bound.MAX]["value"])
        ):
            yield sides[Bound.MIN].fault("value", "the minimum lies not below the maximum")


def _filled(line: Line, columns: tuple[str, ...]) -> Iterator[Fault]:
    for column in columns:
        if not line[column].strip():
            yield line.fault(column, "is empty")


def _one_of(line: Line, column: str, allowed: tuple[str | StrEnum, ...]) -> Iterator[Fault]:
    if line[column] not in allowed:
        told = ", ".join(str(one) or "(empty)" for one in allowed)
        yield line.fault(column, f"{line[column]!r} is not one of: {told}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
