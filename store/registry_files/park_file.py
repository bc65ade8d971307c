"""The park's file: YAML with ``park`` and ``clusters``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from models.errors import Fault
from store.registry_db.kinds import CLUSTER, PARK, RecordKind
from store.registry_files.csv_table import read_text
from store.registry_files.placed import Placed
from store.registry_files.row import Row
from store.registry_files.rows import PARK_FILE, ZONE_DEFAULT, ClusterRow, ParkRow
from store.registry_files.validating import validate_row

_ANY_ZONE = ZoneInfo(ZONE_DEFAULT)  # no field of this file is a time


def read_park(folder: Path) -> Iterator[tuple[RecordKind, Placed] | Fault]:
    """The park and its clusters, or every fault of the file."""
    path = folder / PARK_FILE
    if not path.is_file():
        yield Fault(PARK_FILE, None, "file", f"is missing in {folder}")
        return
    text = read_text(path)
    if isinstance(text, Fault):
        yield text
        return
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        yield Fault(PARK_FILE, line, "file", f"not YAML: {getattr(error, 'problem', error)}")
        return
    if not isinstance(content, dict) or not isinstance(content.get("park"), dict):
        yield Fault(PARK_FILE, None, "park", "is missing; write the park's fields under `park:`")
        return
    for name in content.keys() - {"park", "clusters"}:
        yield Fault(PARK_FILE, None, str(name), "there is no such field; known: park, clusters")
    yield from _record(PARK, ParkRow, content["park"], "park")
    clusters = content.get("clusters") or []
    if not isinstance(clusters, list):
        yield Fault(PARK_FILE, None, "clusters", "not a list")
        return
    for position, cluster in enumerate(clusters):
        yield from _record(CLUSTER, ClusterRow, cluster, f"clusters[{position}]")


def _record(
    kind: RecordKind, model: type[Row], fields: Any, at: str
) -> Iterator[tuple[RecordKind, Placed] | Fault]:
    if not isinstance(fields, dict):
        yield Fault(PARK_FILE, None, at, "not a mapping of fields")
        return
    filled = {str(name): value for name, value in fields.items() if value not in (None, "")}
    found = validate_row(model, filled, file=PARK_FILE, row=None, zone=_ANY_ZONE, at=f"{at}.")
    if isinstance(found, Placed):
        yield kind, found
    else:
        yield from found
