"""Readings of many meters to hourly usage: chosen by kind, in blocks that fit the processor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.quantities import Kind
from models.readings import LAST_COUNTED, Quality
from models.usage.continuous import continuous_usage
from models.usage.counter import counter_usage
from models.usage.eras import Eras, eras_of
from models.usage.exchanges import Exchanges, exchanges_of
from models.usage.interval import interval_usage
from models.usage.profiles import NO_PROFILES, Profiles
from models.usage.series import Bools, Series, floats, integers
from models.usage.tables import FINDINGS, NEW_USAGE

BLOCK = 130_000  # readings computed at once: their arrays stay near the processor


@dataclass(frozen=True, slots=True)
class UsageResult:
    """``usage`` (NEW_USAGE, ordered by meter_key and hour) and ``findings`` (FINDINGS, ordered by
    meter_key and ts).
    """

    usage: pa.Table
    findings: pa.Table


def _blocks(readings: pa.Table, eras: Eras) -> Iterator[Series]:
    """Readings that count, of registered meters: of successive meters, about BLOCK together."""
    key: npt.NDArray[np.int32] = readings["meter_key"].to_numpy()
    quality: npt.NDArray[np.uint8] = readings["quality"].to_numpy()
    ts, value = integers(readings, "ts"), floats(readings, "value")
    opens = np.ones(len(key), dtype=bool)
    np.not_equal(key[1:], key[:-1], out=opens[1:])
    starts = np.flatnonzero(opens)
    lengths = np.diff(starts, append=len(key))
    meter = np.searchsorted(eras.meter_key, key[starts])
    known = np.isin(key[starts], eras.meter_key)
    first = begin = 0
    for run, stop in enumerate((starts + lengths).tolist()):
        if stop - begin < BLOCK and stop < len(key):
            continue
        runs, rows = slice(first, run + 1), slice(begin, stop)
        first, begin = run + 1, stop
        grade = quality[rows]
        series = Series(
            np.repeat(meter[runs], lengths[runs]),
            ts[rows],
            value[rows],
            (grade == int(Quality.ESTIMATED)) | (grade == int(Quality.SUBSTITUTED)),
        )
        kept: Bools = np.repeat(known[runs], lengths[runs]) & (grade <= LAST_COUNTED)
        if not kept.all():
            series = series.part(kept)
        if len(series.ts):
            yield series


def _usage(
    eras: Eras,
    readings: Series,
    exchanges: Exchanges,
    profiles: Profiles,
    noticed: list[pa.Table],
) -> pa.Table:
    tables = []
    meters = slice(int(readings.meter[0]), int(readings.meter[-1]) + 1)
    for kind in Kind:
        of_kind = eras.kind == kind.value
        if not of_kind[meters].any():
            continue
        series = readings if of_kind[meters].all() else readings.part(of_kind[readings.meter])
        if kind is Kind.COUNTER:
            rows, found = counter_usage(eras, series, exchanges, profiles)
        elif kind in (Kind.RATE, Kind.LEVEL):
            amounts = kind is Kind.RATE
            rows, found = continuous_usage(eras, series, amounts=amounts, profiles=profiles)
        else:
            amounts = kind is Kind.INTERVAL
            rows, found = interval_usage(eras, series, amounts=amounts, profiles=profiles)
        tables.append(rows)
        noticed.extend(found)
    if len(tables) == 1:
        return tables[0]
    together = pa.concat_tables(tables)
    return together.take(np.argsort(together["meter_key"].to_numpy(), kind="stable"))


def hourly_usage(
    readings: pa.Table,
    specs: pa.Table,
    exchanges: pa.Table,
    profiles: Profiles = NO_PROFILES,
) -> UsageResult:
    """Hourly usage of meters of any kinds.

    ``readings`` have meter_key, ts, value, quality of READINGS, ordered by meter_key and ts, one
    row for each of these pairs; those whose quality does not count are left out here. ``specs``
    are METER_SPECS, ``exchanges`` EXCHANGES, ``profiles`` the declared typical
    days. Readings of meters without a spec count for nothing.

    An hour depends on the readings in it, on at most four counted ones before and two after it,
    and is the same to the last bit whatever else is in the call. Raises ValueError where versions
    of a meter differ in kind.
    """
    eras = eras_of(specs)
    declared = exchanges_of(exchanges, eras)
    usage, noticed = [NEW_USAGE.empty_table()], [FINDINGS.empty_table()]
    for block in _blocks(readings, eras):
        exchanged = declared.of_meters(block.meter[0], block.meter[-1])
        usage.append(_usage(eras, block, exchanged, profiles, noticed))
    findings = pa.concat_tables(noticed).sort_by(
        [("meter_key", "ascending"), ("ts", "ascending"), ("kind", "ascending")]
    )
    return UsageResult(pa.concat_tables(usage), findings)
