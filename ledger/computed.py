"""The one way from readings to usage, of any meters, whoever asks.

Keeping usage current, the audit, and the usage of a past state all come through here: with the
registry and the readings that they name, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ledger.formulas import formulas_of
from ledger.virtual import BY_METER_AND_HOUR, virtual_rows
from models.registry import Registry
from models.usage import UsageResult, hourly_usage, profiles_of

# Readings (at least meter_key, ts, value, quality of READINGS, ordered by meter_key and ts, one row
# for each of these pairs) of the meters of these keys.
ReadingsOf = Callable[[Sequence[int]], pa.Table]


def metered_usage(registry: Registry, readings: pa.Table) -> UsageResult:
    """Hourly usage of the readings by what the registry says of their meters."""
    profiles = profiles_of(registry.profile_table, registry.zone)
    return hourly_usage(readings, registry.meter_specs, registry.exchange_table, profiles)


def computed_usage(
    registry: Registry, meters: Sequence[int], readings_of: ReadingsOf
) -> UsageResult:
    """Hourly usage (NEW_USAGE) and findings of the meters of these keys, from ``readings_of``.

    ``readings_of`` is asked for the meters with readings that these stand on, virtual ones on those
    that their formulas name. What it leaves out (readings after an instant, a span) the usage knows
    nothing of; a counter's hours at the edges of a span then lack their neighbours.
    """
    formulas = formulas_of(registry)
    result = metered_usage(registry, readings_of(sorted(formulas.metered(meters))))
    virtual = virtual_rows(formulas, result.usage)
    usage = pa.concat_tables([_of(result.usage, meters), _of(virtual, meters)])
    if virtual.num_rows:
        usage = usage.sort_by(BY_METER_AND_HOUR)
    return UsageResult(usage, _of(result.findings, meters))


def _of(table: pa.Table, meters: Sequence[int]) -> pa.Table:
    return table.filter(pc.is_in(table["meter_key"], pa.array(meters, pa.int32())))
