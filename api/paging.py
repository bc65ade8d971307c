"""Pages of long lists: at most ``limit`` rows, and an opaque cursor to what follows.

A cursor names the place of the last row given, not its number: rows that arrive meanwhile neither
shift the pages nor repeat a row.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
import numpy as np
import pandas as pd
from fastapi import Query as QueryParameters
from pydantic import BaseModel, ConfigDict, Field

from api.problems import invalid
from models.periods import from_us, to_us

DEFAULT_LIMIT = 1_000
MAX_LIMIT = 10_000

Place = TypeVar("Place")
Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class Query(BaseModel):
    """Parameters of an address: what it does not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


async def no_query(_: Annotated[Query, QueryParameters()]) -> None:
    """Dependency of addresses that take no parameter."""


class Paged(Query):
    """Parameters of a list that comes in pages."""

    limit: int = Field(
        DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="rows at most", examples=[100]
    )
    cursor: str | None = Field(None, description="`next` of the page before", examples=[None])


def write_cursor(place: list[Any]) -> str:
    """A cursor that holds ``place``: plain values."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def read_cursor(cursor: str, kind: type[Place]) -> Place:
    """What a cursor holds. Raises ProblemError where it is none of this list's."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return msgspec.json.decode(base64.b64decode(padded, b"-_", validate=True), type=kind)
    except (binascii.Error, msgspec.DecodeError, UnicodeEncodeError, ValueError) as error:
        raise invalid("cursor", f"{cursor!r} is no cursor of this list") from error


class _Place(msgspec.Struct, array_like=True):
    """``at`` has the ordering columns' values in the last row given, ``given`` how many rows with
    just these values were given.
    """

    at: list[Int64 | str]
    given: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


def _comparable(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        micros: pd.Series = values.dt.as_unit("us").astype("int64")
        return micros
    return values


def _cursor_value(value: Any) -> int | str:
    if isinstance(value, datetime):
        return to_us(value)
    return value if isinstance(value, str) else int(value)


def instant_of(cursor: str) -> datetime:
    """The time at the head of a cursor of a list that is ordered by time first."""
    values = read_cursor(cursor, _Place).at
    try:
        return from_us(int(values[0]))
    except (IndexError, ValueError, OverflowError) as error:
        raise invalid("cursor", f"{cursor!r} is no cursor of this list") from error


def page(
    frame: pd.DataFrame, order: Mapping[str, bool], limit: int, cursor: str | None
) -> tuple[pd.DataFrame, str | None]:
    """One page of the frame and the cursor of the next, null at the end.

    ``order`` says by which columns (instants, integers, texts; none null) the list is ordered and
    whether ascending. Raises ProblemError where the cursor is none of this list's.
    """
    names = list(order)
    frame = frame.sort_values(names, ascending=list(order.values()), kind="stable")
    begin = 0
    if cursor is not None:
        place = read_cursor(cursor, _Place)
        if len(place.at) != len(names):
            raise invalid("cursor", f"{cursor!r} is no cursor of this list")
        before = np.zeros(len(frame), dtype=bool)
        equal = np.ones(len(frame), dtype=bool)
        for (name, ascending), value in zip(order.items(), place.at, strict=True):
            column = _comparable(frame[name])
            if isinstance(value, str) == pd.api.types.is_numeric_dtype(column.dtype):
                raise invalid("cursor", f"{cursor!r} is no cursor of this list")
            earlier = column < value if ascending else column > value
            before |= equal & earlier.to_numpy(dtype=bool)
            equal &= (column == value).to_numpy(dtype=bool)
        begin = int(before.sum()) + min(place.given, int(equal.sum()))
    rows = frame.iloc[begin : begin + limit]
    if begin + limit >= len(frame):
        return rows, None
    last = rows.iloc[-1][names]
    same = (frame.iloc[: begin + limit][names] == last).all(axis=1)
    place = _Place([_cursor_value(value) for value in last], int(same.sum()))
    return rows, write_cursor([place.at, place.given])
