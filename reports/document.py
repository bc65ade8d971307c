"""What a report consists of, whatever it is written as: chapters of text and tables of figures.

Content is assembled once. A renderer (``reports.render``) decides fonts and paper, never a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reports.formulas import Formula


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the ledger: ``value`` unrounded, None where unknown; ``decimals`` as shown.

    ``decimals`` None shows up to ten significant digits (factors, as they were published);
    ``percent`` shows a share as per cent. ``formula`` is how a spreadsheet gets the value from
    other cells of the document: what it computes must be ``value``.
    """

    value: float | None
    decimals: int | None = 2
    percent: bool = False
    formula: Formula | None = None


Cell = str | Figure | None


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in cm on an A4 page; figures stand to the right, text to the left.

    ``detail`` columns repeat on paper what another table of the document says, and are left out
    there; the workbook has them.
    """

    key: str
    title: str
    width: float
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column; what is missing is blank. A ``total`` is set apart from what it sums."""

    cells: Mapping[str, Cell]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``key`` is unique in the document, those of the columns in the table: formulas name cells by
    them. Raises ValueError for a column's key that is there twice.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) < len(keys):
            raise ValueError(f"table {self.key}: a column is there twice: {', '.join(keys)}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points."""

    items: Sequence[str]


Block = Paragraph | Points | Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """``name`` is short (the sheet's name in a workbook), ``landscape`` for wide tables."""

    name: str
    title: str
    blocks: Sequence[Block]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report; ``name`` serves to name its file.

    ``mark`` is what every page must say ("草稿 DRAFT"), empty where frozen. ``facts`` stand on the
    cover (name, value); ``imprint`` are the lines at the foot of every page: what was reported,
    from which state, by which version; ``made`` is UTC. ``words`` are the renderers' own: page
    (with {page} and {pages}), cover, contents.
    """

    name: str
    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    chapters: Sequence[Chapter]
    imprint: Sequence[str]
    made: datetime
    mark: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> list[Table]:
        """All tables in their order."""
        return [
            block
            for chapter in self.chapters
            for block in chapter.blocks
            if isinstance(block, Table)
        ]
