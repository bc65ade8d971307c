"""A CSV block's cells, row by row as the file has them: no row disappears."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from ingest.decode.columns import Refused
from ingest.decode.mapping import Mapping
from models.errors import DecodeError, Reason

Ints = npt.NDArray[np.int64]
UNREADABLE = "\ufffd"


def read_csv(data: bytes, mapping: Mapping, refused: list[Refused]) -> tuple[pa.Table, Ints]:
    """Cells as texts (the header names the columns), and the data row, from 0, of each.

    Rows that are no rows (another number of cells, bytes that are not of the encoding) go to
    ``refused``; empty lines are passed over. Raises DecodeError where it is no CSV at all.
    """
    text, spoilt = _text(data, mapping, refused)
    lines = text.count("\n") + (not text.endswith("\n")) - 1
    if lines == 0:
        names = header_names(text, mapping)
        return pa.table({name: pa.array([], pa.string()) for name in names}), np.arange(0)
    bad: list[Refused] = []
    table, skipped = _parse(text, mapping, quoted=True, refused=bad)
    if table.num_rows + len(skipped) != lines:
        # A quote that is never closed took the lines after it into its cell: read it as a letter.
        bad.clear()
        table, skipped = _parse(text, mapping, quoted=False, refused=bad)
    is_row = np.ones(table.num_rows + len(skipped), dtype=bool)
    is_row[skipped] = False
    rows = np.flatnonzero(is_row)
    refused.extend(one for one in bad if one.item not in spoilt)
    kept = ~_blank(table)
    if spoilt:
        kept &= ~np.isin(rows, list(spoilt))
    return table.filter(pa.array(kept)), rows[kept]


def encoding_of(mapping: Mapping) -> str:
    """The encoding, by which a byte order mark is no letter of the first heading."""
    return "utf-8-sig" if mapping.encoding.lower() in ("utf-8", "utf8") else mapping.encoding


def header_names(text: str, mapping: Mapping) -> list[str]:
    """Names of the columns, as the first line has them."""
    header = text.split("\n", 1)[0]
    return [name.strip().strip('"') for name in header.split(mapping.delimiter)]


def _text(data: bytes, mapping: Mapping, refused: list[Refused]) -> tuple[str, set[int]]:
    """The block with one kind of line end, and the data rows that are not of its encoding."""
    encoding = encoding_of(mapping)
    spoilt: set[int] = set()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        for row, line in enumerate(data.splitlines()[1:]):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                spoilt.add(row)
                detail = f"row: byte {error.start} of the line is not {mapping.encoding}"
                refused.append(Refused(0, row, mapping.meter, Reason.MALFORMED, detail))
    return text.replace("\r\n", "\n").replace("\r", "\n"), spoilt


def _blank(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Rows without a single letter: lines that were left empty."""
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        blank &= pc.equal(column, "").to_numpy()
    return blank


def _skipping(
    mapping: Mapping, skipped: list[int], refused: list[Refused]
) -> Callable[[pyarrow.csv.InvalidRow], str]:
    def odd(row: pyarrow.csv.InvalidRow) -> str:
        number = row.number - 2  # rows count from 1 and the header is one
        skipped.append(number)
        if row.text.strip():
            detail = f"row: {row.actual_columns} cells where the header has {row.expected_columns}"
            refused.append(Refused(0, number, mapping.meter, Reason.MALFORMED, detail))
        return "skip"

    return odd


def _parse(
    text: str, mapping: Mapping, *, quoted: bool, refused: list[Refused]
) -> tuple[pa.Table, list[int]]:
    names = header_names(text, mapping)
    skipped: list[int] = []
    data = text.encode()
    try:
        table = pyarrow.csv.read_csv(
            io.BytesIO(data),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False,  # so that the rows that are skipped have numbers
                block_size=len(data) + 1,  # one block: a line of any length stays a line
                column_names=names,
                skip_rows=1,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=mapping.delimiter,
                quote_char='"' if quoted else False,
                ignore_empty_lines=False,
                invalid_row_handler=_skipping(mapping, skipped, refused),
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise DecodeError(Reason.MALFORMED, f"payload: not read as CSV: {error}") from error
    return table, skipped
