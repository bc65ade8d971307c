"""What the codes of the peak's answers stand for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

VERDICTS: Mapping[str, Text] = MappingProxyType(
    {
        "not_enough_years": Text("年份不足", "Not enough years"),
        "at_maximum": Text("仍在上升或处于最高值", "Rising or at its maximum"),
        "not_established": Text("已过最高值，尚未确立", "Past its maximum, not established"),
        "peaked": Text("已达峰", "Peaked"),
        "plateau": Text("平台期", "Plateau"),
        "rising_again": Text("降后又升", "Rising again"),
    }
)
ORIGINS: Mapping[str, Text] = MappingProxyType(
    {
        "metered": Text("计量", "Metered"),
        "running": Text("当年至今", "So far"),
        "imported": Text("录入", "Entered"),
    }
)
STATES: Mapping[str, Text] = MappingProxyType(
    {
        "strong_decoupling": Text("强脱钩", "Strong decoupling"),
        "weak_decoupling": Text("弱脱钩", "Weak decoupling"),
        "expansive_coupling": Text("扩张连接", "Expansive coupling"),
        "expansive_negative_decoupling": Text("扩张负脱钩", "Expansive negative decoupling"),
        "strong_negative_decoupling": Text("强负脱钩", "Strong negative decoupling"),
        "weak_negative_decoupling": Text("弱负脱钩", "Weak negative decoupling"),
        "recessive_coupling": Text("衰退连接", "Recessive coupling"),
        "recessive_decoupling": Text("衰退脱钩", "Recessive decoupling"),
        "not_defined": Text("无定义", "Not defined"),
    }
)
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "emissions_unknown": Text("缺少排放数据", "Emissions not known"),
        "output_unknown": Text("缺少产值数据", "Output not known"),
        "output_not_positive": Text("产值为零或负值", "Output zero or negative"),
        "output_unchanged": Text("产值没有变化", "Output unchanged"),
        "emissions_not_positive": Text("排放为零或负值", "Emissions zero or negative"),
        "not_constant_prices": Text("没有不变价产值", "No constant prices"),
        "price_bases_differ": Text("价格基准不同", "Prices differ"),
        "boundary_changed": Text("统计边界改变", "Boundary changed"),
    }
)
