"""Files against database: what a load would change."""

from __future__ import annotations

from models.errors import FaultsError
from models.registry import Registry
from store.registry_db.difference import Action, Change, Difference, action_of
from store.registry_db.kinds import KINDS
from store.registry_files.checking import faults_of
from store.registry_files.merging import merge
from store.registry_files.placed import RegistryFiles


def difference(files: RegistryFiles, known: Registry | None) -> Difference:
    """What the files change in ``known`` (None: an empty database), record by record.

    A record that the database has with other values is *corrected*; a version that was open and
    now has a later one is *closed*; what only the database has is left alone. Raises FaultsError
    where the files contradict what the database holds.
    """
    if known is not files.checked_with and (faults := faults_of(files, known)):
        raise FaultsError(faults)
    merged = merge(files, known)
    changes = []
    for kind in KINDS:
        before, after = merged.before[kind], merged.after[kind]
        for identity, placed in after.items():
            old = before.get(identity)
            if old is None:
                changes.append(Change(kind, Action.ADDED, None, placed.values))
            elif old.values != placed.values:
                changes.append(
                    Change(kind, action_of(old.values, placed.values), old.values, placed.values)
                )
        changes += [
            Change(kind, Action.WITHDRAWN, old.values, None)
            for identity, old in before.items()
            if identity not in after
        ]
    return Difference(known.version if known else 0, files.zone, tuple(changes))
