"""Rows of files that were refused and kept: how each is to be read, and reading them again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from ingest.decode.columns import WHOLE, Columns, Refused, Refusing, Rows
from ingest.decode.csv_rows import read_csv
from ingest.decode.file_table import table_columns
from ingest.decode.mapping import Mapping
from ingest.decode.parquet_file import plain
from ingest.decode.wide import is_wide, long_form
from models.errors import DecodeError, Reason

HEADER_BYTES = 16_000  # a longer header is not kept beside every row that was refused


def csv_decoding(mapping: Mapping, header: bytes | None) -> str | None:
    """What a refused CSV line is read by later; ``header`` is None where the bytes have their own.

    None where the header is too long to be kept with every line.
    """
    if header is not None and len(header) > HEADER_BYTES:
        return None
    text = None if header is None else header.decode(mapping.encoding, "replace")
    return _written("csv", mapping, header=text)


def parquet_decoding(mapping: Mapping) -> str:
    """What a refused row of a Parquet or wide file, kept as JSON, is read by later."""
    return _written("parquet row", mapping)


def _written(form: str, mapping: Mapping, **more: str | None) -> str:
    how = mapping.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"form": form, "mapping": how, **more}, ensure_ascii=False)


def decode_kept(
    decoding: str, payloads: Sequence[bytes], places: Sequence[int], refused: Refusing
) -> list[Columns]:
    """Kept rows of one decoding as columns; ``message`` is each one's of ``places``.

    Rows are read together where no quotation mark could make one part of the next.
    """
    how = json.loads(decoding)
    mapping = Mapping.model_validate(how["mapping"])
    if how["form"] == "parquet row":
        return _json_rows(payloads, mapping, places, refused)
    header = how["header"]
    if header is None:
        return [
            _block(one, mapping, [place] * (len(one.splitlines()) + 1), refused, keep_items=True)
            for one, place in zip(payloads, places, strict=True)
        ]
    first = header.encode(mapping.encoding, "replace")
    alone = [b'"' in one for one in payloads]
    groups = [[place] for place, is_alone in enumerate(alone) if is_alone]
    groups.append([place for place, is_alone in enumerate(alone) if not is_alone])
    return [
        _block(
            b"\n".join([first, *(payloads[one] for one in group)]),
            mapping,
            [places[one] for one in group],
            refused,
        )
        for group in groups
        if group
    ]


def _json_rows(
    payloads: Sequence[bytes], mapping: Mapping, places: Sequence[int], refused: Refusing
) -> list[Columns]:
    """Rows that are kept as JSON; those of the same columns and types are read together."""
    alike: dict[tuple[tuple[str, type], ...], list[tuple[int, dict[str, str | float | None]]]]
    alike = defaultdict(list)
    for payload, place in zip(payloads, places, strict=True):
        row = json.loads(payload, parse_int=_number)
        alike[tuple((name, type(cell)) for name, cell in row.items())].append((place, row))
    return [
        _numbered(
            plain(pa.Table.from_pylist([row for _, row in group]), mapping),
            np.arange(len(group)),
            mapping,
            [place for place, _ in group],
            refused,
        )
        for group in alike.values()
    ]


def _number(digits: str) -> float:
    number = int(digits)
    return number if abs(number) < 2**63 else float(digits)


def _block(
    data: bytes,
    mapping: Mapping,
    places: Sequence[int],
    refused: Refusing,
    *,
    keep_items: bool = False,
) -> Columns:
    faults: list[Refused] = []
    try:
        table, rows = read_csv(data, mapping, faults)
        if is_wide(table.column_names, mapping):
            long = long_form(table, rows, mapping)
            table, rows = long.table, long.item // len(long.heads)
    except DecodeError as error:
        refused.append(Refused(places[0], WHOLE, mapping.meter, error.reason, error.detail))
        return Rows().columns(refused)
    for one in faults:
        refused.append(replace(one, message=places[one.item], item=one.item if keep_items else 0))
    return _numbered(table, rows, mapping, places, refused, keep_items=keep_items)


def _numbered(
    table: pa.Table,
    rows: np.typing.NDArray[np.int64],
    mapping: Mapping,
    places: Sequence[int],
    refused: Refusing,
    *,
    keep_items: bool = False,
) -> Columns:
    """Columns of the table; data row r belongs to ``places[r]``."""
    faults: list[Refused] = []
    try:
        columns = table_columns(table, rows, mapping, faults)
    except (DecodeError, pa.ArrowException) as error:
        reason = error.reason if isinstance(error, DecodeError) else Reason.MALFORMED
        detail = error.detail if isinstance(error, DecodeError) else f"row: {error}"
        for place in dict.fromkeys(places):
            refused.append(Refused(place, WHOLE, mapping.meter, reason, detail))
        return Rows().columns(refused)
    for one in faults:
        refused.append(replace(one, message=places[one.item], item=one.item if keep_items else 0))
    where = np.array(places, dtype=np.int64)
    item = columns.item if keep_items else np.zeros_like(columns.item)
    return replace(columns, message=where[columns.item], item=item)
