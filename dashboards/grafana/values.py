"""What Grafana would put in the places of a query: variables, and the span that is looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboards.boards.codes import COUNTED_QUALITIES

Row = dict[str, Any]
PLACE = re.compile(r"\$\{([^}]+)\}|\$(\w+)")


class UnknownVariableError(Exception):
    """A query names what the dashboard does not define."""

    def __init__(self, name: str) -> None:
        super().__init__(f"variable {name} is not defined")


class Values:
    """Real values: of the first meter with a reading, and the span that ends with its newest one.

    Without any reading, the first of everything and the span that ends now.
    """

    def __init__(self, begins: str, newest: Sequence[Row]) -> None:
        """``begins`` is where the dashboard's span does, "now-24h"; ``newest`` is ``/latest``."""
        counted = [row for row in newest if row["quality"] in COUNTED_QUALITIES] or list(newest)
        first = min(counted, key=lambda row: (row["enterprise"], row["meter"]), default=None)
        self._wanted: Row = first or {}
        end = datetime.fromisoformat(first["ts"]) if first else datetime.now(UTC)
        # The end itself is not in the span, and Grafana counts in milliseconds.
        end = end.replace(microsecond=0) + timedelta(seconds=1)
        start = end - timedelta(hours=_hours(begins))
        ms = [round(at.timestamp() * 1000) for at in (start, end)]
        self._filled = {
            "__from:date:iso": _iso(start),
            "__to:date:iso": _iso(end),
            "timeFilter": f"time >= {ms[0]}ms and time <= {ms[1]}ms",
        }

    def choose(self, name: str, options: Sequence[Any]) -> None:
        """Fill a variable with the wanted one of its options, else with the first."""
        wanted = self._wanted.get(name)
        if options:
            self._filled[name] = str(wanted if wanted in options else options[0])

    def filled(self, text: str) -> str:
        """The text with every place filled. Raises UnknownVariableError."""

        def value(place: re.Match[str]) -> str:
            name = place[1] or place[2]
            if name not in self._filled:
                raise UnknownVariableError(name)
            return self._filled[name]

        return PLACE.sub(value, text)


def _hours(begins: str) -> int:
    found = re.fullmatch(r"now-(\d+)h", begins)
    if found is None:
        raise ValueError(f"{begins} is no span that is known here")
    return int(found[1])


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
