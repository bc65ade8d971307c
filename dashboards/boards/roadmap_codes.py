"""What the codes of the roadmap's answers stand for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

VERDICTS: Mapping[str, Text] = MappingProxyType(
    {
        "peak_behind": Text("最高值已过", "Highest year has passed"),
        "peak_ahead": Text("峰值在未来", "Peak is ahead"),
        "no_peak": Text("到 2060 年未达峰", "No peak by 2060"),
    }
)
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "no_base_year": Text("没有完整的基准年", "No whole year is known"),
        "carriers_unknown": Text("基准年分品种排放不全", "Emissions by carrier not known"),
        "no_assumption": Text("没有假设", "No assumption"),
        "assumption_missing": Text("缺少必需的假设", "A required assumption is missing"),
        "unknown_parameter": Text("没有这个参数", "No such parameter"),
        "not_by_cluster": Text("该参数不分集群", "Not assumed by cluster"),
        "out_of_range": Text("假设超出范围", "An assumption is out of range"),
        "interval": Text("取值不在区间内", "A value outside its interval"),
        "overlap_cycle": Text("重叠关系成环", "Overlaps itself"),
        "saving_above_energy": Text("节能量超过用能量", "Saves more energy than is used"),
        "saving_above_emissions": Text("减排量超过排放量", "Saves more than is emitted"),
        "saving_above_energy_together": Text(
            "合计节能量超过用能量", "Together more energy than is used"
        ),
        "saving_above_emissions_together": Text(
            "合计减排量超过排放量", "Together more than is emitted"
        ),
        "market_based": Text("仅市场法", "Market-based only"),
        "outside_accounts": Text("核算边界外", "Outside the accounts"),
        "in_no_scenario": Text("未列入任何情景", "In no scenario"),
    }
)
ORIGINS: Mapping[str, Text] = MappingProxyType(
    {
        "metered": Text("计量", "Metered"),
        "imported": Text("录入", "Entered"),
        "projected": Text("推算", "Projected"),
    }
)
