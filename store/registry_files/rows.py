"""The columns of every registry file: type, unit, meaning, example. The reference is made of these.

Field names are those of the records in ``models.registry``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.quantities import Kind
from models.registry import DayType, Direction, GapPolicy
from store.registry_db import kinds
from store.registry_db.kinds import RecordKind
from store.registry_files.accounting_rows import (
    BuildingRow,
    CertificateRow,
    CertificateUseRow,
    DeclaredFactorRow,
    GroupRow,
    SourceStreamRow,
)
from store.registry_files.cells import (
    Code,
    Column,
    CreditCode,
    Day,
    EndDay,
    Formula,
    Industry,
    Instant,
    Number,
    Period,
    Positive,
    PriceBasis,
    Whole,
    Words,
    Zone,
)
from store.registry_files.point_rows import ChannelRow, OperatingStateRow, PermitRow, PointRow
from store.registry_files.progress_rows import (
    AssumptionRow,
    MeasureRow,
    MovementRow,
    TargetRow,
    TitleRow,
    YearlyFigureRow,
)
from store.registry_files.row import Row

ZONE_DEFAULT = "Asia/Shanghai"


class ParkRow(Row):
    """The park."""

    code: Annotated[Code, Column("code of the park, in MQTT topics", "demo-park")]
    name_zh: Annotated[Words, Column("Chinese name", "示范园区")]
    name_en: Annotated[Words, Column("English name", "Demo Park")]
    province: Annotated[Words, Column("province, chooses electricity factors", "吉林")]
    grid_region: Annotated[Words, Column("regional grid, chooses electricity factors", "东北")]
    time_zone: Annotated[
        Zone, Column("time zone that rules days, months and years", "Asia/Shanghai")
    ] = ZONE_DEFAULT


class ClusterRow(Row):
    """A cluster of the park's plan."""

    code: Annotated[Code, Column("code of the cluster", "equipment")]
    name_zh: Annotated[Words, Column("Chinese name", "高端装备制造")]
    name_en: Annotated[Words, Column("English name", "Advanced equipment")]


class EnterpriseRow(Row):
    """An enterprise."""

    code: Annotated[Code, Column("code of the enterprise, in MQTT topics; not `event`", "axle-01")]
    name_zh: Annotated[Words, Column("Chinese name", "示例车桥有限公司")]
    name_en: Annotated[Words, Column("English name", "Example Axle Co., Ltd.")]
    cluster: Annotated[Code, Column("code of its cluster", "equipment")]
    uscc: Annotated[
        CreditCode | None,
        Column(
            "unified social credit code, GB 32100-2015, with check character", "91350100M000100Y43"
        ),
    ] = None
    industry: Annotated[
        Industry | None,
        Column("GB/T 4754 division, group or class, with or without its section", "C3670"),
    ] = None
    land_area_mu: Annotated[Positive | None, Column("land area", "120.5", "mu (666.67 m2)")] = None
    ets_sector: Annotated[
        Words | None, Column("sector in the emissions trading system; empty: none", "power")
    ] = None
    key_energy_user: Annotated[
        bool, Column("whether it is a key energy user (重点用能单位)", "true")
    ] = False
    guideline: Annotated[
        Code,
        Column("accounting guideline that it reports by: a code of the list", "other_industry"),
    ] = "other_industry"


class MeterRow(Row):
    """A version of a meter."""

    enterprise: Annotated[Code, Column("code of its enterprise", "axle-01")]
    code: Annotated[Code, Column("code of the meter, unique in its enterprise", "EL-01")]
    quantity: Annotated[
        Words, Column("what it measures: a code of the quantity table", "electricity")
    ]
    kind: Annotated[
        Kind, Column("how its values relate to time; one the quantity allows", "counter")
    ]
    unit: Annotated[Words, Column("unit of its values; convertible to the quantity's unit", "kWh")]
    interval_s: Annotated[
        Whole, Field(gt=0, le=366 * 86400), Column("expected time between its readings", "900", "s")
    ]
    name_zh: Annotated[str, Column("Chinese name", "总进线")] = ""
    name_en: Annotated[str, Column("English name", "main feeder")] = ""
    multiplier: Annotated[
        Positive, Column("transformer ratio (CT × PT), applied to its values", "40")
    ] = 1.0
    register_max: Annotated[
        Positive | None,
        Column("counters only: value at which the register returns to zero", "1000000", "its unit"),
    ] = None
    range_low: Annotated[
        Number | None,
        Column(
            "least plausible value; of a counter: of its rate", "0", "its unit, counter: per hour"
        ),
    ] = None
    range_high: Annotated[
        Number | None,
        Column(
            "greatest plausible value; of a counter: of its rate",
            "500",
            "its unit, counter: per hour",
        ),
    ] = None
    direction: Annotated[
        Direction, Column("way of the energy, seen from the enterprise", "import")
    ] = Direction.IMPORT
    parent: Annotated[
        Code | None,
        Column("code of the meter of the same enterprise that it is a sub-meter of", "EL-00"),
    ] = None
    source_stream: Annotated[Words | None, Column("source stream in the inventory", "boiler 1")] = (
        None
    )
    gap_policy: Annotated[
        GapPolicy,
        Column("what becomes of the time between readings that lie too far apart", "profile"),
    ] = GapPolicy.LINEAR
    formula: Annotated[
        Formula | None,
        Column("of a virtual meter: how each hour is computed from other meters' hours",
               "'EL-00' - 'PV-01'"),
    ] = None  # fmt: skip
    counterpart: Annotated[
        Code | None,
        Column(
            "enterprise of the park at the other end of what is bought, sold or transferred",
            "heat-01",
        ),
    ] = None
    accuracy_pct: Annotated[
        Positive | None,
        Field(le=100),
        Column("uncertainty of its amounts, 95 % confidence", "0.5", "%"),
    ] = None
    building: Annotated[
        Code | None, Column("code of the building or charging station that it is in", "hall-2")
    ] = None
    valid_from: Annotated[
        Instant | None, Column("first instant of this version; empty: always was", "2026-03-01")
    ] = None
    valid_to: Annotated[
        Instant | None,
        Column("instant at which this version ends; empty: at the next one, or open", "2026-09-01"),
    ] = None


