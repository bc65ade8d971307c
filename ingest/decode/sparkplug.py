"""Sparkplug B: the metrics of one payload to readings (Eclipse Sparkplug Specification 3.0.0).

Pure: what the aliases of a payload mean is given by the births before it. A metric's name is the
meter's code, with ``/`` read as ``.``; a device's id is its prefix: ``gas/total`` of the device
``boiler`` is the meter ``boiler.gas.total``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError as ProtobufError

from ingest.decode.columns import Sent
from ingest.decode.json_text import Refuse, shown
from ingest.decode.sparkplug_payload import Payload
from models.errors import DecodeError, Reason

NAMESPACE = "spBv1.0"
BIRTHS = ("NBIRTH", "DBIRTH")
REBIRTH = "Node Control/Rebirth"
TEXT = 1_000  # characters of a name, a unit or a device's id
# The end of every detail of what is refused because no birth can be relied on.
AFTER_REBIRTH = "a rebirth is asked for, after which this can be replayed"

# Names with a meaning of their own (sections 6.4.16 to 6.4.22); no readings.
_RESERVED = ("Node Control/", "Device Control/", "Properties/", "Node Info/", "Device Info/")
# Data types of signed integers and their bits (section 6.4.16): sent as two's complement.
_SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}
_UNSIGNED = (5, 6, 7, 8)
_NUMBERS = ("int_value", "long_value", "float_value", "double_value")
# The property "Quality" (section 6.4.12): the three values that there are.
_QUALITIES = {192: "good", 0: "fault", 500: "offline"}


class Born(NamedTuple):
    """A metric as its birth describes it."""

    name: str
    datatype: int | None
    unit: str | None


@dataclass(frozen=True)
class Births:
    """What the births of a node and its devices tell of one device's metrics.

    Aliases are of the whole node: its devices share one numbering (section 6.4.8). ``since_ms`` is
    when an alias last came to mean something else, or a metric to have another type or unit, as far
    as is known (ms since 1970 UTC, by our clock): what came before then cannot be read by these
    births.
    """

    by_alias: Mapping[int, Born] = field(default_factory=dict)
    by_name: Mapping[str, Born] = field(default_factory=dict)
    since_ms: int = 0


@dataclass(frozen=True)
class Addressed:
    """What a topic addresses, and what is known of its metrics.

    ``distrusted`` says why nothing of this message may be read, where a birth is missing.
    """

    kind: str
    device: str | None
    births: Births = field(default_factory=Births)
    distrusted: str | None = None


def addressed(topic: str) -> tuple[str, str, Addressed] | None:
    """Group, node and address of a Sparkplug topic; None for any other."""
    levels = topic.split("/")
    if len(levels) not in (4, 5) or levels[0] != NAMESPACE:
        return None
    return levels[1], levels[3], Addressed(levels[2], levels[4] if len(levels) == 5 else None)


def read_payload(payload: bytes) -> Any:
    """The payload as protobuf; DecodeError where it is none."""
    try:
        read = Payload.FromString(payload)
    except ProtobufError:
        raise DecodeError(Reason.MALFORMED, "payload: no payload of Sparkplug B") from None
    if not all(map(_is_text, read.metrics)):
        raise DecodeError(Reason.MALFORMED, "payload: a name or a property is not UTF-8")
    for metric in read.metrics:
        _check_length("name", metric.name)
        _check_length("engUnit", _property(metric, "engUnit"))
    return read


def _check_length(label: str, text: Any) -> None:
    """An alias of a few bytes stands for all of a text: long ones would be multiplied by it."""
    if isinstance(text, str) and len(text) > TEXT:
        detail = f"{label}: {len(text):,} characters, at most {TEXT:,} are read"
        raise DecodeError(Reason.TOO_LARGE, detail)


def _is_text(metric: Any) -> bool:
    """Whether its texts are: protobuf gives bytes for those that are not UTF-8."""
    if not isinstance(metric.name, str):
        return False
    if not metric.HasField("properties"):
        return True
    properties = metric.properties
    texts = [*properties.keys, *(value.string_value for value in properties.values)]
    return all(isinstance(text, str) for text in texts)


def births_in(payload: Any) -> Births:
    """What a birth's payload tells of its metrics."""
    by_alias, by_name = {}, {}
    for metric in payload.metrics:
        born = Born(metric.name, metric.datatype or None, _property(metric, "engUnit"))
        by_name[metric.name] = born
        if metric.HasField("alias"):
            by_alias[metric.alias] = born
    return Births(by_alias, by_name)


def metric_value(payload: Any, name: str) -> int | None:
    """An integer metric by its name, bdSeq for instance; None where there is none."""
    for metric in payload.metrics:
        if metric.name == name:
            kind = metric.WhichOneof("value")
            return getattr(metric, kind) if kind in ("int_value", "long_value") else None
    return None


