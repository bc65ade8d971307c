"""The fields that boards show, each said once."""

from __future__ import annotations

from types import MappingProxyType

from dashboards.boards.codes import CARRIERS, FINDINGS, QUALITIES, REASONS
from dashboards.boards.vocabulary import SHARE, Field, Kind, Limit, Link, Text

CO2E = Field("co2e_t", Text("排放量", "Emissions"), "tCO2e")
SCOPE_1 = Field("scope1_co2e_t", Text("范围一 直接排放", "Scope 1, direct"), "tCO2e")
SCOPE_2 = Field("scope2_co2e_t", Text("范围二 外购电热", "Scope 2, purchased"), "tCO2e")
TCE_CALORIFIC = Field("energy_tce_calorific", Text("当量值", "Calorific value"), "tce")
TCE_EQUIVALENT = Field("energy_tce_equivalent", Text("等价值", "Equivalent value"), "tce")
COVERAGE = Field("coverage", Text("数据覆盖率", "Data coverage"), SHARE, limit=Limit(0.98, 0.9))
ESTIMATED = Field("estimated_share", Text("估算占比", "Estimated share"), SHARE)

ENERGY_INTENSITY = Field(
    "energy_intensity_tce_per_1e4_yuan",
    Text("能耗强度", "Energy intensity"),
    "tce/1e4_yuan",
    decimals=4,
)
EMISSION_INTENSITY = Field(
    "emission_intensity_t_per_1e4_yuan",
    Text("碳排放强度", "Emission intensity"),
    "tCO2e/1e4_yuan",
    decimals=4,
)
INTENSITY_BASIS = (
    Field("output_1e4_yuan", Text("产值", "Output"), "1e4_yuan"),
    Field("price_basis", Text("价格口径", "Prices"), kind=Kind.TEXT),
    Field("months_with_output", Text("有产值的月份", "Months with output")),
    COVERAGE,
)

CARRIER = Field("carrier", Text("能源品种", "Carrier"), kind=Kind.TEXT, codes=CARRIERS)
YEAR = Field("period", Text("年份", "Year"), kind=Kind.TEXT)
MONTH = Field("period", Text("月份", "Month"), kind=Kind.TEXT)

ENTERPRISE = Field(
    "enterprise",
    Text("企业", "Enterprise"),
    kind=Kind.TEXT,
    link=Link("enterprise", MappingProxyType({"enterprise": "enterprise"})),
)
METER = Field(
    "meter",
    Text("表计", "Meter"),
    kind=Kind.TEXT,
    link=Link("live-meters", MappingProxyType({"enterprise": "enterprise", "meter": "meter"})),
)
NAME = Field("name_zh", Text("名称", "Name"), kind=Kind.TEXT)
NAME_EN = Field("name_en", Text("英文名称", "Name in English"), kind=Kind.TEXT)
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)

LATEST = (
    ENTERPRISE,
    METER,
    NAME,
    NAME_EN,
    Field("value", Text("读数", "Reading")),
    UNIT,
    Field("quality", Text("质量", "Quality"), kind=Kind.TEXT, codes=QUALITIES),
    Field("ts", Text("时间", "Time"), kind=Kind.TIME),
)
REJECTION = (
    Field("reason", Text("原因", "Reason"), kind=Kind.TEXT, codes=REASONS),
    Field("detail", Text("说明", "Detail"), kind=Kind.TEXT),
    ENTERPRISE,
    METER,
    Field("received", Text("收到时间", "Received"), kind=Kind.TIME),
    Field("rejection_id", Text("编号", "Number"), kind=Kind.TEXT),
)
REJECTION_COUNT = (
    ENTERPRISE,
    Field("reason", Text("原因", "Reason"), kind=Kind.TEXT, codes=REASONS),
    Field("n", Text("条数", "Rejections")),
    Field("newest", Text("最近收到", "Newest"), kind=Kind.TIME),
)
FINDING = (
    Field("kind", Text("类型", "Kind"), kind=Kind.TEXT, codes=FINDINGS),
    Field("detail", Text("说明", "Detail"), kind=Kind.TEXT),
    ENTERPRISE,
    METER,
    Field("ts", Text("读数时间", "Time of the reading"), kind=Kind.TIME),
)
SENDER_FINDING = (
    FINDING[0],
    ENTERPRISE,
    METER,
    Field("ts", Text("起始", "Since"), kind=Kind.TIME),
    Field("detail_zh", Text("中文说明", "Detail in Chinese"), kind=Kind.TEXT),
    Field("detail", Text("英文说明", "Detail"), kind=Kind.TEXT),
)
# At least 90 % is required of what key energy users upload: models/reference/sender_rules.csv.
COMPLETENESS = Field(
    "completeness", Text("完整率", "Completeness"), SHARE, decimals=1, limit=Limit(0.9, 0.75)
)
COUNTS = (
    Field("expected", Text("应收", "Expected")),
    Field("received", Text("实收", "Received")),
    Field("missing", Text("缺数", "Missing")),
    Field("late", Text("迟到", "Late")),
    Field("duplicate", Text("重复", "Duplicate")),
    Field("suspect", Text("可疑", "Suspect")),
    Field("rejected", Text("拒收", "Rejected")),
)