class ExchangeRow(Row):
    """A declared meter exchange."""

    enterprise: Annotated[Code, Column("code of the enterprise", "axle-01")]
    meter: Annotated[Code, Column("code of the meter, a counter", "EL-01")]
    ts: Annotated[Instant, Column("instant of the exchange", "2026-05-12T10:30:00+08:00")]
    final_value: Annotated[
        Number, Column("last value of the old register", "8231.4", "the meter's")
    ]
    initial_value: Annotated[Number, Column("first value of the new register", "0", "the meter's")]


class ProfileRow(Row):
    """An hour of a meter's typical day."""

    enterprise: Annotated[Code, Column("code of the enterprise", "axle-01")]
    meter: Annotated[Code, Column("code of the meter", "EL-01")]
    day_type: Annotated[DayType, Column("kind of day: Monday to Friday, or not", "workday")]
    hour: Annotated[
        Whole, Field(ge=0, le=23), Column("hour of the local day at which it begins", "8")
    ]
    amount: Annotated[
        Number, Field(ge=0), Column("typical amount of the hour", "42.5", "the quantity's")
    ]
    valid_from: Annotated[Day, Column("first local day", "2026-01-01")]
    valid_to: EndDay = None
    evidence: Annotated[Words, Column("what the profile rests on", "mean of May 2026, 20 days")]


class OutputRow(Row):
    """Output of an enterprise in a period."""

    enterprise: Annotated[Code, Column("code of the enterprise", "axle-01")]
    period: Annotated[
        Period, Column("year or month; one form per enterprise, year and price basis", "2026-03")
    ]
    output_1e4_yuan: Annotated[Number, Field(ge=0), Column("output", "1280.5", "10^4 yuan")]
    price_basis: Annotated[
        PriceBasis,
        Whole,
        Column("prices it is in: `current`, or `constant` with the year", "constant 2020"),
    ]


# In the order in which they refer to each other. Every file but the park's may be missing.
PARK_FILE = "park.yaml"
TABLE_FILES: dict[str, tuple[RecordKind, type[Row]]] = {
    "enterprises.csv": (kinds.ENTERPRISE, EnterpriseRow),
    "source_streams.csv": (kinds.SOURCE_STREAM, SourceStreamRow),
    "buildings.csv": (kinds.BUILDING, BuildingRow),
    "points.csv": (kinds.POINT, PointRow),
    "channels.csv": (kinds.CHANNEL, ChannelRow),
    "meters.csv": (kinds.METER, MeterRow),
    "exchanges.csv": (kinds.EXCHANGE, ExchangeRow),
    "profiles.csv": (kinds.PROFILE, ProfileRow),
    "outputs.csv": (kinds.OUTPUT, OutputRow),
    "declared_factors.csv": (kinds.DECLARED_FACTOR, DeclaredFactorRow),
    "groups.csv": (kinds.GROUP, GroupRow),
    "certificates.csv": (kinds.CERTIFICATE, CertificateRow),
    "certificate_uses.csv": (kinds.CERTIFICATE_USE, CertificateUseRow),
    "permits.csv": (kinds.PERMIT, PermitRow),
    "operating_states.csv": (kinds.OPERATING_STATE, OperatingStateRow),
    "targets.csv": (kinds.TARGET, TargetRow),
    "yearly_figures.csv": (kinds.YEARLY_FIGURE, YearlyFigureRow),
    "measures.csv": (kinds.MEASURE, MeasureRow),
    "assumptions.csv": (kinds.ASSUMPTION, AssumptionRow),
    "titles.csv": (kinds.TITLE, TitleRow),
    "movements.csv": (kinds.MOVEMENT, MovementRow),
}
