"""The words of the codes that assessments have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

VERDICTS: Mapping[str, Text] = MappingProxyType({
    "listed": Text("列入名单", "on the list"),
    "watched": Text("本年符合", "this year"),
    "clear": Text("未列入", "not on the list"),
    "exempt": Text("不作评价", "not judged"),
    "unknown": Text("无法判断", "unknown"),
})  # fmt: skip

STANDINGS: Mapping[str, Text] = MappingProxyType({
    "scored": Text("已计分", "scored"),
    "not_applicable": Text("不适用", "does not apply"),
    "redistributed": Text("未知，权重分担", "unknown, weight shared"),
    "zero": Text("未知，计0分", "unknown, no points"),
    "withheld": Text("未知，不评级", "unknown, no grade"),
})  # fmt: skip

NO_GRADES: Mapping[str, Text] = MappingProxyType({
    "withheld": Text("必需指标未知", "what must be known is not"),
    "too_little_known": Text("已知权重不足", "too little is known"),
})  # fmt: skip

CRITERIA: Mapping[str, Text] = MappingProxyType({
    "energy_intensity": Text("单位产值能耗", "Energy intensity"),
    "co2_intensity": Text("单位产值碳排放", "Carbon intensity"),
    "energy_quota": Text("产品能耗限额", "Energy quota"),
    "water_quota": Text("产品取水定额", "Water quota"),
    "reduction": Text("碳强度下降", "Fall of carbon intensity"),
    "budget": Text("总量预算", "Budget"),
    "clean_energy": Text("清洁能源", "Clean energy"),
    "pollutants": Text("主要污染物", "Main pollutants"),
    "data_quality": Text("数据完整率", "Completeness of data"),
    "tax_per_mu": Text("亩均税收", "Tax per mu"),
    "output_per_mu": Text("亩均产值", "Output per mu"),
    "energy_per_mu": Text("亩均能耗", "Energy per mu"),
    "co2_per_mu": Text("亩均碳排放", "Emissions per mu"),
})  # fmt: skip

APPEALS: Mapping[str, Text] = MappingProxyType({
    "open": Text("待答复", "open"),
    "upheld": Text("采纳", "upheld"),
    "dismissed": Text("不采纳", "dismissed"),
    "withdrawn": Text("已撤回", "withdrawn"),
})  # fmt: skip
