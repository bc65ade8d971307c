"""The relational registry: who and what is registered, and what was known when."""

from store.registry_db.database import (
    RegistryChangedError,
    RegistryDatabase,
    RegistryEmptyError,
)
from store.registry_db.describe import describe
from store.registry_db.difference import Action, Change, Difference

__all__ = [
    "Action",
    "Change",
    "Difference",
    "RegistryChangedError",
    "RegistryDatabase",
    "RegistryEmptyError",
    "describe",
]
