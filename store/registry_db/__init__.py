"""The relational registry: who and what is registered, and what was known when."""

from store.registry_db.activity import Activity
from store.registry_db.address import RegistryAddressError
from store.registry_db.alarm_deliveries import AlarmDeliveries
from store.registry_db.alarms import Alarms
from store.registry_db.appeals import Appeals
from store.registry_db.corrections import Corrections
from store.registry_db.database import (
    RegistryChangedError,
    RegistryDatabase,
    RegistryEmptyError,
)
from store.registry_db.describe import describe
from store.registry_db.difference import Action, Change, Difference
from store.registry_db.frozen import Frozen, FrozenFault, FrozenInventories
from store.registry_db.history import RegistryChange, history
from store.registry_db.imports import BlockCounts, FileImport, FileKey, Imports
from store.registry_db.migrating import NewerRegistryError
from store.registry_db.replays import Replay, ReplayOutcome, Replays
from store.registry_db.trouble import RegistryBusyError, RegistryServerError
from store.registry_db.writers import WriterError

__all__ = [
    "Action",
    "Activity",
    "AlarmDeliveries",
    "Alarms",
    "Appeals",
    "BlockCounts",
    "Change",
    "Corrections",
    "Difference",
    "FileImport",
    "FileKey",
    "Frozen",
    "FrozenFault",
    "FrozenInventories",
    "Imports",
    "NewerRegistryError",
    "RegistryAddressError",
    "RegistryBusyError",
    "RegistryChange",
    "RegistryChangedError",
    "RegistryDatabase",
    "RegistryEmptyError",
    "RegistryServerError",
    "Replay",
    "ReplayOutcome",
    "Replays",
    "WriterError",
    "describe",
    "history",
]
