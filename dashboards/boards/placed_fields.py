"""What the fields of a panel are to its picture, where their places say it: statements, courses.

A text in both languages is two fields, ``X_zh`` and ``X_en``; a reader of one language sees one.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.boards.vocabulary import Field, Kind, Panel

LANGUAGES = ("zh", "en")


def language_of(field: Field) -> str | None:
    """The language that a field's values are in; None where they are in none of their own."""
    _, mark, language = field.name.rpartition("_")
    return language if mark and language in LANGUAGES else None


def is_for(field: Field, language: str) -> bool:
    """Whether a reader of that language sees the field."""
    return language_of(field) in (None, language)


@dataclass(frozen=True, slots=True)
class Statement:
    """``heading`` is what a paragraph is about, ``texts`` the paragraph, ``facts`` stand below.

    Heading and texts are one field each, or a pair of languages.
    """

    heading: tuple[Field, ...]
    texts: tuple[Field, ...]
    facts: tuple[Field, ...]


def statement(panel: Panel) -> Statement:
    """The fields of a statement: the first (pair) heads it, every later pair is its text."""
    heading = _with_its_pair(panel.fields)
    others = panel.fields[len(heading) :]
    texts = tuple(one for one in others if language_of(one) is not None)
    return Statement(heading, texts, tuple(one for one in others if one not in texts))


@dataclass(frozen=True, slots=True)
class Courses:
    """``value`` by ``year``, a line for each ``name`` (one field, or a pair of languages).

    ``bounds`` are none, or the lowest and the highest that the value may be; ``told`` are said
    of a value and not drawn.
    """

    value: Field
    year: Field
    name: tuple[Field, ...]
    bounds: tuple[Field, ...]
    told: tuple[Field, ...]


def courses(panel: Panel) -> Courses:
    """The fields of courses: value, year, name, then numbers as bounds and texts as what is told.

    Raises ValueError where the numbers that follow are not two or none.
    """
    value, year, *_ = panel.fields
    name = _with_its_pair(panel.fields[2:])
    others = panel.fields[2 + len(name) :]
    bounds = tuple(one for one in others if one.kind is Kind.NUMBER)
    if len(bounds) not in (0, 2):
        raise ValueError(f"{panel.id}: {len(bounds)} numbers after the name, not two bounds")
    return Courses(value, year, name, bounds, tuple(one for one in others if one not in bounds))


def _with_its_pair(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    first, *others = fields
    if others and {language_of(first), language_of(others[0])} == set(LANGUAGES):
        return (first, others[0])
    return (first,)
