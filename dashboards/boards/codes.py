"""What the codes in answers stand for, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

CARRIERS: Mapping[str, Text] = MappingProxyType(
    {
        "electricity": Text("电力", "Electricity"),
        "natural_gas": Text("天然气", "Natural gas"),
        "heat": Text("热力", "Heat"),
        "steam": Text("蒸汽", "Steam"),
        "bituminous": Text("烟煤", "Bituminous coal"),
        "anthracite": Text("无烟煤", "Anthracite"),
        "lignite": Text("褐煤", "Lignite"),
        "coke": Text("焦炭", "Coke"),
        "fuel_oil": Text("燃料油", "Fuel oil"),
        "diesel": Text("柴油", "Diesel"),
        "gasoline": Text("汽油", "Gasoline"),
        "lpg": Text("液化石油气", "LPG"),
        "lng": Text("液化天然气", "LNG"),
    }
)

QUALITIES: Mapping[str, Text] = MappingProxyType(
    {
        "good": Text("正常", "Good"),
        "estimated": Text("估算", "Estimated"),
        "substituted": Text("替代", "Substituted"),
        "manual": Text("手工", "Manual"),
        "suspect": Text("可疑", "Suspect"),
        "fault": Text("故障", "Fault"),
        "offline": Text("离线", "Offline"),
        "maintenance": Text("维护", "Maintenance"),
        "calibration": Text("校准", "Calibration"),
        "over_range": Text("超量程", "Over range"),
        "stopped": Text("停运", "Stopped"),
    }
)
COUNTED_QUALITIES = frozenset({"good", "estimated", "substituted", "manual"})

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "malformed": Text("格式错误", "Malformed"),
        "too_large": Text("过大", "Too large"),
        "unknown_enterprise": Text("企业未登记", "Unknown enterprise"),
        "unknown_meter": Text("表计未登记", "Unknown meter"),
        "wrong_owner": Text("归属不符", "Wrong owner"),
        "bad_time": Text("时间错误", "Bad time"),
        "bad_value": Text("数值错误", "Bad value"),
        "bad_unit": Text("单位错误", "Bad unit"),
        "out_of_range": Text("超出可能范围", "Out of range"),
        "bad_crc": Text("校验错误", "Bad checksum"),
        "bad_password": Text("密码错误", "Bad password"),
        "unsupported": Text("不支持", "Unsupported"),
    }
)

FINDINGS: Mapping[str, Text] = MappingProxyType(
    {
        "reset": Text("表计归零", "Register reset"),
        "rollover": Text("满量程翻转", "Register rollover"),
        "exchange": Text("换表", "Meter exchange"),
        "false_value": Text("孤立假值", "Single false value"),
        "implausible_rate": Text("速率不合理", "Implausible rate"),
        "gap_unknown": Text("缺数时段不计", "Gap left out"),
        "gap_filled": Text("缺数以典型日代替", "Gap filled by a typical day"),
        "silent": Text("无数据", "Silent"),
        "stuck": Text("数值不变", "Stuck value"),
        "spike": Text("超出合理范围", "Beyond the plausible range"),
        "clock_off": Text("时钟不准", "Clock off"),
        "clock_drift": Text("时钟漂移", "Clock drifts"),
    }
)

MATCHES: Mapping[str, Text] = MappingProxyType(
    {
        "declared": Text("企业申报", "declared by the enterprise"),
        "park_declared": Text("园区申报", "declared by the park"),
        "province_exact": Text("本省，当年", "province, this year"),
        "grid_exact": Text("区域电网，当年", "grid region, this year"),
        "nation_exact": Text("全国，当年", "nation, this year"),
        "province_earlier": Text("本省，最近往年", "province, latest earlier year"),
        "grid_earlier": Text("区域电网，最近往年", "grid region, latest earlier year"),
        "nation_earlier": Text("全国，最近往年", "nation, latest earlier year"),
        "set_default": Text("指南缺省值", "default of the guideline"),
    }
)

STATUSES: Mapping[str, Text] = MappingProxyType(
    {
        "verified": Text("已核对原文", "verified in the original"),
        "verified-secondary": Text("仅核对二手来源", "verified in a secondary source"),
        "from memory": Text("未核对", "not verified"),
        "declared": Text("企业申报", "declared by the enterprise"),
    }
)
# Said in a short line where it is not the original: the reader should know without a table.
SHORT_STATUSES: Mapping[str, Text] = MappingProxyType(
    {
        "verified-secondary": Text("二手来源", "secondary source"),
        "from memory": Text("未核对", "not verified"),
        "declared": Text("企业申报", "declared"),
    }
)
