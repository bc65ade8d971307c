"""Hours of a span in which an outlet was not watched yet: nothing is owed of them, nor known."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.registry import Registry


def hours_before_watched(
    registry: Registry, enterprise: str, point: str, start: datetime, end: datetime
) -> float:
    """Hours of [start, end) before the outlet's first version begins; 0 where it always was.

    What was discharged before is unknown: the outlet may be new, or only its monitoring. A year
    that it was watched for half of is no year to hold against an annual amount or another year.
    """
    versions = registry.point_versions.get((enterprise, point), ())
    begun = versions[0].valid_from if versions else None
    if begun is None or begun <= start:
        return 0.0
    return (min(begun, end) - start) / timedelta(hours=1)
