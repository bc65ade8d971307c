"""Load a folder: all of it in one transaction, or nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from store.registry_db import Difference, RegistryDatabase, RegistryEmptyError
from store.registry_files.comparing import difference
from store.registry_files.folder import read_folder


def load(
    database: RegistryDatabase,
    folder: Path | str,
    *,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Difference:
    """What the folder changes in the database; applied, recorded at ``now``, unless ``dry_run``.

    Raises FaultsError with every fault of every file, and RegistryChangedError when another load
    came in between; nothing is applied then.
    """
    try:
        known = database.snapshot()
    except RegistryEmptyError:
        known = None
    found = difference(read_folder(folder, known), known)
    if not dry_run:
        database.apply(found, now)
    return found
