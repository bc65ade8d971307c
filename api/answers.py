"""Frames as answers: columns declared once, written as JSON or CSV, with units, ETag and Link.

A row model (pydantic) declares the columns of a noun: name, type, unit, meaning and example. From
it come the order of columns in both forms, the ``units`` of the answer and the OpenAPI document.
Rows are not passed through pydantic: columns are converted whole.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
import numpy as np
import pandas as pd
from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field

from api.negotiation import Form, form

Values = list[Any]
Row = TypeVar("Row", bound=BaseModel)


def column(meaning: str, example: object, unit: str | None = None) -> Any:
    """A field of a row model. ``unit`` "{unit}" says: what the row's own column ``unit`` tells."""
    extra: dict[str, Any] | None = None if unit is None else {"unit": unit}
    return Field(description=meaning, examples=[example], json_schema_extra=extra)


class Items(BaseModel, Generic[Row]):
    """A list answer."""

    items: list[Row]
    next: str | None = Field(
        description="cursor of the next page; null at the end", examples=[None]
    )
    units: dict[str, str] = Field(
        description="unit of each column that has one; "
        "`{unit}` is what the row's own column `unit` says"
    )


def units(row: type[BaseModel]) -> dict[str, str]:
    """Units of a row model's columns."""
    return {
        name: str(field.json_schema_extra["unit"])
        for name, field in row.model_fields.items()
        if isinstance(field.json_schema_extra, dict)
    }


def _instants(values: pd.Series) -> Values:
    """RFC 3339 in UTC, as many decimals as the column needs."""
    stamps = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]")
    known = ~np.isnat(stamps)
    micros = stamps[known].astype(np.int64)
    unit: Literal["us", "ms", "s"] = "us"
    if not (micros % 1_000_000).any():
        unit = "s"
    elif not (micros % 1_000).any():
        unit = "ms"
    texts: np.ndarray[Any, Any] = np.full(len(stamps), None, dtype=object)
    texts[known] = np.char.add(np.datetime_as_string(stamps[known], unit=unit), "Z")
    written: Values = texts.tolist()
    return written


def plain(values: pd.Series) -> Values:
    """A column as plain values: instants as text, everything unknown as None."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return _instants(values)
    objects = values.astype(object)
    known = values.notna()
    if pd.api.types.is_float_dtype(values.dtype):
        known &= np.isfinite(values.to_numpy(dtype=float, na_value=np.nan))
    return objects.where(known, None).tolist()


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as dicts of plain values."""
    values = [plain(frame[name]) for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def csv_text(frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """The same rows as CSV (RFC 4180): unknown is an empty cell.

    Text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    values: list[Iterable[Any]] = []
    for name in columns:
        cells = plain(frame[name])
        as_they_are = all(cell is None or type(cell) in (int, float) for cell in cells)
        values.append(cells if as_they_are else map(_csv_cell, cells))
    writer.writerows(zip(*values, strict=True))
    return out.getvalue()


class Reply:
    """Answers one request in the form that it accepts."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._form = form(request.headers.get("accept"))

    def items(
        self,
        frame: pd.DataFrame,
        row: type[BaseModel],
        *,
        columns: Sequence[str] | None = None,
        following: str | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Response:
        """A list answer of the frame's columns that ``row`` declares (or of some of them).

        ``following`` is the next page's cursor; it is in a Link header too, as CSV has no place for
        it. ``more`` are further keys of the JSON answer.
        """
        names = list(row.model_fields) if columns is None else list(columns)
        if self._form is Form.CSV:
            body = csv_text(frame, names).encode()
        else:
            of_unit = units(row)
            body = msgspec.json.encode(
                {
                    "items": records(frame, names),
                    "next": following,
                    "units": {name: of_unit[name] for name in names if name in of_unit},
                    **(more or {}),
                }
            )
        headers = {}
        if following is not None:
            url = self._request.url.include_query_params(cursor=following)
            headers["Link"] = f'<{url}>; rel="next"'
        return self._tagged(body, headers)

    def one(self, value: Any) -> Response:
        """A single answer, as JSON whatever is accepted."""
        self._form = Form.JSON
        return self._tagged(msgspec.json.encode(value), {})

    def _tagged(self, body: bytes, headers: dict[str, str]) -> Response:
        # The tag is a hash of what is answered, so it is right whatever moved underneath: late
        # readings, a corrected registry, or a period that is cut at now. It saves the transfer.
        tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        headers |= {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
        wanted = self._request.headers.get("if-none-match", "")
        given = {one.strip().removeprefix("W/") for one in wanted.split(",")}
        if tag in given or "*" in given:
            return Response(status_code=304, headers=headers)
        media = self._form.value
        if self._form is Form.CSV:
            media += "; charset=utf-8; header=present"
        return Response(body, headers=headers, media_type=media)


async def _reply(request: Request) -> Reply:
    return Reply(request)


Answer = Annotated[Reply, Depends(_reply)]

# What FastAPI cannot know of routes that answer with a Response of their own.
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, as JSON or (Accept: text/csv) as CSV with the same columns",
        "content": {Form.CSV.value: {"schema": {"type": "string"}}},
    },
    304: {"description": "Unchanged since the answer whose ETag is given in If-None-Match"},
}
