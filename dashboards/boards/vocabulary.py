"""The words in which boards are said: panels, queries, fields, variables, links, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

SHARE = "1"  # the unit of shares of a whole; they are printed in per cent
ROW_UNIT = "unit"  # the unit of what each row tells the unit of, in its own column ``unit``

# A figure shows at least this many significant digits; ``Field.decimals`` is the least number of
# decimals. So 313,245 t has no decimals, 4.214 t has three.
SIGNIFICANT_DIGITS = 4

LIVE_S = 2.5  # seconds between two looks at what arrives
FIGURES_S = 30.0  # seconds between two looks at figures that nothing has changed
SETTLED_S = 5.0  # seconds after which figures follow usage that changed


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.en if language == "en" else self.zh

    @property
    def both(self) -> str:
        """Both, for readers of either: ``园区总览 Park overview``."""
        return self.zh if self.zh == self.en else f"{self.zh} {self.en}"


class Picture(StrEnum):
    """The kind of picture a panel is."""

    FIGURE = "figure"  # one number, with what belongs to it beneath
    MONTHS = "months"  # grouped bars, a group a month, a bar a year
    YEARS = "years"  # a bar a year, the running one to date
    SHARES = "shares"  # parts of a whole, by the first field
    RANKING = "ranking"  # horizontal bars, longest first
    TABLE = "table"
    STATUS = "status"  # how the machine and its data are
    LINE = "line"  # values over time
    BARS = "bars"  # amounts over time
    STATEMENT = "statement"  # a paragraph a row, what it is about as its heading
    COURSES = "courses"  # lines over years, one for each name, in a band where bounds are given


class Kind(StrEnum):
    """What the values of a field are."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Query:
    """A GET on our API. ``params`` may hold places: ``{start}`` and ``{end}``, which are the span
    that is looked at, and the board's variables.

    ``root`` names the part of the answer that holds the rows (or the one row).
    """

    path: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    root: str = "items"

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """The parameters with their places filled; an unknown place is a KeyError."""
        return {name: text.format_map(values) for name, text in self.params.items()}


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a value begins to be doubted, and where it is bad; both from above."""

    doubted_below: float
    bad_below: float


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Where a value that should not grow begins to be doubted, and beyond which it is bad."""

    doubted_from: float
    bad_above: float


@dataclass(frozen=True, slots=True)
class Link:
    """From a row to the board of that id; ``variables`` of that board are fields of the row."""

    board: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """A field read from each row of the answer.

    ``unit`` is as the API writes it; "" has none, ROW_UNIT is in the row's own column, and
    ``{unit}`` is the board's variable of that name. ``codes`` names what the values stand for.
    ``rounded`` numbers have exactly their ``decimals``: scores, probabilities of tests.
    """

    name: str
    title: Text
    unit: str = ""
    decimals: int = 0
    rounded: bool = False
    kind: Kind = Kind.NUMBER
    limit: Limit | None = None
    ceiling: Ceiling | None = None
    codes: Mapping[str, Text] | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture. The first field is the one it is about, the others belong to it.

    ``influxql`` is the same question to the raw readings in InfluxDB, for whoever may ask there;
    ``{time_filter}`` in it is the span that is looked at.
    """

    id: str
    title: Text
    question: Text
    query: Query
    picture: Picture
    fields: tuple[Field, ...]
    refresh_s: float = FIGURES_S
    limit: int | None = None  # rows shown, where not all
    width: int = 12  # of a page of 24
    influxql: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """What a board is looked at for: one row of the answer, by its field ``value``.

    ``label`` is the field that a reader knows it by. A hidden one follows from the others.
    """

    name: str
    title: Text
    query: Query
    value: str
    label: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Panels looked at together. ``names`` gives the enterprises' names for their codes.

    ``hours`` is the span that is looked at first; a board without it speaks of years and today, as
    its questions say, and has no span to choose.
    """

    id: str
    title: Text
    panels: tuple[Panel, ...]
    names: Query
    variables: tuple[Variable, ...] = ()
    hours: int | None = None
    refresh_s: float = FIGURES_S

    def panel(self, panel_id: str) -> Panel:
        """The panel of that id; KeyError where there is none."""
        for panel in self.panels:
            if panel.id == panel_id:
                return panel
        raise KeyError(panel_id)
