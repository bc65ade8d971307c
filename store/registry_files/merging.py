"""What would hold after a load: the files laid over what the database holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from models.registry import Registry
from store.registry_db.kinds import CHANNEL, GROUP, KINDS, METER, OUTPUT, POINT, RecordKind
from store.registry_db.records import as_filed
from store.registry_files.channel_merging import derived_meters
from store.registry_files.placed import Placed, RegistryFiles

Identity = tuple[object, ...]
IN_DATABASE = "the database"


@dataclass(frozen=True, slots=True)
class Merged:
    """``before`` and ``after`` the load, by kind and identity.

    ``of_channels`` are the meters after it that channels became.
    """

    before: dict[RecordKind, dict[Identity, Placed]]
    after: dict[RecordKind, dict[Identity, Placed]]
    of_channels: dict[Identity, Placed]

    def lines(self, kind: RecordKind) -> dict[Identity, list[Placed]]:
        """The versions of each record after the load, in time."""
        return lines(kind, self.after[kind].values())


def merge(files: RegistryFiles, known: Registry | None) -> Merged:
    """Lay the files over what is known. What the files do not have stays.

    A version left open ends where the next one of its line begins. A channel has the meters that it
    is now stated to be. An output by months takes the
    place of the year's, and the other way round: both would be counted twice. A group that the
    files state has the members they state and no others.
    """
    before = {
        kind: {kind.identify(values): Placed(dict(values), IN_DATABASE, None) for values in records}
        for kind, records in as_filed(known).items()
    }
    after: dict[RecordKind, dict[Identity, Placed]] = {}
    of_channels: dict[Identity, Placed] = {}
    for kind in KINDS:
        stated = {kind.identify(placed.values): placed for placed in files.records[kind]}
        after[kind] = before[kind] | stated
        if kind.dated:
            after[kind] |= _closed(kind, after[kind].values())
        if kind is METER:
            for identity in derived_meters(before[POINT], before[CHANNEL]).keys() - stated.keys():
                after[kind].pop(identity, None)
            of_channels = derived_meters(after[POINT], after[CHANNEL])
            after[kind] |= of_channels
        if kind is OUTPUT:
            forms = {_output_form(placed.values) for placed in stated.values()}
            for identity in before[kind].keys() - stated.keys():
                basis, by_month = _output_form(before[kind][identity].values)
                if (basis, not by_month) in forms:
                    del after[kind][identity]
        if kind is GROUP:
            groups = {placed.values["group"] for placed in stated.values()}
            for identity in before[kind].keys() - stated.keys():
                if before[kind][identity].values["group"] in groups:
                    del after[kind][identity]
    return Merged(before, after, of_channels)


def lines(kind: RecordKind, placed: Iterable[Placed]) -> dict[Identity, list[Placed]]:
    """Versions by the line they belong to, in time; no start comes first."""
    found: dict[Identity, list[Placed]] = defaultdict(list)
    for version in placed:
        found[kind.line_of(version.values)].append(version)
    for versions in found.values():
        versions.sort(key=_start)
    return found


def _start(version: Placed) -> tuple[bool, Any]:
    start = version.values["valid_from"]
    return (start is not None, start)


def _closed(kind: RecordKind, placed: Iterable[Placed]) -> dict[Identity, Placed]:
    closed = {}
    for versions in lines(kind, placed).values():
        for version, following in pairwise(versions):
            if version.values["valid_to"] is None:
                values = version.values | {"valid_to": following.values["valid_from"]}
                closed[kind.identify(values)] = Placed(values, version.file, version.row)
    return closed


def _output_form(values: dict[str, Any]) -> tuple[Identity, bool]:
    """Enterprise, year and price basis, and whether the period is a month of that year."""
    year, _, month = values["period"].partition("-")
    return (values["enterprise"], year, values["price_basis"]), bool(month)
