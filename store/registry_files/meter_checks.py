"""What must be right of a meter: unit, register, versions, parent, and its exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, pairwise

from models.errors import Fault, UnitError
from models.quantities import AMOUNT_KINDS, Kind, Quantity, quantities
from models.units import conversion
from store.registry_db import kinds
from store.registry_files.formula_checks import formula_faults
from store.registry_files.merging import Identity, Merged, lines
from store.registry_files.placed import Placed, RegistryFiles

Versions = dict[Identity, list[Placed]]


def meter_faults(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    """Every fault of the meters and of their exchanges."""
    for placed in files.records[kinds.METER]:
        yield from _quantity(placed)
        yield from _bounds(placed)
    versions = lines(kinds.METER, merged.after[kinds.METER].values())
    yield from _one_quantity(versions)
    yield from _one_unit(versions)
    yield from _parents(files, versions)
    yield from formula_faults(files, versions)
    for placed in files.records[kinds.EXCHANGE]:
        yield from _exchange(placed, files, versions)
    for placed in files.records[kinds.PROFILE]:
        yield from _profile(placed, files, versions)


def _quantity(meter: Placed) -> Iterator[Fault]:
    code, kind = meter.values["quantity"], meter.values["kind"]
    quantity = quantities().get(code)
    if quantity is None:
        yield meter.fault("quantity", f"{code!r}: known are {', '.join(quantities())}")
        return
    if kind not in quantity.kinds:
        allowed = ", ".join(sorted(quantity.kinds))
        yield meter.fault("kind", f"{kind.value!r}: {code} allows {allowed}")
        return
    unit, canonical = meter.values["unit"], quantity.unit_for(kind)
    try:
        conversion(unit, canonical)
    except UnitError as error:
        yield meter.fault("unit", f"{unit!r}: {_why_not(quantity, unit, canonical, error)}")


def _why_not(quantity: Quantity, unit: str, canonical: str, error: UnitError) -> str:
    if "Nm3" in canonical:
        try:
            conversion(unit, canonical.replace("Nm3", "m3"))
        except UnitError:
            pass
        else:
            normal, standard = canonical, canonical.replace("Nm3", "Sm3")
            return (
                f"a volume of {quantity.name_en} without its reference state; "
                f"use {normal} (0 °C) or {standard} (20 °C)"
            )
    return f"cannot be converted to {canonical}: {error.why}"


def _bounds(meter: Placed) -> Iterator[Fault]:
    values = meter.values
    if values["register_max"] is not None and values["kind"] is not Kind.COUNTER:
        yield meter.fault("register_max", f"only a counter has one, not {values['kind'].value!r}")
    low, high = values["range_low"], values["range_high"]
    if low is not None and high is not None and low >= high:
        yield meter.fault("range_high", f"{high:.15g} is not above range_low {low:.15g}")


def _one_quantity(versions: Versions) -> Iterator[Fault]:
    """A meter's readings form one series, so all its versions measure the same in the same way."""
    for line in versions.values():
        for field in ("quantity", "kind"):
            first = line[0].values[field]
            for version in line[1:]:
                if version.values[field] != first:
                    at = version if version.row is not None else line[0]
                    yield at.fault(
                        field,
                        f"versions of a meter have one {field}, not {first} and "
                        f"{version.values[field]}; give the new meter a code of its own",
                    )


def _one_unit(versions: Versions) -> Iterator[Fault]:
    """A register shows one unit: what it showed before a change would be read as the other.

    Only the reference state of a gas may change, as it does where a corrector is set anew and the
    register counts on.
    """
    for line in versions.values():
        if line[0].values["kind"] is not Kind.COUNTER:
            continue
        for before, version in pairwise(line):
            units = [one.values["unit"] for one in (before, version)]
            same = len({unit.replace("Sm3", "Nm3") for unit in units}) == 1
            known = before.row is None and version.row is None  # from before this was refused
            if same or known or _alike(*units):
                continue
            at = version if version.row is not None else before
            yield at.fault(
                "unit",
                f"versions of a counter have one unit, not {units[0]} and {units[1]}: its register "
                "is one series; readings may name another unit, a register of another scale "
                "gets a multiplier",
            )


def _alike(one: str, other: str) -> bool:
    try:
        return conversion(one, other) == (1.0, 0.0)
    except UnitError:  # told of its own
        return True


def _parents(files: RegistryFiles, versions: Versions) -> Iterator[Fault]:
    reported: list[Placed] = []
    for placed in files.records[kinds.METER]:
        enterprise, parent = placed.values["enterprise"], placed.values["parent"]
        if parent is None:
            continue
        line = (enterprise, parent)
        if line not in versions and line not in files.refused[kinds.METER]:
            yield placed.fault("parent", f"{parent!r}: no such meter of {enterprise}")
    for version in chain.from_iterable(versions.values()):
        circle = _circle(version, versions)
        culprits = [meter for meter in circle if meter.row is not None]
        if culprits and culprits[0] not in reported:
            codes = " under ".join(meter.values["code"] for meter in [*circle, circle[0]])
            yield culprits[0].fault("parent", f"a meter under itself: {codes}")
            reported += culprits


def _circle(meter: Placed, versions: Versions) -> list[Placed]:
    """The meters from ``meter`` up to itself at the start of its validity; none if it has a top."""
    enterprise, at = meter.values["enterprise"], meter.values["valid_from"]
    way = [meter]
    while (code := way[-1].values["parent"]) is not None:
        above = _valid_at(versions.get((enterprise, code), []), at)
        if above is meter:
            return way
        if above is None or above in way:
            return []
        way.append(above)
    return []


def _valid_at(line: list[Placed], at: datetime | None) -> Placed | None:
    """The version that is valid at ``at``; None is the beginning of time."""
    for version in line:
        start, end = version.values["valid_from"], version.values["valid_to"]
        if (start is None or (at is not None and start <= at)) and (
            end is None or at is None or at < end
        ):
            return version
    return None


def _profile(profile: Placed, files: RegistryFiles, versions: Versions) -> Iterator[Fault]:
    line = (profile.values["enterprise"], profile.values["meter"])
    if line not in versions:
        if line not in files.refused[kinds.METER]:
            yield profile.fault("meter", f"{line[1]!r}: no such meter of {line[0]}")
    elif (kind := versions[line][0].values["kind"]) not in AMOUNT_KINDS:
        yield profile.fault("meter", f"{line[1]!r}: kind {kind.value} has no amounts to fill")


def _exchange(exchange: Placed, files: RegistryFiles, versions: Versions) -> Iterator[Fault]:
    values = exchange.values
    line = (values["enterprise"], values["meter"])
    if line not in versions:
        if line not in files.refused[kinds.METER]:
            yield exchange.fault("meter", f"{line[1]!r}: no such meter of {line[0]}")
        return
    meter = _valid_at(versions[line], values["ts"])
    if meter is None:
        yield exchange.fault("ts", "the meter is not valid then")
        return
    if meter.values["kind"] is not Kind.COUNTER:
        yield exchange.fault("meter", f"{line[1]!r} is no counter: it has no register to exchange")
    maximum = meter.values["register_max"]
    for field in ("final_value", "initial_value"):
        if maximum is not None and not 0 <= values[field] <= maximum:
            yield exchange.fault(
                field, f"{values[field]:.15g} is beyond the register, 0 to {maximum:.15g}"
            )
