"""SenML in JSON (RFC 8428): a pack of records to readings.

A record is read with the base fields that hold for it (section 4.1), so that of a refused one its
resolved form (section 4.6) is kept: it means the same wherever and whenever it is read again.

Names: ``[enterprise/]part[:part ...]``; the parts joined by ``.`` are the meter's code, and of a
device URN (RFC 9039) ``urn:dev:`` and its type are left out: ``urn:dev:mac:0024befffe804ff1:gas``
is the meter ``0024befffe804ff1.gas``. A record without a name is of the addressed meter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ingest.decode.columns import Sent
from ingest.decode.json_items import items
from ingest.decode.json_text import Refuse, shown
from ingest.decode.senml_records import Fault, Record, resolved
from ingest.decode.senml_units import senml_units
from models.errors import Reason

_LOOKED_AT = 4_096  # bytes of a payload that tell its form
_OF_JSON = re.compile(rb'"(?:ts|value|meter)"\s*:')
_OF_SENML = re.compile(rb'"(?:bn|bt|bu|bv|bs|bver|n|u|v|vs|vb|vd|s|t)"\s*:')
_PACK = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\[[ \t\r\n]*\{")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:./_-]*")  # RFC 8428, section 4.5.1
_URN = re.compile(r"urn:dev:[a-z0-9]+:", re.IGNORECASE)  # RFC 9039, section 3
_NOT_TAKEN = {"vs": "a text", "vb": "a truth value", "vd": "data"}


def is_pack(payload: bytes) -> bool:
    """Whether a payload is SenML and not our own JSON, by the labels of its first records."""
    return (
        _PACK.match(payload) is not None
        and _OF_JSON.search(payload, 0, _LOOKED_AT) is None
        and _OF_SENML.search(payload, 0, _LOOKED_AT) is not None
    )


def decode(payload: bytes, refuse: Refuse, received_s: float) -> tuple[list[Sent], Sequence[int]]:
    """Readings of a pack and the item number of each; ``refuse`` is told of the other items.

    ``received_s`` is when it came, seconds since 1970 UTC: what relative times are relative to.
    Raises DecodeError where the pack as a whole may not be used.
    """
    sent: list[Sent] = []
    numbers: list[int] = []
    refused: list[Fault] = []
    units = senml_units()
    named: dict[str, tuple[str | None, str | None]] = {"": (None, None)}
    for item, name, unit, time_s, v, total, record in resolved(payload, refused, received_s):
        address = named.get(name)
        if address is None:
            if not _NAME.fullmatch(name):
                detail = f"n: {shown(name)} is no name of SenML"
                refused.append((item, None, Reason.MALFORMED, detail))
                continue
            address = named[name] = _address(name)
        enterprise, meter = address
        ours = None if unit is None else units.get(unit, unit)
        value = v
        if v is None:
            fault = _not_a_reading(record, total, unit)
            if fault is not None:
                refused.append((item, meter, *fault))
                continue
            value, ours = total, f"{ours}*s"
        if value is None or not -1e308 < value < 1e308:
            detail = "v: with its base value not a finite number"
            refused.append((item, meter, Reason.OUT_OF_RANGE, detail))
            continue
        if not -1e13 < time_s < 1e13:
            detail = f"t: {time_s:g} s is not within 1700 to 2261"
            refused.append((item, meter, Reason.BAD_TIME, detail))
            continue
        sent.append(
            Sent(
                ts=round(time_s * 1000), value=value, unit=ours, meter=meter, enterprise=enterprise
            )
        )
        numbers.append(item)
    for one in refused:
        refuse(*one)
    return sent, numbers


def kept_items(payload: bytes, received_s: float) -> list[bytes]:
    """What is kept of each item: its resolved form as a pack of one, else its bytes as sent."""
    kept = items(payload)
    for one in resolved(payload, [], received_s):
        fields = {"n": one.name or None, "u": one.unit, "t": one.time_s, "v": one.value,
                  "vs": one.record.vs, "vb": one.record.vb, "vd": one.record.vd,
                  "s": one.total}  # fmt: skip
        record = {label: field for label, field in fields.items() if field is not None}
        kept[one.item] = json.dumps([record], ensure_ascii=False).encode()
    return kept


def _address(name: str) -> tuple[str | None, str | None]:
    """Enterprise and meter that a name names."""
    enterprise, _, rest = name.rpartition("/")
    return enterprise or None, _URN.sub("", rest, count=1).strip(":").replace(":", ".")


def _not_a_reading(record: Record, total: float | None, unit: str | None) -> (
    tuple[Reason, str] | None
):  # fmt: skip
    """Why a record without v gives no reading; None where its sum does."""
    for label, what in _NOT_TAKEN.items():
        if getattr(record, label) is not None:
            return Reason.UNSUPPORTED, f"{label}: {what} is no reading, only v and s are taken"
    if total is None:
        return Reason.BAD_VALUE, "v: missing"
    if unit is None:
        return Reason.BAD_UNIT, "u: missing; a sum (s) is in its unit times seconds"
    return None
