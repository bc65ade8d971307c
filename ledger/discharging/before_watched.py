"""Hours of a span in which an outlet was not watched yet: nothing is owed of them, nor known."""

from __future__ import annotations

from datetime import datetime, timedelta

from ledger.discharging.layouts import NO, NO2, NOX
from models.registry import Registry


def hours_before_watched(
    registry: Registry, outlet: tuple[str, str], pollutant: str, start: datetime, end: datetime
) -> float:
    """Hours of [start, end) before the first version of the ``outlet`` (enterprise, point), or of
    its channels of the pollutant (of nitrogen oxides also both their parts), begins; 0 where it
    always was watched for it.

    What was discharged before is unknown: the outlet may be new, or only its monitoring. A year
    that it was watched for half of is no year to hold against an annual amount or another year.
    """
    versions = registry.point_versions.get(outlet, ())
    first: dict[str, datetime] = {}
    for one in registry.channels_of.get(outlet, ()):
        since = one.valid_from or start
        first[one.code] = min(since, first.get(one.code, since))
    ways = [first[pollutant]] if pollutant in first else []
    if pollutant == NOX and NO in first and NO2 in first:
        ways.append(max(first[NO], first[NO2]))
    opened = min((one.valid_from or start for one in versions), default=start)
    begun = max(opened, min(ways, default=start))
    return max((min(begun, end) - start) / timedelta(hours=1), 0.0)
