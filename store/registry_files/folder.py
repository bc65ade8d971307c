"""A folder of registry files: every record, or every fault of every file."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from models.errors import Fault, FaultsError
from models.registry import Registry
from store.registry_db import kinds
from store.registry_db.kinds import RecordKind
from store.registry_files.checking import faults_of
from store.registry_files.csv_table import read_table
from store.registry_files.park_file import read_park
from store.registry_files.placed import Placed, RegistryFiles
from store.registry_files.rows import PARK_FILE, TABLE_FILES, ZONE_DEFAULT
from store.registry_files.validating import validate_row


def read_folder(path: Path | str, known: Registry | None = None) -> RegistryFiles:
    """All records of the folder, checked by themselves, against each other and against ``known``.

    ``known`` is what the database holds: the files may refer to it, and must not contradict it.
    Raises FaultsError with every fault of every file.
    """
    files, faults = _read(Path(path), known)
    faults += faults_of(files, known)
    if faults:
        order = [PARK_FILE, *TABLE_FILES]
        place = {name: position for position, name in enumerate(order)}
        raise FaultsError(
            sorted(faults, key=lambda fault: (place.get(fault.file, len(order)), fault.row or 0))
        )
    return files


def _read(folder: Path, known: Registry | None) -> tuple[RegistryFiles, list[Fault]]:
    faults = _stray_files(folder)
    records: dict[RecordKind, list[Placed]] = {kind: [] for kind in kinds.KINDS}
    refused: dict[RecordKind, set[tuple[object, ...]]] = {kind: set() for kind in kinds.KINDS}
    for found in read_park(folder):
        if isinstance(found, Fault):
            faults.append(found)
        else:
            records[found[0]].append(found[1])
    parks = records[kinds.PARK]
    zone = ZoneInfo(parks[0].values["time_zone"] if parks else ZONE_DEFAULT)
    for file, (kind, model) in TABLE_FILES.items():
        if not (folder / file).is_file():
            continue
        for entry in read_table(folder / file, model):
            if isinstance(entry, Fault):
                faults.append(entry)
                continue
            row, cells = entry
            valid = validate_row(model, cells, file=file, row=row, zone=zone)
            if isinstance(valid, Placed):
                records[kind].append(valid)
            else:
                faults += valid
                refused[kind].add(tuple(cells.get(name, "") for name in kind.line))
    return RegistryFiles(zone, records, known, refused), faults


def _stray_files(folder: Path) -> list[Fault]:
    """A misspelt file name would leave its records out without a word."""
    if not folder.is_dir():
        return [Fault(str(folder), None, "folder", "is not a folder")]
    known = {PARK_FILE, *TABLE_FILES}
    return [
        Fault(path.name, None, "file", f"not a registry file; known: {', '.join(sorted(known))}")
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in {".csv", ".yaml", ".yml"} and path.name not in known
    ]
