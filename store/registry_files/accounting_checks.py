"""What must be right of what accounting needs: streams, counterparts, groups, own parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from models.carbon.categories import categories
from models.carbon.declared import check_declared
from models.carbon.factor_files import rows_of
from models.carbon.guidelines import guidelines
from models.carbon.own_units import per_activity
from models.environment.balance_codes import balance_codes, code_in_stream
from models.errors import Fault, UnitError
from models.quantities import quantities
from models.registry import DeclaredFactor, Direction, Parameter
from store.registry_db import kinds
from store.registry_files.certificate_checks import certificate_faults
from store.registry_files.merging import IN_DATABASE, Merged
from store.registry_files.placed import Placed, RegistryFiles


def accounting_faults(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    """Every fault of these records; which enterprises there are is checked elsewhere."""
    for placed in files.records[kinds.ENTERPRISE]:
        yield from _listed(placed, "guideline", {one.code: None for one in guidelines()})
    for placed in files.records[kinds.SOURCE_STREAM]:
        yield from _stream(placed)
    for placed in files.records[kinds.METER]:
        yield from _meter(placed, files, merged)
    for placed in files.records[kinds.DECLARED_FACTOR]:
        yield from _declared(placed)
    yield from _groups(merged)
    yield from certificate_faults(files, merged)


def _listed(placed: Placed, field: str, known: Collection[str]) -> Iterator[Fault]:
    if placed.values[field] not in known:
        yield placed.fault(field, f"{placed.values[field]!r}: known are {', '.join(known)}")


def _stream(stream: Placed) -> Iterator[Fault]:
    found = list(_listed(stream, "category", categories()))
    yield from found
    code, category = stream.values["code"], stream.values["category"]
    if not found and categories()[category].of_a_balance and not code_in_stream(category, code):
        known = ", ".join(one.code for one in balance_codes().values() if one.category == category)
        yield stream.fault("code", f"{code!r} begins with no code of {category}; known are {known}")


def _meter(meter: Placed, files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    values = meter.values
    enterprise, counterpart = values["enterprise"], values["counterpart"]
    if counterpart is not None:
        if counterpart == enterprise:
            yield meter.fault("counterpart", f"{counterpart!r} is the meter's own enterprise")
        if values["direction"] is Direction.GENERATION:
            yield meter.fault("counterpart", "what is generated has nobody at its other end")
    if (building := values["building"]) is not None:
        line = (enterprise, building)
        if line not in merged.after[kinds.BUILDING] and line not in files.refused[kinds.BUILDING]:
            yield meter.fault("building", f"{building!r}: no such building of {enterprise}")
    stream = values["source_stream"]
    declared = {code for owner, code in merged.after[kinds.SOURCE_STREAM] if owner == enterprise}
    refused = (enterprise, stream) in files.refused[kinds.SOURCE_STREAM]
    # An enterprise that declares none may name its streams freely.
    if stream is not None and declared and stream not in declared and not refused:
        known = ", ".join(sorted(str(code) for code in declared))
        yield meter.fault(
            "source_stream", f"{stream!r}: {enterprise} declares {known} in source_streams.csv"
        )


def _declared(factor: Placed) -> Iterator[Fault]:
    values = factor.values
    fuels = dict.fromkeys(row["code"] for row in rows_of("fuels"))
    carriers = dict.fromkeys(q.carrier for q in quantities().values() if q.carrier)
    parameter = values["parameter"]
    if values["category"] is not None:
        yield from _own_material(factor)
        return
    known = carriers | fuels if parameter is Parameter.EMISSION_FACTOR else fuels
    if values["carrier"] not in known:
        hint = "" if parameter is not Parameter.EMISSION_FACTOR else "; a material has a category"
        listed = ", ".join(sorted(known))
        yield factor.fault("carrier", f"{values['carrier']!r}: known are {listed}{hint}")
        return
    try:
        check_declared(DeclaredFactor(**values))
    except UnitError as error:
        if error.unit == error.expected:  # the unit is right, the value cannot be
            yield factor.fault("value", error.why)
            return
        expected = error.expected.replace("CO2", "")
        yield factor.fault("unit", f"{error.unit!r} is not a unit like {expected}: {error.why}")


def _own_material(factor: Placed) -> Iterator[Fault]:
    """An own emission factor of a material or activity: its unit tells what it is asked of."""
    values = factor.values
    found = list(_listed(factor, "category", categories()))
    yield from found
    if not found and categories()[values["category"]].of_a_balance:
        yield factor.fault("category", f"{values['category']!r} needs no factor: it has no CO2")
    if values["parameter"] is not Parameter.EMISSION_FACTOR:
        yield factor.fault(
            "parameter", f"a material has an emission_factor, no {values['parameter']}"
        )
    unit = values["unit"]
    try:
        per_activity(1.0, unit, f"tCO2/{unit.partition('/')[2].strip()}")
    except UnitError as error:
        yield factor.fault("unit", f"{unit!r} is not a unit like tCO2/t: {error.why}")


def _groups(merged: Merged) -> Iterator[Fault]:
    names: dict[object, Placed] = {}
    for placed in merged.after[kinds.GROUP].values():
        first = names.setdefault(placed.values["group"], placed)
        for field in ("name_zh", "name_en"):
            if placed.values[field] != first.values[field]:
                at, other = (placed, first) if placed.row is not None else (first, placed)
                where = IN_DATABASE if other.row is None else f"line {other.row}"
                yield at.fault(field, f"the group has another name in {where}")
