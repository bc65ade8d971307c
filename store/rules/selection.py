"""Which rows a question is about: meters, and a span of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of the meters (None: of all) with start <= time < end; None leaves that side open."""

    meters: Sequence[int] | None
    start: datetime | None = None
    end: datetime | None = None

    def between(self, start: datetime | None, end: datetime | None) -> Selection:
        """The same meters in another span."""
        return Selection(self.meters, start, end)


def one_meter(selection: Selection) -> None:
    """Raises ValueError where the selection is not of one meter."""
    if selection.meters is None or len(selection.meters) != 1:
        raise ValueError("instants: the first times are asked of one meter")
