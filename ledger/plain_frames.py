"""Frames as plain values and back, to the bit: how an inventory is kept when it is frozen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from models.periods import to_us

_INSTANT, _FLOAT, _INT, _BOOL, _TEXT = "instant", "float", "int", "bool", "text"


def to_plain(frame: pd.DataFrame) -> dict[str, Any]:
    """Columns with their type and values; unknown is null, instants are µs since 1970 UTC."""
    return {
        "rows": len(frame),
        "columns": [{"name": str(name), **_column(frame[name])} for name in frame.columns],
    }


def to_frame(plain: dict[str, Any]) -> pd.DataFrame:
    """The frame that ``to_plain`` was given, with an index of its own from 0."""
    columns = {one["name"]: _series(one["type"], one["values"]) for one in plain["columns"]}
    return pd.DataFrame(columns, index=pd.RangeIndex(plain["rows"]))


def _column(values: pd.Series) -> dict[str, Any]:
    known = values.notna()
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        micros = [to_us(one.to_pydatetime()) if is_known else None
                  for one, is_known in zip(values, known, strict=True)]  # fmt: skip
        return {"type": _INSTANT, "values": micros}
    kind = _TEXT
    if pd.api.types.is_bool_dtype(values.dtype):
        kind = _BOOL
    elif pd.api.types.is_integer_dtype(values.dtype):
        kind = _INT
    elif pd.api.types.is_float_dtype(values.dtype):
        kind = _FLOAT
    objects = [_cell(one) if is_known else None
               for one, is_known in zip(values, known, strict=True)]  # fmt: skip
    if kind == _TEXT and objects and all(one is None or isinstance(one, float) for one in objects):
        kind = _FLOAT if any(one is not None for one in objects) else _TEXT
    return {"type": kind, "values": objects}


def _cell(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _series(kind: str, values: list[Any]) -> pd.Series:
    if kind == _INSTANT:
        numbers = pd.Series(values, dtype="Int64")
        return pd.to_datetime(numbers, unit="us", utc=True).astype("datetime64[us, UTC]")
    if kind == _FLOAT:
        return pd.Series(values, dtype="float64")
    if kind == _INT:
        return pd.Series(values, dtype="Int64")
    if kind == _BOOL:
        return pd.Series(values, dtype="bool")
    return pd.Series(values, dtype="object")
