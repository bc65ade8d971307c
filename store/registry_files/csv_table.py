"""One CSV file: UTF-8, a header, a record a line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from models.errors import Fault
from store.registry_files.row import Row

Cells = dict[str, str]


def read_text(path: Path) -> str | Fault:
    """The file's text; with or without a byte order mark."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Fault(path.name, line, "encoding", "not UTF-8; save the file as UTF-8")
    if "\0" in text:  # which not every database can keep
        line = text[: text.index("\0")].count("\n") + 1
        return Fault(path.name, line, "encoding", "a NUL character; save the file as plain text")
    return text


def read_table(path: Path, model: type[Row]) -> Iterator[tuple[int, Cells] | Fault]:
    """Line number and filled cells of every record, or the faults of the file's form.

    Faults in the header end the reading: what the columns are is then not known.
    """
    text = read_text(path)
    if isinstance(text, Fault):
        yield text
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        faults = _header_faults(path.name, header, model)
        yield from faults
        if faults:
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                detail = f"{len(cells)} cells under {len(header)} columns"
                yield Fault(path.name, reader.line_num, "row", detail)
                continue
            named = zip(header, cells, strict=True)
            yield reader.line_num, {name: cell.strip() for name, cell in named if cell.strip()}
    except csv.Error as error:
        yield Fault(path.name, reader.line_num, "row", f"not CSV: {error}")


def _header_faults(file: str, header: list[str], model: type[Row]) -> list[Fault]:
    columns = model.model_fields
    required = [name for name, column in columns.items() if column.is_required()]
    found = Counter(header)
    return [
        *(
            Fault(
                file, 1, name or "header", f"there is no such column; known: {', '.join(columns)}"
            )
            for name in found
            if name not in columns
        ),
        *(Fault(file, 1, name, "column is missing") for name in required if name not in found),
        *(Fault(file, 1, name, "column appears twice") for name, n in found.items() if n > 1),
    ]
