"""The one way from readings to usage, of any meters, whoever asks.

Keeping usage current, the audit, and the usage of a past state all come through here: with the
registry and the readings that they name, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from models.registry import Registry
from models.usage import UsageResult, hourly_usage

# Readings (at least meter_key, ts, value, quality of READINGS, ordered by meter_key and ts, one row
# for each of these pairs) of the meters of these keys.
ReadingsOf = Callable[[Sequence[int]], pa.Table]


def metered_usage(registry: Registry, readings: pa.Table) -> UsageResult:
    """Hourly usage of the readings by what the registry says of their meters."""
    return hourly_usage(readings, registry.meter_specs, registry.exchange_table)


def computed_usage(
    registry: Registry, meters: Sequence[int], readings_of: ReadingsOf
) -> UsageResult:
    """Hourly usage (NEW_USAGE) and findings of the meters of these keys, from ``readings_of``.

    ``readings_of`` is asked for the meters that the answer depends on, each once. What it leaves
    out (readings after an instant, a span) the usage knows nothing of; a counter's hours at the
    edges of a span then lack their neighbours.
    """
    result = metered_usage(registry, readings_of(sorted(set(meters))))
    return UsageResult(_of(result.usage, meters), _of(result.findings, meters))


def _of(table: pa.Table, meters: Sequence[int]) -> pa.Table:
    return table.filter(pc.is_in(table["meter_key"], pa.array(meters, pa.int32())))
