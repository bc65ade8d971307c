"""What must be right of virtual meters: formula, kind, interval, whole hours, no circle."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from models.errors import Fault
from models.periods import HOUR_US, to_us
from models.quantities import Kind, quantities
from models.registry import GapPolicy, Meter
from models.usage.formula import FormulaError, parse
from models.usage.virtual import virtual
from store.registry_db import kinds
from store.registry_files.merging import Identity
from store.registry_files.placed import Placed, RegistryFiles

HOUR_S = 3600
Versions = dict[Identity, list[Placed]]
# What a virtual meter cannot have, and what it is when left out.
OF_READINGS = {"multiplier": 1.0, "register_max": None, "range_low": None, "range_high": None,
               "gap_policy": GapPolicy.LINEAR}  # fmt: skip


def formula_faults(files: RegistryFiles, versions: Versions) -> Iterator[Fault]:
    """Every fault of meters with a formula, and of meters that are virtual at one time only."""
    for placed in files.records[kinds.METER]:
        line = versions[placed.values["enterprise"], placed.values["code"]]
        if any((one.values["formula"] is None) != (placed.values["formula"] is None)
               for one in line):  # fmt: skip
            yield placed.fault("formula", "a meter is virtual in all its versions or in none")
        elif placed.values["formula"] is not None:
            yield from _one(placed, files, versions)
    yield from _standing(versions)
    yield from _circles(versions)


def _one(placed: Placed, files: RegistryFiles, versions: Versions) -> Iterator[Fault]:
    values = placed.values
    quantity = quantities().get(values["quantity"])
    if quantity is None or values["kind"] not in quantity.kinds:
        return  # said already
    if values["kind"] not in (Kind.INTERVAL, Kind.MEAN):
        yield placed.fault("kind", "a virtual meter is interval (amounts) or mean (levels)")
    elif values["interval_s"] != HOUR_S:
        yield placed.fault("interval_s", f"a virtual meter has an amount an hour: {HOUR_S}")
    for name in ("valid_from", "valid_to"):
        if values[name] is not None and to_us(values[name]) % HOUR_US:
            yield placed.fault(name, "of a virtual meter it is a whole hour")
    for name, nothing in OF_READINGS.items():
        if values[name] != nothing:
            yield placed.fault(name, "a virtual meter has none: it takes no readings")
    try:
        named = _named(values, versions)
        virtual(_meter(values), named)
    except FormulaError as error:
        missing = parse_or_none(values["formula"])
        enterprise = values["enterprise"]
        if missing is not None and any(
            (enterprise, code) in files.refused[kinds.METER] for code in missing
        ):
            return
        yield placed.fault("formula", str(error))


def _standing(versions: Versions) -> Iterator[Fault]:
    """Formulas that stay as they are, over meters that the files change."""
    for line in versions.values():
        for placed in line:
            if placed.row is not None or placed.values["formula"] is None:
                continue
            try:
                virtual(_meter(placed.values), _named(placed.values, versions))
            except FormulaError as error:
                enterprise, code = placed.values["enterprise"], placed.values["code"]
                for named in parse_or_none(placed.values["formula"]) or ():
                    for changed in versions.get((enterprise, named), []):
                        if changed.row is not None:
                            yield changed.fault("quantity", f"formula of {code}: {error}")


def parse_or_none(text: str) -> tuple[str, ...] | None:
    """The codes that a formula names, None where it cannot be read."""
    try:
        return parse(text).operands
    except FormulaError:
        return None


def _named(values: dict[str, Any], versions: Versions) -> dict[str, Meter]:
    """The meters that a formula names, as far as they are there and their quantity is known."""
    found = {}
    for code in parse(values["formula"]).operands:
        line = versions.get((values["enterprise"], code))
        if line and line[0].values["quantity"] in quantities():
            found[code] = _meter(line[0].values)
    return found


def _meter(values: dict[str, Any]) -> Meter:
    return Meter(key=0, **values)


def _circles(versions: Versions) -> Iterator[Fault]:
    named = {
        line: {
            (line[0], code)
            for version in placed
            if version.values["formula"] is not None
            for code in parse_or_none(version.values["formula"]) or ()
        }
        for line, placed in versions.items()
    }
    try:
        TopologicalSorter(named).prepare()
    except CycleError as error:
        circle = error.args[1]
        codes = " from ".join(str(code) for _, code in circle)
        for line in circle:
            for placed in versions[line]:
                if placed.row is not None:
                    yield placed.fault("formula", f"a meter computed from itself: {codes}")
                    return
