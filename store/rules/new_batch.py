"""What an append is given, looked at before anything is stored."""

from __future__ import annotations

import pyarrow as pa

from models.readings import NEW_READINGS
from store.interface import NEW_REJECTIONS, Batch


def checked(batch: Batch) -> tuple[pa.Table, pa.Table]:
    """Readings and rejections, each in one chunk.

    Raises ValueError where a table has other columns or a reading lacks a value.
    """
    readings = _whole(batch.readings, NEW_READINGS)
    for field in NEW_READINGS:
        if readings[field.name].null_count:
            raise ValueError(f"{field.name}: a reading without {field.name} cannot be stored")
    return readings, _whole(batch.rejections, NEW_REJECTIONS)


def _whole(table: pa.Table, schema: pa.Schema) -> pa.Table:
    if not table.schema.equals(schema):
        raise ValueError(f"batch: columns {table.schema} are not {schema}")
    return table.combine_chunks()
