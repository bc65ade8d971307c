"""Hours of a span in which an outlet was not watched yet: nothing is owed of them, nor known."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.registry import Registry


def hours_before_watched(
    registry: Registry, outlet: tuple[str, str], pollutant: str, start: datetime, end: datetime
) -> float:
    """Hours of [start, end) before the first version of the ``outlet`` (enterprise, point), or of
    its channels of the pollutant, begins; 0 where it always was watched for it.

    What was discharged before is unknown: the outlet may be new, or only its monitoring. A year
    that it was watched for half of is no year to hold against an annual amount or another year.
    """
    versions = registry.point_versions.get(outlet, ())
    channels = [one for one in registry.channels_of.get(outlet, ()) if one.code == pollutant]
    begun = [min((one.valid_from or start for one in some), default=start)
             for some in (versions, channels)]  # fmt: skip
    return max((min(max(begun), end) - start) / timedelta(hours=1), 0.0)
