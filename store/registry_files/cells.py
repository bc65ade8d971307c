"""What a cell of a registry file may hold, and how text becomes a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo

from models.periods import local_start
from store.registry_files import credit_code, industry


@dataclass(frozen=True, slots=True)
class Column:
    """What the reference says of a column."""

    meaning: str
    example: str
    unit: str = ""
    secret: bool = False  # a fault of it does not repeat it


_RFC3339 = re.compile(
    r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)$", re.ASCII
)
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)


def _instant(value: object, info: ValidationInfo) -> datetime:
    """UTC of an RFC 3339 time with offset, or of a local day's start in the park's zone."""
    text = value.isoformat() if isinstance(value, date) else value
    assert info.context is not None
    zone: ZoneInfo = info.context["zone"]
    try:
        if isinstance(text, str) and _DAY.match(text):
            return local_start(date.fromisoformat(text), zone)
        if isinstance(text, str) and _RFC3339.match(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"not a time: {error}") from error
    raise ValueError("not a day like 2026-03-05 nor a time like 2026-03-05T08:00:00+08:00")


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.match(value):
        return date.fromisoformat(value)
    raise ValueError("not a day like 2026-03-05")


def _period(value: str) -> str:
    year, _, month = value.partition("-")
    written = re.fullmatch(r"\d{4}(-\d\d)?", value, re.ASCII)
    if not written or int(year) < 1 or (month and not 1 <= int(month) <= 12):
        raise ValueError("not a year like 2026 nor a month like 2026-03")
    return value


def _month(value: str) -> str:
    if "-" not in _period(value):
        raise ValueError("not a month like 2026-03")
    return value


def period_or_years(value: str) -> str:
    """The period of a target. Raises ValueError where it is neither year, month nor years."""
    if not re.fullmatch(r"\d{4}-\d{4}", value, re.ASCII):
        try:
            return _period(value)
        except ValueError as error:
            raise ValueError(f"{error} nor years like 2021-2025") from None
    first, last = value.split("-")
    if not 1 <= int(first) < int(last):
        raise ValueError(f"years that do not follow each other: {last} is not after {first}")
    return value


def _price_basis(value: str) -> str:
    if not re.fullmatch(r"current|constant \d{4}", value, re.ASCII):
        raise ValueError("neither 'current' nor 'constant' with its year, like 'constant 2020'")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:  # unknown names raise a KeyError
        raise ValueError("not a time zone like Asia/Shanghai") from error
    return value


def _code(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", value, re.ASCII):
        raise ValueError("a code has 1 to 64 of the characters A-Z a-z 0-9 . _ -")
    return value


def _point(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,24}", value, re.ASCII):
        raise ValueError("a point's code has 1 to 24 of the characters A-Z a-z 0-9 _ -")
    return value


def _segment(value: str) -> str:
    # HJ 212 ends its fields with ; and its data area with &&.
    if not value.isprintable() or set(value) & set(";&"):
        raise ValueError("is no text that a field of HJ 212 can hold: printable, without ; and &")
    return value


def _mn(value: str) -> str:
    if len(value) > 24:
        raise ValueError("an MN has at most 24 characters (HJ 212-2017, table 3)")
    return _segment(value)


def _password(value: str) -> str:
    if len(value) != 6:
        raise ValueError(
            f"a password of HJ 212 has 6 characters (HJ 212-2017, table 3: PW=), not {len(value)}"
        )
    return _segment(value)


def _system(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Z][0-9]", value, re.ASCII):
        raise ValueError("not a system code like 31 (HJ 212-2017, table 5)")
    return value


def _several(value: object) -> object:
    return tuple(part.strip() for part in value.split("|")) if isinstance(value, str) else value


def _number(value: object) -> object:
    # "1,234" or "1_234" would be read by some programs and not by others.
    if isinstance(value, str) and not re.fullmatch(r"[-+0-9.eE]+", value):
        raise ValueError("not a number like 1234.5")
    return value


Code = Annotated[str, AfterValidator(_code)]
PointCode = Annotated[str, AfterValidator(_point)]
Mn = Annotated[str, AfterValidator(_mn)]
Password = Annotated[str, AfterValidator(_password)]
SystemCode = Annotated[str, AfterValidator(_system)]
Several = Annotated[tuple[str, ...], BeforeValidator(_several)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Formula = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_number)]
Positive = Annotated[Number, Field(gt=0)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
Period = Annotated[str, AfterValidator(_period)]
Month = Annotated[str, AfterValidator(_month)]
PriceBasis = Annotated[str, AfterValidator(_price_basis)]
Zone = Annotated[str, AfterValidator(_zone)]
CreditCode = Annotated[str, AfterValidator(credit_code.validate)]
Industry = Annotated[str, AfterValidator(industry.validate)]

# Of what holds for a time: the first day on which it does not.
EndDay = Annotated[
    Day | None,
    Column("local day on which it no longer holds; empty: at the next one, or open", "2027-01-01"),
]
