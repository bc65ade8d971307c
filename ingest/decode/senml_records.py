"""The records of a SenML pack with the base fields that hold for them (RFC 8428, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from ingest.decode.json_text import parsed, shown
from models.errors import DecodeError, Reason

VERSION = 10  # RFC 8428, section 4.4
TEXT = 1_000  # characters of a base name or a base unit
RELATIVE_BELOW_S = 2**28  # times below are relative to now: RFC 8428, section 4.5.3

_MUST_UNDERSTAND = re.compile(rb'_"\s*:')


class Record(msgspec.Struct, gc=False):
    """A record as sent; labels that we do not know are ignored, as the RFC has it.

    A null says nothing, but of a time: left out it is now, as null it is not known.
    """

    bn: str | None = None
    bt: float | msgspec.UnsetType | None = msgspec.UNSET
    bu: str | None = None
    bv: float | None = None
    bs: float | None = None
    bver: int | None = None
    n: str | None = None
    u: str | None = None
    v: float | None = None
    vs: str | None = None
    vb: bool | None = None
    vd: str | None = None
    s: float | None = None
    t: float | msgspec.UnsetType | None = msgspec.UNSET
    ut: float | None = None


class Resolved(NamedTuple):
    """A record with all that holds for it; ``time_s`` is absolute, seconds since 1970 UTC."""

    item: int
    name: str
    unit: str | None
    time_s: float
    value: float | None
    total: float | None  # the field s
    record: Record


Fault = tuple[int, str | None, Reason, str]  # item, meter, reason, detail
_decode = msgspec.json.Decoder(list[Record]).decode
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("bn", "bu", "n", "u", "vs", "vd"), (str,)),
    **dict.fromkeys(("bt", "bv", "bs", "v", "s", "t", "ut"), (int, float)),
    "bver": (int,),
    "vb": (bool,),
}
_BASE = ("bn", "bt", "bu", "bv", "bs")


def resolved(payload: bytes, refused: list[Fault], received_s: float) -> Iterator[Resolved]:
    """The records of a pack with their base fields; those that only set base fields are none."""
    name, time_s, unit, value, total = "", 0.0, None, None, None
    for item, record in _records(payload, refused):
        if record.bver is not None and record.bver > VERSION:
            detail = f"bver: {record.bver} is newer than {VERSION}, the version that is read"
            raise DecodeError(Reason.UNSUPPORTED, detail)
        for label, text in (("bn", record.bn), ("bu", record.bu)):
            if text is not None and len(text) > TEXT:  # each record would multiply it
                detail = f"{label}: {len(text):,} characters, at most {TEXT:,} are read"
                raise DecodeError(Reason.TOO_LARGE, detail)
        name = name if record.bn is None else record.bn
        if isinstance(record.bt, float):
            time_s = record.bt
        unit = unit if record.bu is None else record.bu
        value = value if record.bv is None else record.bv
        total = total if record.bs is None else record.bs
        if _is_base_only(record):
            continue
        time = time_s + (record.t or 0.0)
        if time < RELATIVE_BELOW_S and (record.t is None or record.bt is None):
            label = "t" if record.t is None else "bt"
            refused.append(
                (item, None, Reason.BAD_TIME, f"{label}: null, so the time is not known")
            )
            continue
        yield Resolved(
            item,
            name + (record.n or ""),
            unit if record.u is None else record.u,
            time if time >= RELATIVE_BELOW_S else received_s + time,
            None if record.v is None else record.v + (value or 0.0),
            None if record.s is None else record.s + (total or 0.0),
            record,
        )


def _is_base_only(record: Record) -> bool:
    if not any(_is_said(getattr(record, label)) for label in (*_BASE, "bver")):
        return False  # it says nothing at all, which is to be told
    return record.v is None and not any(
        _is_said(getattr(record, label)) for label in ("n", "u", "vs", "vb", "vd", "s", "t", "ut")
    )


def _is_said(field: Any) -> bool:
    return field is not None and field is not msgspec.UNSET


def _records(payload: bytes, refused: list[Fault]) -> Iterator[tuple[int, Record]]:
    if _MUST_UNDERSTAND.search(payload) is None:
        try:
            yield from enumerate(_decode(payload))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass
        else:
            return
    yield from _explained(payload, refused)


def _explained(payload: bytes, refused: list[Fault]) -> Iterator[tuple[int, Record]]:
    """The records one by one; a base field that cannot be read spoils all that it holds for."""
    decoded = parsed(payload)
    if not isinstance(decoded, list):
        raise DecodeError(Reason.MALFORMED, "payload: SenML is a list of records")
    spoilt: dict[str, str] = {}
    for item, fields in enumerate(decoded):
        if not isinstance(fields, dict):
            detail = f"item: {shown(fields)} is not an object"
            refused.append((item, None, Reason.MALFORMED, detail))
            continue
        known, wrong = _read(fields)
        for label in _BASE:
            if fields.get(label) is not None:
                spoilt.pop(label, None)
            if label in wrong:
                spoilt[label] = f"{wrong[label]} (a base field of item {item})"
        if wrong or spoilt:
            label, detail = next(iter((wrong or spoilt).items()))
            refused.append((item, None, _REASONS.get(label, Reason.MALFORMED), detail))
            known = {label: known[label] for label in _BASE if known.get(label) is not None}
            if not known:
                continue
        yield item, Record(**known)


def _read(fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a record that can be read, and by label why others cannot.

    Raises DecodeError where one makes the whole pack unusable.
    """
    for label in fields:
        if label.endswith("_"):
            detail = f"{shown(label)}: a field that must be understood and is not"
            raise DecodeError(Reason.UNSUPPORTED, detail)
    known: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for label, types in _TYPES.items():
        if label in fields:
            field = fields[label]
            fault = None if field is None else _fault(label, field, types)
            if field is None:
                known[label] = None
            elif fault is not None:
                wrong[label] = fault
            else:
                known[label] = float(field) if float in types else field
    if "bver" in wrong:
        raise DecodeError(Reason.MALFORMED, wrong["bver"])
    return known, wrong


_REASONS = {
    **dict.fromkeys(("bt", "t"), Reason.BAD_TIME),
    **dict.fromkeys(("bv", "bs", "v", "s"), Reason.BAD_VALUE),
    **dict.fromkeys(("bu", "u"), Reason.BAD_UNIT),
}


def _fault(label: str, field: Any, types: tuple[type, ...]) -> str | None:
    if not isinstance(field, types) or (isinstance(field, bool) and bool not in types):
        return f"{label}: {shown(field)} is not {_MEANT[types]}"
    if isinstance(field, str) and any("\ud800" <= letter <= "\udfff" for letter in field):
        return f"{label}: holds half of a surrogate pair"
    if float in types:
        try:
            finite = abs(float(field)) < float("inf")  # type: ignore[arg-type]
        except OverflowError:
            finite = False
        if not finite:
            return f"{label}: {shown(field)} is not a finite number"
    return None


_MEANT: dict[tuple[type, ...], str] = {
    (str,): "a text", (int, float): "a number", (int,): "an integer", (bool,): "true or false",
}  # fmt: skip
