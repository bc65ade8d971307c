"""What is shown, said once: boards, panels, the question each answers, its query, unit and picture.

Plain data. The web console and the Grafana dashboards are both built from it; neither adds a
figure of its own. Every number comes from the HTTP API; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

API = "/api/v1"
SHARE = "1"  # the unit of shares of a whole; they are printed in per cent

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


class Picture(StrEnum):
    """The kind of picture a panel is."""

    FIGURE = "figure"  # one number, with what belongs to it beneath
    MONTHS = "months"  # grouped bars, a group a month, a bar a year
    SHARES = "shares"  # parts of a whole, by the first field
    RANKING = "ranking"  # horizontal bars, longest first
    TABLE = "table"
    STATUS = "status"  # how the machine and its data are


@dataclass(frozen=True, slots=True)
class Query:
    """A GET on our API. ``params`` may hold the placeholders of :func:`placeholders`.

    ``root`` names the part of the answer that holds the rows (or the one row).
    """

    path: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    root: str = "items"

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """The parameters with their placeholders filled; an unknown placeholder is a KeyError."""
        return {name: text.format_map(values) for name, text in self.params.items()}


@dataclass(frozen=True, slots=True)
class Field:
    """A field read from each row of the answer. ``unit`` is as the API writes it; "" has none."""

    name: str
    title: Text
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture. The first field is the one it is about, the others belong to it."""

    id: str
    title: Text
    question: Text
    query: Query
    picture: Picture
    fields: tuple[Field, ...]
    refresh_s: float = FIGURES_S
    limit: int | None = None  # rows shown, where not all


@dataclass(frozen=True, slots=True)
class Board:
    """Panels looked at together. ``names`` gives the enterprises' names for their codes."""

    id: str
    title: Text
    panels: tuple[Panel, ...]
    names: Query

    def panel(self, panel_id: str) -> Panel:
        """The panel of that id; KeyError where there is none."""
        for panel in self.panels:
            if panel.id == panel_id:
                return panel
        raise KeyError(panel_id)


def placeholders(now: datetime, zone: ZoneInfo) -> dict[str, str]:
    """What ``{year}``, ``{last_year}`` and ``{today}`` are at ``now``, in the park's time zone."""
    local = now.astimezone(zone)
    return {
        "year": f"{local:%Y}",
        "last_year": str(local.year - 1),
        "today": f"{local:%Y-%m-%d}",
    }


def inventory(root: str = "items", **params: str) -> Query:
    """A question to the inventory."""
    return Query(f"{API}/inventory", MappingProxyType(params), root)


CO2E = Field("co2e_t", Text("排放量", "Emissions"), "tCO2e")
SCOPE_1 = Field("scope1_co2e_t", Text("范围一 直接排放", "Scope 1, direct"), "tCO2e")
SCOPE_2 = Field("scope2_co2e_t", Text("范围二 外购电热", "Scope 2, purchased"), "tCO2e")
TCE_CALORIFIC = Field("energy_tce_calorific", Text("当量值", "Calorific value"), "tce")
TCE_EQUIVALENT = Field("energy_tce_equivalent", Text("等价值", "Equivalent value"), "tce")
COVERAGE = Field("coverage", Text("数据覆盖率", "Data coverage"), SHARE)
ESTIMATED = Field("estimated_share", Text("估算占比", "Estimated share"), SHARE)
ENTERPRISE = Field("enterprise", Text("企业", "Enterprise"))

# The year by carrier answers four panels at once: totals for figures, items for shares.
YEAR = {"year": "{year}", "every": "total", "by": "carrier"}
INTENSITY = Query(
    f"{API}/intensity",
    MappingProxyType({"year": "{year}", "every": "year", "by": "park"}),
)
INTENSITY_BASIS = (
    Field("output_1e4_yuan", Text("产值", "Output"), "1e4_yuan"),
    Field("price_basis", Text("价格口径", "Prices")),
    Field("months_with_output", Text("有产值的月份", "Months with output")),
    Field("coverage", COVERAGE.title, SHARE),
)

