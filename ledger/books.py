"""What the ledger's questions are asked of: the store, the registry, the factors and the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ledger.kept import Kept
from models.carbon.factors import FactorLibrary
from models.registry import Meter, Registry
from store.interface import Store
from store.registry_db import Replays
from store.registry_db.corrections import Corrections
from store.registry_db.frozen import FrozenInventories
from store.registry_db.history import RegistryChange


@dataclass(frozen=True)
class Books:
    """The open books of one park. ``now`` is a UTC clock, injected so that tests can set it."""

    store: Store
    registry: Callable[[], Registry]
    factors: FactorLibrary
    now: Callable[[], datetime]
    replays: Replays | None = None  # of rejections; without, none was ever replayed
    registry_as_of: Callable[[datetime], Registry] | None = None  # as it was known then
    corrections: Corrections | None = None  # their record; without, none is told of
    frozen: FrozenInventories | None = None  # what was signed
    registry_changes: Callable[[], Sequence[RegistryChange]] | None = None  # newest first
    kept: Kept = field(default_factory=Kept, compare=False)  # what questions share for a moment


def select_meters(
    registry: Registry,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    quantity: str | None = None,
) -> list[Meter]:
    """Latest versions of the meters that fit every given filter, in the order of their keys."""
    return [
        candidate
        for candidate in registry.meter_by_key.values()
        if enterprise in (None, candidate.enterprise)
        and meter in (None, candidate.code)
        and quantity in (None, candidate.quantity)
    ]
