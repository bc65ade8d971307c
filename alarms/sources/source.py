"""What the engine asks of every source, and where and from when on it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from alarms.occurrences import Occurrence
from models.alarms import Alarm

Place = tuple[str, str]  # enterprise, and outlet, station or meter


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for: occurrences that begin from ``since`` on, at ``places`` (None: all)."""

    now: datetime
    since: datetime
    places: frozenset[Place] | None = None

    def covers(self, enterprise: str | None, point: str) -> bool:
        """Whether an alarm of that place is looked at."""
        return self.places is None or (enterprise or "", point) in self.places


class Source(Protocol):
    """Gives every occurrence of its kinds in a scope; of lasting kinds all that hold now.

    It is asked ``begins_s`` seconds after the start, then every ``every_s`` everywhere. It keeps
    nothing and changes nothing.
    """

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds whose occurrences it gives; no other source gives them."""

    @property
    def begins_s(self) -> float:
        """How long it leaves a service that has just started alone."""

    @property
    def every_s(self) -> float:
        """How often time alone may bring something."""

    def found(self, scope: Scope, /) -> list[Occurrence]:
        """What there is."""


@runtime_checkable
class Follower(Source, Protocol):
    """A source that changed usage may bring something; it is asked of the places concerned.

    A look that took a second is followed by ``rest`` seconds without one, so that in busy hours the
    processors are with those who take in and settle.
    """

    @property
    def rest(self) -> float:
        """How long it is left alone after a look at what changed, in lengths of that look."""

    def concerns(self, first: datetime, last: datetime, now: datetime, /) -> bool:
        """Whether usage that changed in hours from the first to the last may."""


@runtime_checkable
class Witness(Source, Protocol):
    """A source without whose word no alarm of its kinds is resolved by its condition."""

    def is_over(self, alarm: Alarm, now: datetime, /) -> bool:
        """Whether enough is known of the time since its end: silence proves nothing."""
