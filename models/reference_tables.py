"""Files of reference data as lines with their numbers, as the checks read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from models.errors import Fault


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file and the line on which it stands (the head is line 1)."""

    file: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """A cell; empty where the file has no such column."""
        return self.cells.get(column, "")

    def fault(self, column: str, reason: str) -> Fault:
        """A fault of one of its cells."""
        return Fault(self.file, self.number, column, reason)


def package_folder() -> Traversable:
    """The folder of reference data that the library reads."""
    return files("models") / "reference"


def lines_of(
    path: Traversable, name: str, columns: tuple[str, ...], faults: list[Fault]
) -> list[Line]:
    """The lines of ``{name}.csv``; what cannot be read of it is appended to ``faults``.

    A missing file or column, a line with more or fewer cells than the head.
    """
    file = f"{name}.csv"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(file, None, "file", f"cannot be read: {error}"))
        return []
    reader = csv.reader(io.StringIO(text))
    head = next(reader, [])
    faults.extend(
        Fault(file, 1, column, "the column is missing") for column in columns if column not in head
    )
    lines = []
    for cells in reader:
        if len(cells) != len(head):
            reason = f"{len(cells)} cells, the head has {len(head)}"
            faults.append(Fault(file, reader.line_num, "row", reason))
            continue
        lines.append(Line(file, reader.line_num, dict(zip(head, cells, strict=True))))
    return lines
