"""Virtual meters: each hour is computed from the same hour of the meters that the formula names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US, to_us
from models.quantities import quantities
from models.readings import TIMESTAMP
from models.registry import Meter
from models.usage.formula import Compiled, FormulaError, compiled, parse
from models.usage.series import Bools, Floats, Ints, floats, integers
from models.usage.tables import NEW_USAGE

BEGINNING, END = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True)
class Virtual:
    """One version of a virtual meter, valid in hours that begin in [start, end) (µs).

    ``operands`` are the keys of the meters by the codes in the formula; ``amounts`` says of these,
    and ``amount`` of the meter itself, whether an hour is an amount or a mean.
    """

    key: int
    formula: Compiled
    operands: Mapping[str, int]
    amounts: Mapping[str, bool]
    amount: bool
    start: int
    end: int


def virtual(meter: Meter, named: Mapping[str, Meter]) -> Virtual:
    """A version of a meter with a formula; ``named`` are the meters that it names, by code.

    Raises FormulaError where the formula cannot be read, names an unknown meter, or its units do
    not fit.
    """
    formula = parse(meter.formula or "")
    for code in formula.operands:
        if code not in named:
            raise FormulaError(f"{code!r}: no such meter of {meter.enterprise}")
    units = {code: named[code].usage_unit for code in formula.operands}
    return Virtual(
        key=meter.key,
        formula=compiled(formula, units, quantities()[meter.quantity].unit),
        operands={code: named[code].key for code in formula.operands},
        amounts={code: named[code].has_amounts for code in formula.operands},
        amount=meter.has_amounts,
        start=BEGINNING if meter.valid_from is None else to_us(meter.valid_from),
        end=END if meter.valid_to is None else to_us(meter.valid_to),
    )


@dataclass(frozen=True)
class _Operand:
    """An operand's hours beside those wanted: NaN and 0 where it has none."""

    value: Floats
    estimated_share: Floats
    coverage: Floats
    n: Ints


def virtual_usage(versions: Sequence[Virtual], usage: Mapping[int, pa.Table]) -> pa.Table:
    """NEW_USAGE of one virtual meter, by hour, from that of its operands (by key, ordered by hour).

    Unknown where an operand is. Coverage is the least of the operands'; of the amount as great a
    share is estimated as of the operand of which most is; ``n`` adds theirs up. No row where
    nothing is known of any.
    """
    parts = [_of_version(version, usage) for version in versions]
    together = pa.concat_tables([NEW_USAGE.empty_table(), *parts])
    return together.take(pa.array(np.argsort(integers(together, "hour"), kind="stable")))


def _of_version(version: Virtual, usage: Mapping[int, pa.Table]) -> pa.Table:
    tables = {code: usage[key] for code, key in version.operands.items() if key in usage}
    hours = [integers(table, "hour") for table in tables.values()]
    hour = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *hours]))
    hour = hour[(hour >= version.start) & (hour < version.end)]
    operands = {
        code: _beside(hour, tables.get(code), amounts=version.amounts[code])
        for code in version.operands
    }
    result = version.formula.evaluate({code: one.value for code, one in operands.items()})
    result = np.broadcast_to(result, hour.shape)
    every = list(operands.values())
    coverage = np.minimum.reduce([one.coverage for one in every])
    share = np.maximum.reduce([one.estimated_share for one in every])
    count = np.add.reduce([one.n for one in every])
    known: Bools = ~np.isnan(result) | (coverage > 0) | (count > 0)
    nothing = pa.nulls(int(known.sum()), pa.float64())
    values, estimated = _column(result[known]), _column((share * np.abs(result))[known])
    return pa.table(
        {
            "meter_key": pa.array(np.full(int(known.sum()), version.key), pa.int32()),
            "hour": pa.array(hour[known]).cast(TIMESTAMP),
            "amount": values if version.amount else nothing,
            "estimated": estimated if version.amount else nothing,
            "coverage": pa.array(coverage[known]),
            "mean": nothing if version.amount else values,
            "min": nothing,
            "max": nothing,
            "n": pa.array(count[known].astype(np.int32)),
        },
        schema=NEW_USAGE,
    )


def _beside(hour: Ints, table: pa.Table | None, *, amounts: bool) -> _Operand:
    nothing = np.full(len(hour), np.nan)
    zero = np.zeros(len(hour))
    if table is None or not table.num_rows or not len(hour):
        return _Operand(nothing, zero, zero, zero.astype(np.int64))
    own = integers(table, "hour")
    place = np.minimum(np.searchsorted(own, hour), len(own) - 1)
    there = own[place] == hour

    def beside(name: str, otherwise: float) -> Floats:
        return np.where(there, floats(table, name)[place], otherwise)

    value = beside("amount" if amounts else "mean", np.nan)
    share = zero
    if amounts:
        estimated = np.abs(np.nan_to_num(beside("estimated", 0.0)))
        share = np.divide(estimated, np.abs(value), out=(estimated > 0) * 1.0, where=value != 0)
        share = np.minimum(np.nan_to_num(share), 1.0)
    count = np.where(there, integers(table, "n")[place], 0)
    return _Operand(value, share, beside("coverage", 0.0), count)


def _column(values: Floats) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def begins_within_an_hour(meter: Meter) -> bool:
    """Whether a bound of the version's validity is no whole hour, by which it could not be cut."""
    bounds = [at for at in (meter.valid_from, meter.valid_to) if at is not None]
    return any(to_us(at) % HOUR_US for at in bounds)