def decode(
    payload: bytes, refuse: Refuse, where: Addressed
) -> tuple[list[Sent], Sequence[int]]:  # fmt: skip
    """Readings of one payload and the metric number of each; ``refuse`` is told of the others.

    Raises DecodeError where the payload is none.
    """
    _check_length("device", where.device)
    read = read_payload(payload)
    if where.kind in BIRTHS:
        where = Addressed(where.kind, where.device, births_in(read), where.distrusted)
    sent: list[Sent] = []
    numbers: list[int] = []
    for number, metric in enumerate(read.metrics):
        born = _born(metric, where.births)
        name = metric.name or (born.name if born else "")
        if name == "bdSeq" or name.startswith(_RESERVED):
            continue
        if metric.is_null and where.kind in BIRTHS:
            continue  # there is no value yet: only the name is told
        meter = _meter(where.device, name) if name else None
        try:
            sent.append(_reading(read, metric, born, where, meter))
            numbers.append(number)
        except DecodeError as error:
            refuse(number, meter, error.reason, error.detail)
    return sent, numbers


def kept_items(payload: bytes, where: Addressed) -> Callable[[int], bytes]:
    """What is kept of each metric: a payload of it alone, with all that its birth tells of it.

    Where its alias is known, it means the same whatever births come later. The payload is read
    once, however many of its metrics are refused.
    """
    read = read_payload(payload)
    births = births_in(read) if where.kind in BIRTHS else where.births

    def kept(number: int) -> bytes:
        alone = Payload(metrics=[read.metrics[number]])
        metric = alone.metrics[0]
        born = None if where.distrusted else _born(metric, births)
        if born is not None:
            metric.name = metric.name or born.name
            if born.datatype is not None:
                metric.datatype = metric.datatype or born.datatype
            if born.unit is not None and _property(metric, "engUnit") is None:
                metric.properties.keys.append("engUnit")
                metric.properties.values.add(type=12, string_value=born.unit)
        if read.HasField("timestamp"):
            alone.timestamp = read.timestamp
        return bytes(alone.SerializeToString(deterministic=True))

    return kept


def _born(metric: Any, births: Births) -> Born | None:
    if metric.name:
        return births.by_name.get(metric.name)
    return births.by_alias.get(metric.alias) if metric.HasField("alias") else None


def _meter(device: str | None, name: str) -> str:
    return (name if device is None else f"{device}/{name}").replace("/", ".")


def _reading(
    payload: Any, metric: Any, born: Born | None, where: Addressed, meter: str | None
) -> Sent:
    if where.distrusted is not None:
        raise DecodeError(Reason.UNKNOWN_METER, where.distrusted)
    if meter is None:
        detail = f"alias: {metric.alias} is in no birth of this node" if metric.HasField(
            "alias"
        ) else "name: missing, and no alias"  # fmt: skip
        raise DecodeError(Reason.UNKNOWN_METER, detail)
    value = _value(metric, metric.datatype or (born.datatype if born else None))
    if metric.HasField("timestamp"):
        time_ms = metric.timestamp
    elif payload.HasField("timestamp"):
        time_ms = payload.timestamp
    else:
        raise DecodeError(Reason.BAD_TIME, "timestamp: missing in the metric and in the payload")
    if time_ms >= 1 << 63:
        raise DecodeError(Reason.BAD_TIME, f"timestamp: {time_ms} is not within 1700 to 2261")
    code = _property(metric, "Quality")
    quality = None if code is None else _QUALITIES.get(code)
    if code is not None and quality is None:
        detail = f"Quality: {shown(code)} is none of {', '.join(map(str, sorted(_QUALITIES)))}"
        raise DecodeError(Reason.BAD_VALUE, detail)
    unit = _property(metric, "engUnit") or (born.unit if born else None)
    if unit is not None and not isinstance(unit, str):
        raise DecodeError(Reason.BAD_UNIT, f"engUnit: {shown(unit)} is not a text")
    return Sent(ts=time_ms, value=value, unit=unit or None, quality=quality, meter=meter)


def _value(metric: Any, datatype: int | None) -> float:
    kind = metric.WhichOneof("value")
    if metric.is_null or kind is None:
        raise DecodeError(Reason.BAD_VALUE, "value: null, so there is none at that time")
    if kind not in _NUMBERS:
        detail = f"value: {kind.removesuffix('_value')} is no reading, only numbers are taken"
        raise DecodeError(Reason.UNSUPPORTED, detail)
    value = getattr(metric, kind)
    if kind in ("int_value", "long_value"):
        bits = _SIGNED_BITS.get(datatype or 0)
        if bits is not None:
            value &= (1 << bits) - 1
            value -= (value >> (bits - 1)) << bits
        elif datatype not in _UNSIGNED:
            detail = f"datatype: {datatype or 'missing'}, so an integer cannot be read"
            raise DecodeError(Reason.UNSUPPORTED, detail)
    number = float(value)
    if not abs(number) < float("inf"):
        raise DecodeError(Reason.OUT_OF_RANGE, f"value: {shown(number)} is not a finite number")
    return number


def _property(metric: Any, key: str) -> Any:
    """A property of a metric: a number or a text; None where it is not there."""
    if not metric.HasField("properties"):
        return None
    for name, value in zip(metric.properties.keys, metric.properties.values, strict=False):
        if name == key and not value.is_null:
            kind = value.WhichOneof("value")
            return None if kind in (None, "set_value", "sets_value") else getattr(value, kind)
    return None
