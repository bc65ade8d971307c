"""A file's rows, as a table of cells, to columns of readings."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.decode.columns import Columns, Refused, qualities, taken
from ingest.decode.file_times import file_times
from ingest.decode.mapping import Mapping
from ingest.decode.times import beyond
from ingest.decode.wide import unit_in_brackets
from models.errors import DecodeError, Reason, UnitError
from models.units import measure

Ints = npt.NDArray[np.int64]


def table_columns(
    table: pa.Table,
    rows: Ints,
    mapping: Mapping,
    refused: list[Refused],
) -> Columns:
    """The table's readings; rows whose time, value or quality cannot be read go to refused."""
    count = table.num_rows
    names = mapping.columns

    def constantly(text: str | None) -> pa.Array:
        encoded = pa.array([text], pa.string()).dictionary_encode()
        return encoded.take(pa.array(np.zeros(count, dtype=np.int32)))

    def column(name: str, constant: str | None) -> pa.Array:
        if name in table.column_names:
            return table[name].combine_chunks()
        return constantly(constant)

    wanted_columns = (
        (names.ts, None), (names.time_of_day or names.ts, None), (names.value, None),
        (names.meter, mapping.meter), (names.enterprise, mapping.enterprise),
    )  # fmt: skip
    missing = [
        wanted
        for wanted, constant in dict(wanted_columns).items()
        if wanted not in table.column_names and constant is None
    ]
    if missing:
        raise DecodeError(
            Reason.MALFORMED,
            f"columns: {', '.join(missing)} missing (the file has {', '.join(table.column_names)})",
        )
    twice = sorted(name for name, times in Counter(table.column_names).items() if times > 1)
    if twice:
        raise DecodeError(Reason.MALFORMED, f"columns: {', '.join(twice)} more than once")
    faults: dict[int, tuple[Reason, str]] = {}
    cells = table[names.ts].combine_chunks()
    if names.time_of_day is not None:
        cells = _joined(cells, table[names.time_of_day].combine_chunks())
    ts_us, time_faults = _times(cells, mapping)
    ts_us = ts_us + round(mapping.shift_s * 1_000_000)
    time_faults |= beyond(ts_us)
    value, value_faults = _values(table[names.value].combine_chunks(), mapping)
    quality = np.zeros(count, dtype=np.uint8)
    if names.quality in table.column_names:
        texts = _blank_is_null(table[names.quality].combine_chunks().cast(pa.string()))
        quality, quality_faults = qualities(texts)
        faults |= {row: (Reason.BAD_VALUE, detail) for row, detail in quality_faults.items()}
    faults |= {row: (Reason.BAD_VALUE, detail) for row, detail in value_faults.items()}
    faults |= {row: (Reason.BAD_TIME, detail) for row, detail in time_faults.items()}
    unit = _blank_is_null(column(names.unit, mapping.unit or _unit_of(names.value)))
    named = _blank_is_null(column(names.enterprise, None))
    columns = Columns(
        message=np.zeros(count, dtype=np.int64),
        item=rows,
        enterprise=constantly(mapping.enterprise) if mapping.enterprise else named,
        named=named if mapping.enterprise else pa.nulls(count, pa.string()),
        meter=column(names.meter, mapping.meter),
        ts_us=ts_us,
        value=value,
        unit=unit,
        quality=quality,
    )
    if not faults:
        return columns
    kept = np.ones(count, dtype=bool)
    for row, (reason, detail) in faults.items():
        kept[row] = False
        meter, enterprise = columns.meter[row].as_py(), columns.enterprise[row].as_py()
        refused.append(Refused(0, int(rows[row]), meter, reason, detail, enterprise))
    return taken(columns, kept)


def _unit_of(heading: str) -> str | None:
    """The unit in brackets behind a heading, ``Energy (MWh)``; None where that is no unit."""
    unit = unit_in_brackets(heading)
    try:
        measure(unit)
    except UnitError:
        return None
    return None if unit[:1].isdigit() else unit or None


def _blank_is_null(texts: pa.Array) -> pa.Array:
    """An empty cell says nothing."""
    if not pa.types.is_string(texts.type):
        return texts
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _joined(date: pa.Array, time: pa.Array) -> pa.Array:
    """Date and time of day as one text; a workbook's date cell says midnight."""
    day = pc.utf8_trim_whitespace(date.cast(pa.string()).fill_null(""))
    day = pc.replace_substring_regex(day, r"T00:00:00(\.0+)?$", "")
    of_day = pc.utf8_trim_whitespace(time.cast(pa.string()).fill_null(""))
    return pc.binary_join_element_wise(day, of_day, " ")


def _times(cells: pa.Array, mapping: Mapping) -> tuple[Ints, dict[int, str]]:
    if pa.types.is_timestamp(cells.type) and cells.type.tz is not None:
        instants = cells.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.int64())
        missing = np.flatnonzero(instants.is_null().to_numpy(zero_copy_only=False))
        return instants.fill_null(0).to_numpy(zero_copy_only=False), {
            int(row): "ts: missing" for row in missing
        }
    return file_times(
        pc.utf8_trim_whitespace(cells.cast(pa.string()).fill_null("")),
        zone=mapping.zone_info,
        form=mapping.time_format,
        midnight_ends_day=mapping.midnight == "end",
    )


def _values(cells: pa.Array, mapping: Mapping) -> tuple[npt.NDArray[np.float64], dict[int, str]]:
    if pa.types.is_temporal(cells.type):
        cells = cells.cast(pa.string())  # no number, and said so of each
    if not pa.types.is_string(cells.type):
        empty = np.flatnonzero(cells.is_null().to_numpy(zero_copy_only=False))
        return cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), {
            int(row): "value: missing" for row in empty
        }
    texts = pc.utf8_trim_whitespace(cells)
    if mapping.decimal == ",":
        # A dot can only part thousands, 1.234,5; elsewhere it spoils the cell.
        grouped = pc.match_substring_regex(texts, r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$")
        spoilt = pc.replace_substring(texts, ".", "'")
        whole = pc.if_else(grouped, pc.replace_substring(texts, ".", ""), spoilt)
        texts = pc.replace_substring(whole, ",", ".")
    try:
        return texts.cast(pa.float64()).to_numpy(zero_copy_only=False), {}
    except pa.ArrowInvalid:
        series = texts.to_pandas()
        numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64)
        said = series.str.lower().isin(["nan", "+nan", "-nan"]).to_numpy()
        bad = np.flatnonzero(np.isnan(numbers) & ~said)
        return numbers, {
            int(row): "value: missing"
            if not series.iloc[row]
            else f"value: {str(cells[int(row)])[:60]!r} is not a number"
            for row in bad
        }
