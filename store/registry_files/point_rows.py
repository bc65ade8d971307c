"""Columns of the files of monitoring points: points, channels, permits, operating states.

Field names are those of the records in ``models.registry``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.registry import Averaging, Edition, Medium, PermitKind, State
from store.registry_files.cells import (
    Code,
    Column,
    Day,
    EndDay,
    Instant,
    Mn,
    Number,
    Password,
    PointCode,
    Positive,
    Several,
    SystemCode,
    Whole,
    Words,
)
from store.registry_files.row import Row

OXYGEN_OF_AIR_PCT = 21.0  # nothing can be converted to it: HJ 212-2017, annex D

_From = Annotated[
    Instant | None, Column("first instant of this version; empty: always was", "2026-03-01")
]
_To = Annotated[
    Instant | None,
    Column("instant at which this version ends; empty: at the next one, or open", "2026-09-01"),
]
_Oxygen = Annotated[
    Number | None,
    Field(ge=0, lt=OXYGEN_OF_AIR_PCT),
    Column("of waste gas: oxygen content that concentrations are converted to", "3.5", "%"),
]


class PointRow(Row):
    """A version of an outlet or station."""

    enterprise: Annotated[Code, Column("code of its enterprise", "heat-01")]
    code: Annotated[PointCode, Column("code of the point, unique in its enterprise", "DA001")]
    medium: Annotated[
        Medium, Column("what it watches; the first two are outlets, the others stations",
                       "waste_gas"),
    ]  # fmt: skip
    name_zh: Annotated[Words, Column("Chinese name", "1号锅炉排放口")]
    name_en: Annotated[Words, Column("English name", "stack of boiler 1")]
    mn: Annotated[
        Mn | None,
        Column("MN of its HJ 212 device, unique in the park; empty: it has none",
               "880000000000000000000001"),
    ] = None  # fmt: skip
    password: Annotated[
        Password | None,
        Column("PW of its HJ 212 device, 6 characters; never shown", "q7Wx2p", secret=True),
    ] = None
    st: Annotated[SystemCode | None, Column("system code of HJ 212, table 5", "31")] = None
    edition: Annotated[Edition, Column("edition of HJ 212 that it speaks", "2017")] = Edition.E2017
    realtime_interval_s: Annotated[
        Whole, Field(gt=0, le=3600), Column("time between its real-time values", "60", "s")
    ] = 60
    minute_interval_s: Annotated[
        Whole,
        Field(ge=60, le=1800),
        Column("length of its minute means: whole minutes that divide the hour", "600", "s"),
    ] = 600
    duct_area_m2: Annotated[
        Positive | None, Column("of waste gas: cross-section where the velocity is measured",
                                "3.14", "m2"),
    ] = None  # fmt: skip
    reference_oxygen_pct: _Oxygen = None
    limit_classes: Annotated[
        Several,
        Column("classes of limits that hold here, with `|` between them", "GB13271-2014/new/gas"),
    ] = ()
    zone: Annotated[
        Words | None, Column("of noise: zone 0 to 4b; of surface water: class I to V", "3")
    ] = None
    load_meter: Annotated[
        Code | None, Column("meter that tells the load of what is behind it", "ST-01")
    ] = None
    treatment_meter: Annotated[
        Code | None, Column("meter of the electricity of its treatment equipment", "EL-07")
    ] = None
    fuel_meter: Annotated[Code | None, Column("meter of the fuel that is burnt", "GAS-01")] = None
    longitude: Annotated[
        Number | None, Field(ge=-180, le=180), Column("longitude, WGS 84", "125.32", "°")
    ] = None
    latitude: Annotated[
        Number | None, Field(ge=-90, le=90), Column("latitude, WGS 84", "43.88", "°")
    ] = None
    valid_from: _From = None
    valid_to: _To = None


class ChannelRow(Row):
    """A version of what a point measures."""

    enterprise: Annotated[Code, Column("code of the enterprise", "heat-01")]
    point: Annotated[PointCode, Column("code of the point", "DA001")]
    code: Annotated[Code, Column("code of HJ 212-2017, annex B", "a21002")]
    unit: Annotated[
        Words | None, Column("unit of its values; empty: the one of the code", "mg/m3")
    ] = None
    fields: Annotated[
        Several,
        Field(min_length=1),
        Column("what is sent of it, with `|` between them: each becomes a meter",
               "minute|minute-zs|hour"),
    ]  # fmt: skip
    wet: Annotated[bool, Column("of waste gas: measured moist", "false")] = False
    standard_state: Annotated[
        bool, Column("of waste gas: given at 0 °C and 101.325 kPa already", "true")
    ] = True
    range_low: Annotated[Number | None, Column("least plausible value", "0", "its unit")] = None
    range_high: Annotated[Number | None, Column("greatest plausible value", "300", "its unit")] = (
        None
    )
    valid_from: _From = None
    valid_to: _To = None


class PermitRow(Row):
    """What a permit allows of a pollutant at an outlet."""

    enterprise: Annotated[Code, Column("code of the enterprise", "heat-01")]
    point: Annotated[PointCode, Column("code of the outlet", "DA001")]
    pollutant: Annotated[Code, Column("code of one of its channels", "a21002")]
    kind: Annotated[PermitKind, Column("what is bounded", "concentration")]
    averaging: Annotated[
        Averaging, Column("period over which it is averaged; of an annual_amount `year`", "hour")
    ]
    value: Annotated[Number, Field(ge=0), Column("what is allowed", "150", "its `unit`")]
    unit: Annotated[
        Words,
        Column("concentration: like the channel; rate: mass an hour; annual_amount: mass", "mg/m3"),
    ]
    reference_oxygen_pct: _Oxygen = None
    standard: Annotated[Words, Column("standard, or the permit itself", "GB 13271-2014")]
    clause: Annotated[Words, Column("clause or table of it", "table 3, gas")]
    valid_from: Annotated[Day, Column("first local day", "2026-01-01")]
    valid_to: EndDay = None
    evidence: Annotated[Words, Column("permit that it stands in", "permit 9122...001P, page 14")]


class OperatingStateRow(Row):
    """A state in which a point was not operated as usual."""

    enterprise: Annotated[Code, Column("code of the enterprise", "heat-01")]
    point: Annotated[PointCode, Column("code of the point", "DA001")]
    state: Annotated[State, Column("what it was", "start_up")]
    start: Annotated[Instant, Column("first instant", "2026-10-20T06:00:00+08:00")]
    end: Annotated[
        Instant | None, Column("first instant after it; empty: it lasts",
                               "2026-10-20T10:00:00+08:00"),
    ] = None  # fmt: skip
    evidence: Annotated[Words, Column("what proves it", "shift log 2026-10-20")]
    entered_by: Annotated[Words, Column("who states it", "Li Wei")]
