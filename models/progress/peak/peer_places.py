"""Places among parks when some are not known: by their peak, or by a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.progress.peak.verdict import Peak, Verdict

# Whoever has peaked stands before whoever is on a plateau, and so on; within the first three the
# earlier maximum stands first.
_GROUPS = {
    Verdict.PEAKED: 0,
    Verdict.PLATEAU: 1,
    Verdict.NOT_ESTABLISHED: 2,
    Verdict.AT_MAXIMUM: 3,
    Verdict.RISING_AGAIN: 3,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a park is ranked by, the least first; ``key`` None: not known."""

    key: tuple[float, ...] | None

    @classmethod
    def of(cls, found: Peak, missing: Sequence[int]) -> Standing:
        """By a verdict: with years missing, or too few of them, it is not known."""
        if missing or found.verdict not in _GROUPS or found.peak_year is None:
            return cls(None)
        group = _GROUPS[found.verdict]
        return cls((group, found.peak_year if group < 3 else 0))

    @classmethod
    def by_level(cls, level: float | None) -> Standing:
        """By a level, the lowest first."""
        return cls(None if level is None else (level,))


@dataclass(frozen=True, slots=True)
class Place:
    """``best`` and ``worst`` possible place; both None where the park's own standing is not known.

    Parks that stand alike share a place, and the places after them are left out.
    """

    best: int | None
    worst: int | None

    @property
    def known(self) -> bool:
        """Whether the park has any."""
        return self.best is not None

    @property
    def rank(self) -> int | None:
        """The place where no park that is not known could change it."""
        return self.best if self.best == self.worst else None


def place_of(standings: Sequence[Standing]) -> list[Place]:
    """The place of each: 1 + those before it, at worst all unknown ones are before it as well."""
    known = [one.key for one in standings if one.key is not None]
    unknown = len(standings) - len(known)
    places = []
    for one in standings:
        if one.key is None:
            places.append(Place(None, None))
            continue
        before = sum(key < one.key for key in known)
        places.append(Place(1 + before, 1 + before + unknown))
    return places
