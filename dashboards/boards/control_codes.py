"""What the codes of targets and dual control stand for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

SUBJECTS: Mapping[str, Text] = MappingProxyType(
    {
        "energy_total": Text("能耗总量", "Total energy"),
        "energy_intensity": Text("单位产值能耗", "Energy per output"),
        "co2_total": Text("碳排放总量", "Total CO2"),
        "co2_intensity": Text("单位产值碳排放", "CO2 per output"),
    }
)
VALUES_OF_ENERGY: Mapping[str, Text] = MappingProxyType(
    {"equivalent": Text("等价值", "equivalent"), "calorific": Text("当量值", "calorific")}
)
CONTROLS: Mapping[str, Text] = MappingProxyType(
    {
        "energy": Text("能耗双控", "Dual control of energy"),
        "carbon": Text("碳排放双控", "Dual control of carbon"),
    }
)
TARGET_STATES: Mapping[str, Text] = MappingProxyType(
    {
        "met": Text("已完成", "Met"),
        "on_track": Text("符合进度", "On track"),
        "behind": Text("落后", "Behind"),
        "missed": Text("未完成", "Missed"),
        "unknown": Text("无法判断", "Not known"),
    }
)
VERDICTS: Mapping[str, Text] = MappingProxyType(
    {
        "met": Text("通过", "Passed"),
        "on_track": Text("符合进度", "On track"),
        "behind": Text("落后", "Behind"),
        "not_met": Text("未通过", "Not passed"),
        "no_verdict": Text("不作结论", "No verdict"),
        "unknown": Text("无法判断", "Not known"),
    }
)
BREAKDOWNS: Mapping[str, Text] = MappingProxyType(
    {
        "holds": Text("分解可保证", "Holds"),
        "exceeds": Text("分解超过总目标", "Parts exceed it"),
        "incomplete": Text("部分未分解", "Some without target"),
        "no_target": Text("无总目标", "No target above"),
    }
)
SCOPES: Mapping[str, Text] = MappingProxyType(
    {
        "park": Text("园区", "Park"),
        "cluster": Text("产业集群", "Cluster"),
        "enterprise": Text("企业", "Enterprise"),
    }
)
