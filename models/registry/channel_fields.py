"""The fields that a channel may send, each a series of its own.

A device sends instants (real time), and means over minutes, hours and days that its logger made,
with the least and greatest value, the mean of the values that it converted itself, and the amount
of the interval (HJ 212-2017, table 4). A field's code is ``{series}`` or ``{series}-{part}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from models.quantities import Kind


@dataclass(frozen=True, slots=True)
class ChannelField:
    """One field: ``series`` realtime, minute, hour or day; ``part`` empty: the value itself."""

    code: str
    series: str
    part: str
    kind: Kind
    name_zh: str
    name_en: str

    @property
    def is_amount(self) -> bool:
        """Whether it is the amount of an interval."""
        return self.part == "cou"


_SERIES = {
    "realtime": ("实时值", "real time"),
    "minute": ("分钟", "minute"),
    "hour": ("小时", "hour"),
    "day": ("日", "day"),
}
_PARTS = {
    "": ("均值", "mean"),
    "min": ("最小值", "minimum"),
    "max": ("最大值", "maximum"),
    "zs": ("折算均值", "converted mean"),
    "zs-min": ("折算最小值", "converted minimum"),
    "zs-max": ("折算最大值", "converted maximum"),
    "cou": ("累计量", "amount"),
}


def _fields() -> dict[str, ChannelField]:
    found = [
        ChannelField("realtime", "realtime", "", Kind.LEVEL, *_SERIES["realtime"]),
        ChannelField(
            "realtime-zs", "realtime", "zs", Kind.LEVEL, "折算实时值", "converted, real time"
        ),
    ]
    for series in ("minute", "hour", "day"):
        for part, (zh, en) in _PARTS.items():
            name_zh, name_en = _SERIES[series]
            found.append(
                ChannelField(
                    f"{series}-{part}" if part else series,
                    series,
                    part,
                    Kind.INTERVAL if part == "cou" else Kind.MEAN,
                    f"{name_zh}{zh}",
                    f"{name_en} {en}",
                )
            )
    return {one.code: one for one in found}


FIELDS = MappingProxyType(_fields())


def meter_code(point: str, channel: str, field: str) -> str:
    """The code of the meter that keeps a field of a channel."""
    return f"{point}.{channel}.{field}"
