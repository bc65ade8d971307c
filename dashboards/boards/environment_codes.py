"""What the codes of the environment's answers stand for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

MEDIA: Mapping[str, Text] = MappingProxyType(
    {
        "waste_gas": Text("废气排放口", "Waste gas"),
        "waste_water": Text("废水排放口", "Waste water"),
        "ambient_air": Text("环境空气", "Ambient air"),
        "site_dust": Text("扬尘", "Site dust"),
        "noise": Text("噪声", "Noise"),
        "surface_water": Text("地表水", "Surface water"),
    }
)

STANDINGS: Mapping[str, Text] = MappingProxyType(
    {
        "beyond": Text("超标", "Beyond the limit"),
        "near": Text("接近限值", "Near the limit"),
        "within": Text("达标", "Within the limit"),
        "no_limit": Text("无限值", "No limit"),
        "stopped": Text("停运", "Stopped"),
        "no_value": Text("无有效数据", "No valid data"),
    }
)

AVERAGINGS: Mapping[str, Text] = MappingProxyType(
    {
        "hour": Text("小时", "hour"),
        "max_8_hours": Text("最大8小时", "8 hours"),
        "day": Text("日", "day"),
        "daytime": Text("昼间", "day, 06 to 22"),
        "nighttime": Text("夜间", "night, 22 to 06"),
        "month": Text("月", "month"),
        "year": Text("年", "year"),
    }
)

# Marks of HJ 212-2017, table 8.
MARKS: Mapping[str, Text] = MappingProxyType(
    {
        "N": Text("正常", "Normal"),
        "F": Text("停运", "Stopped"),
        "M": Text("维护", "Maintenance"),
        "S": Text("手工", "Manual"),
        "D": Text("故障", "Fault"),
        "C": Text("校准", "Calibration"),
        "T": Text("超量程", "Over range"),
        "B": Text("通讯异常", "No communication"),
    }
)

STATES: Mapping[str, Text] = MappingProxyType(
    {
        "start_up": Text("启机", "Start-up"),
        "shut_down": Text("停机过程", "Shut-down"),
        "stopped": Text("停运", "Stopped"),
        "calibration": Text("校准", "Calibration"),
        "maintenance": Text("维护", "Maintenance"),
        "bypass": Text("旁路", "Bypass"),
    }
)

BASES: Mapping[str, Text] = MappingProxyType(
    {"permit": Text("排污许可", "Permit"), "standard": Text("标准", "Standard")}
)