PARK_OVERVIEW = Board(
    id="park-overview",
    title=Text("园区总览", "Park overview"),
    names=Query(f"{API}/enterprises"),
    panels=(
        Panel(
            id="year-co2e",
            title=Text("今年累计排放", "Emissions this year to date"),
            question=Text(
                "今年到现在，园区排放了多少？（范围一和范围二，基于位置）",
                "How much has the park emitted this year? (scopes 1 and 2, location-based)",
            ),
            query=inventory("totals", **YEAR),
            picture=Picture.FIGURE,
            fields=(CO2E, SCOPE_1, SCOPE_2, COVERAGE, ESTIMATED),
        ),
        Panel(
            id="today-co2e",
            title=Text("今日排放", "Emissions today"),
            question=Text(
                "从零点到现在，园区排放了多少？", "How much has the park emitted since midnight?"
            ),
            query=inventory("totals", start="{today}", every="total", by="carrier"),
            picture=Picture.FIGURE,
            fields=(CO2E, SCOPE_1, SCOPE_2, COVERAGE, ESTIMATED),
        ),
        Panel(
            id="year-energy",
            title=Text("今年累计能耗", "Energy this year to date"),
            question=Text(
                "今年到现在，园区用了多少能源？", "How much energy has the park used this year?"
            ),
            query=inventory("totals", **YEAR),
            picture=Picture.FIGURE,
            fields=(TCE_CALORIFIC, TCE_EQUIVALENT, COVERAGE, ESTIMATED),
        ),
        Panel(
            id="year-energy-intensity",
            title=Text("能耗强度", "Energy intensity"),
            question=Text(
                "今年每万元产值用了多少能源？", "How much energy goes into 10⁴ yuan of output?"
            ),
            query=INTENSITY,
            picture=Picture.FIGURE,
            fields=(
                Field(
                    "energy_intensity_tce_per_1e4_yuan",
                    Text("能耗强度", "Energy intensity"),
                    "tce/1e4_yuan",
                ),
                *INTENSITY_BASIS,
            ),
        ),
        Panel(
            id="year-emission-intensity",
            title=Text("碳排放强度", "Emission intensity"),
            question=Text(
                "今年每万元产值排放了多少？", "How much is emitted for 10⁴ yuan of output?"
            ),
            query=INTENSITY,
            picture=Picture.FIGURE,
            fields=(
                Field(
                    "emission_intensity_t_per_1e4_yuan",
                    Text("碳排放强度", "Emission intensity"),
                    "tCO2e/1e4_yuan",
                ),
                *INTENSITY_BASIS,
            ),
        ),
        Panel(
            id="factors",
            title=Text("所用因子", "Factors used"),
            question=Text(
                "这些数字用了哪些因子，是否为当年、是否核对过？",
                "Which factors stand behind the figures: of which year, verified or not?",
            ),
            query=inventory(year="{year}", every="total"),
            picture=Picture.TABLE,
            fields=(
                Field("carrier", Text("能源品种", "Carrier")),
                Field("scope", Text("范围", "Scope")),
                Field("factor_id", Text("因子", "Factor")),
                Field("factor_match", Text("选用规则", "Rule")),
                Field("factor_status", Text("核对状态", "Status")),
                Field("factor_year", Text("因子年份", "Year of the factor")),
                Field("coal_rate_year", Text("煤耗率年份", "Year of the coal rate")),
            ),
        ),
        Panel(
            id="months",
            title=Text("逐月排放", "Emissions by month"),
            question=Text(
                "今年各月与去年同月相比如何？",
                "How does each month compare with the same month last year?",
            ),
            query=inventory(start="{last_year}", end="{year}", every="month", by="period"),
            picture=Picture.MONTHS,
            fields=(CO2E, Field("period", Text("月份", "Month")), COVERAGE, ESTIMATED),
        ),
        Panel(
            id="carriers",
            title=Text("能源品种构成", "By energy carrier"),
            question=Text(
                "今年的排放和能耗来自哪些能源？",
                "Which carriers do this year's emissions and energy come from?",
            ),
            query=inventory(**YEAR),
            picture=Picture.SHARES,
            fields=(Field("carrier", Text("能源品种", "Carrier")), CO2E, TCE_CALORIFIC),
        ),
        Panel(
            id="enterprises",
            title=Text("企业排放排名", "Enterprises by emissions"),
            question=Text(
                "今年哪些企业排放最多，占多大比例？",
                "Which enterprises emit most this year, and what is their share?",
            ),
            query=inventory(year="{year}", every="total", by="enterprise"),
            picture=Picture.RANKING,
            fields=(CO2E, ENTERPRISE, COVERAGE),
            limit=15,
        ),
        Panel(
            id="live",
            title=Text("实时读数", "Live readings"),
            question=Text("此刻有哪些数据到达？", "What is arriving right now?"),
            query=Query(f"{API}/latest", MappingProxyType({"limit": "12"})),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                Field("meter", Text("表计", "Meter")),
                Field("name_zh", Text("名称", "Name")),
                Field("name_en", Text("名称", "Name")),
                Field("value", Text("读数", "Reading")),
                Field("unit", Text("单位", "Unit")),
                Field("quality", Text("质量", "Quality")),
                Field("ts", Text("时间", "Time")),
            ),
            refresh_s=LIVE_S,
            limit=12,
        ),
        Panel(
            id="ingest",
            title=Text("数据接收", "Data received"),
            question=Text(
                "服务启动以来收到、拒收了多少数据？",
                "How much was accepted and refused since the service started?",
            ),
            query=Query(f"{API}/health", root=""),
            picture=Picture.STATUS,
            fields=(
                Field("ingest.accepted", Text("接受的读数", "Readings accepted")),
                Field("ingest.duplicates", Text("重复", "Duplicates")),
                Field("ingest.rejected", Text("拒收", "Rejected")),
                Field("ledger.usage_rows_written", Text("写入的用量小时", "Usage hours written")),
            ),
            refresh_s=LIVE_S,
        ),
        Panel(
            id="rejections",
            title=Text("最近拒收", "Latest rejections"),
            question=Text(
                "哪些数据被拒收，为什么？", "Which data were refused, and for what reason?"
            ),
            query=Query(f"{API}/rejections", MappingProxyType({"limit": "200"})),
            picture=Picture.TABLE,
            fields=(
                Field("reason", Text("原因", "Reason")),
                Field("detail", Text("说明", "Detail")),
                ENTERPRISE,
                Field("meter", Text("表计", "Meter")),
                Field("received", Text("收到时间", "Received")),
            ),
            refresh_s=LIVE_S,
            limit=6,
        ),
        Panel(
            id="findings",
            title=Text("数据发现", "Findings"),
            question=Text(
                "今年的用量计算发现了哪些异常？",
                "What did the usage arithmetic notice in this year's data?",
            ),
            query=Query(f"{API}/findings", MappingProxyType({"start": "{year}", "limit": "500"})),
            picture=Picture.TABLE,
            fields=(
                Field("kind", Text("类型", "Kind")),
                Field("detail", Text("说明", "Detail")),
            ),
        ),
    ),
)

BOARDS = (PARK_OVERVIEW,)
