"""Checks over whole files: duplicates, references, validity, and what contradicts the database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from models.errors import Fault
from models.registry import Registry
from store.registry_db import kinds
from store.registry_db.kinds import RecordKind
from store.registry_files.accounting_checks import accounting_faults
from store.registry_files.merging import IN_DATABASE, Identity, Merged, lines, merge
from store.registry_files.meter_checks import meter_faults
from store.registry_files.permit_checks import permit_faults
from store.registry_files.placed import Placed, RegistryFiles
from store.registry_files.point_checks import point_faults
from store.registry_files.progress_checks import progress_faults

RESERVED = {"event"}  # park/{park}/event/usage is a topic of ours


def faults_of(files: RegistryFiles, known: Registry | None) -> list[Fault]:
    """Every fault that shows only when records are seen beside each other."""
    merged = merge(files, known)
    found = [
        *_duplicates(files),
        *_park(files, known),
        *_enterprises(files, merged),
        *_references(files, merged),
        *_validities(files, merged),
        *point_faults(files, merged),
        *meter_faults(files, merged),
        *_outputs(files),
        *accounting_faults(files, merged),
        *permit_faults(files, merged),
        *progress_faults(files, merged),
    ]
    return list(dict.fromkeys(found))  # the meters of a channel share its row and its faults


def _duplicates(files: RegistryFiles) -> Iterator[Fault]:
    for kind, records in files.records.items():
        first: dict[Identity, Placed] = {}
        for placed in records:
            other = first.setdefault(kind.identify(placed.values), placed)
            if other is not placed:
                where = "twice" if other.row is None else f"already in line {other.row}"
                yield placed.fault(
                    " ".join(kind.identity), f"this {kind.name.replace('_', ' ')} is {where}"
                )


def _park(files: RegistryFiles, known: Registry | None) -> Iterator[Fault]:
    for park in files.records[kinds.PARK]:
        if known is not None and park.values["code"] != known.park.code:
            yield park.fault(
                "park.code", f"{park.values['code']!r}: the database holds {known.park.code!r}"
            )


def _enterprises(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    owners: dict[str, Placed] = {}
    for placed in merged.after[kinds.ENTERPRISE].values():
        owners.setdefault(placed.values["uscc"], placed)
    for placed in files.records[kinds.ENTERPRISE]:
        code, uscc = placed.values["code"], placed.values["uscc"]
        if code in RESERVED:
            yield placed.fault("code", f"{code!r} is a reserved word of the MQTT topics")
        if uscc and owners[uscc].values["code"] != code:
            yield placed.fault("uscc", f"{uscc} is already that of {owners[uscc].values['code']}")


# Which field names a record of another kind.
_REFERENCES = (
    (kinds.ENTERPRISE, "cluster", kinds.CLUSTER),
    (kinds.POINT, "enterprise", kinds.ENTERPRISE),
    (kinds.METER, "enterprise", kinds.ENTERPRISE),
    (kinds.OUTPUT, "enterprise", kinds.ENTERPRISE),
    (kinds.METER, "counterpart", kinds.ENTERPRISE),
    (kinds.DECLARED_FACTOR, "enterprise", kinds.ENTERPRISE),
    (kinds.SOURCE_STREAM, "enterprise", kinds.ENTERPRISE),
    (kinds.BUILDING, "enterprise", kinds.ENTERPRISE),
    (kinds.GROUP, "enterprise", kinds.ENTERPRISE),
    (kinds.CERTIFICATE, "enterprise", kinds.ENTERPRISE),
    (kinds.CERTIFICATE_USE, "enterprise", kinds.ENTERPRISE),
    (kinds.MEASURE, "enterprise", kinds.ENTERPRISE),
    (kinds.ASSUMPTION, "cluster", kinds.CLUSTER),
    (kinds.MOVEMENT, "enterprise", kinds.ENTERPRISE),
)


def _references(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    for kind, field, target in _REFERENCES:
        for placed in files.records[kind]:
            code = placed.values[field]
            if code is None:
                continue
            if (code,) not in merged.after[target] and (code,) not in files.refused[target]:
                yield placed.fault(field, f"{code!r}: no such {target.name}")


def _validities(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    for kind in (kind for kind in kinds.KINDS if kind.dated):
        for placed in files.records[kind]:
            start, end = placed.values["valid_from"], placed.values["valid_to"]
            if start is not None and end is not None and end <= start:
                yield placed.fault("valid_to", "not after valid_from")
        yield from _overlaps(kind, merged)


def _overlaps(kind: RecordKind, merged: Merged) -> Iterator[Fault]:
    for versions in lines(kind, merged.after[kind].values()).values():
        for version, following in pairwise(versions):
            end, start = version.values["valid_to"], following.values["valid_from"]
            if end <= start:  # an open one was closed by the merge
                continue
            at, other = (version, following) if following.row is None else (following, version)
            where = IN_DATABASE if other.row is None else f"line {other.row}"
            yield at.fault("valid_from", f"its validity overlaps that of the version in {where}")


def _outputs(files: RegistryFiles) -> Iterator[Fault]:
    years = {
        (row.values["enterprise"], row.values["period"], row.values["price_basis"])
        for row in files.records[kinds.OUTPUT]
    }
    for placed in files.records[kinds.OUTPUT]:
        enterprise, period, basis = kinds.OUTPUT.identify(placed.values)
        year, _, month = str(period).partition("-")
        if month and (enterprise, year, basis) in years:
            yield placed.fault("period", f"{period}: {year} is there as a whole already")
