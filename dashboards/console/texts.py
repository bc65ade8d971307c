"""Every word of the console that is not a panel's own, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards import Text

LANGUAGES: Mapping[str, str] = MappingProxyType({"zh": "中文", "en": "English"})
HTML_LANG: Mapping[str, str] = MappingProxyType({"zh": "zh-CN", "en": "en-US"})

WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "product": Text("碳排放与能源监测", "Carbon and energy monitoring"),
        "newest_reading": Text("最新读数", "Newest reading"),
        "no_reading": Text("尚无读数", "No reading yet"),
        "broker": Text("消息代理", "Broker"),
        "connected": Text("已连接", "connected"),
        "disconnected": Text("未连接", "not connected"),
        "store": Text("存储", "Store"),
        "readings": Text("条读数", "readings"),
        "service": Text("服务", "Service"),
        "degraded": Text("部分功能受限", "degraded"),
        "unreachable": Text("接口无响应", "no answer from the API"),
        "pages": Text("页面", "Pages"),
        "detail": Text("说明", "Detail"),
        "search": Text("查询", "Search"),
        "compare": Text("比较", "Compare"),
        "every_set": Text("所有因子集", "Every set"),
        "every_status": Text("所有核对状态", "Every status"),
        "factor_words": Text("名称、地区、来源等", "Name, region, source ..."),
        "factor_search": Text("查询排放因子", "Search factors"),
        "factor_search_hint": Text(
            "每个因子都有年份、来源和核对状态", "Each factor has its year, source and status"
        ),
        "factor_count": Text("共 {n} 条，显示 {shown} 条", "{n} found, {shown} shown"),
        "factor_compare": Text("比较：{what}", "Side by side: {what}"),
        "factor_compare_hint": Text(
            "不同因子集和年份；差异相对第一行，变化相对上一年",
            "Sets and years; difference to the first row, change to the year before",
        ),
        "factor_name": Text("因子", "Factor"),
        "factor_value": Text("数值", "Value"),
        "factor_year": Text("年份", "Year"),
        "factor_status": Text("核对状态", "Status"),
        "factor_source": Text("来源", "Source"),
        "factor_set": Text("因子集", "Set"),
        "factor_per_unit": Text("单位排放", "Per unit"),
        "factor_difference": Text("差异", "Difference"),
        "factor_change": Text("年变化", "Change"),
        "explain_park": Text("全园区", "Whole park"),
        "explain_period": Text("时段：2025、2025-03 或 2025-03-05", "2025, 2025-03 or 2025-03-05"),
        "explain_what": Text("指标", "Figure"),
        "explain_show": Text("查看", "Show"),
        "explain_clause": Text("依据", "Clause"),
        "more_rows": Text("显示其余 {n} 项", "Show {n} more"),
        "fewer_rows": Text("收起", "Show fewer"),
        "menu": Text("菜单", "Menu"),
        "none_disagree": Text("流水全部相符", "All movements agree"),
        "none_appealed": Text("没有申诉", "No appeals"),
        "none_watched": Text("没有企业列入观察名单", "No enterprise is on the watch list"),
        "language": Text("语言", "Language"),
        "loading": Text("正在读取", "Loading"),
        "failed": Text("暂时无法取得数据", "This cannot be shown now"),
        "outdated": Text("未能刷新，显示的是", "Not refreshed; shown as of"),
        "why_no_usage": Text(
            "该时段尚无可核算的用量", "No usage to account for in this period yet"
        ),
        "why_no_output": Text("今年尚未登记产值", "No output registered for this year"),
        "why_no_equivalent": Text("缺少等价系数", "No equivalent coefficient"),
        "why_unknown": Text("未知", "Unknown"),
        "no_data": Text("暂无数据", "No data yet"),
        "none_rejected": Text("没有拒收的数据", "Nothing was refused"),
        "none_beyond": Text("没有超标", "Nothing was beyond its limit"),
        "none_heading": Text("没有预警", "Nothing is heading beyond its limit"),
        "none_permitted": Text("没有登记许可排放量", "No permitted amounts are registered"),
        "rule": Text("依据", "Rule"),
        "points_count": Text("{n} 个点位", "points: {n}"),
        "more_points": Text("另有 {n} 个点位，均无更差状态", "{n} more points, none worse"),
        "of_limit": Text("限值 {limit}", "limit {limit}"),
        "of_limit_mean": Text("{mean}均值限值 {limit}", "limit {limit}, mean of a {mean}"),
        "at_least_limit": Text("不低于 {limit}", "at least {limit}"),
        "hour_from": Text("{hour} 起一小时的均值", "Means of the hour from {hour}"),
        "year_elapsed": Text("今年已过 {share}", "{share} of the year is over"),
        "runs_out": Text("预计 {day} 用完", "runs out on {day}"),
        "used_up": Text("已于 {day} 用完", "was used up on {day}"),
        "course_unknown": Text("排放量未知，无法推算", "not known well enough to tell"),
        "lasts": Text("可用至年底", "lasts to the end of the year"),
        "left": Text("剩余 {mass}", "{mass} left"),
        "none_open": Text("没有未结报警", "No open alarm"),
        "none_untold": Text("通知均已送达", "Everything was delivered"),
        "parameter": Text("参数", "Parameter"),
        "cluster": Text("集群", "Cluster"),
        "rates_told": Text(
            "每年百分率，其后为 90% 区间", "Per cent a year, with the 90 % interval"
        ),
        "all_counted": Text("所有措施均已计入", "Every measure counts"),
        "scenario_continued": Text("延续情景", "Continued"),
        "scenario_planned": Text("规划情景", "Planned"),
        "scenario_accelerated": Text("强化情景", "Accelerated"),
        "none_found": Text("没有发现异常", "Nothing unusual was found"),
        "since_start": Text("自服务启动", "Since the service started"),
        "of_newest": Text("最近 {n} 条，按原因", "The newest {n}, by reason"),
        "at_least": Text("至少", "at least"),
        "whole_message": Text("整条消息", "whole message"),
        "ago": Text("前", "ago"),
        "age": Text("距今", "Age"),
        "to_date": Text("截至目前", "to date"),
        "emissions": Text("排放", "Emissions"),
        "energy": Text("能耗", "Energy"),
        "share": Text("占比", "Share"),
        "other": Text("其他", "Other"),
        "months": Text("{n} 个月", "{n} months"),
        "output": Text("产值", "Output"),
        "current_prices": Text("当年价", "current"),
        "constant_prices": Text("{year} 年可比价", "constant, {year}"),
        "factors_line": Text("因子：{factors}", "Factors: {factors}"),
        "short_factor": Text("{carrier}（{about}）", "{carrier} ({about})"),
        "of_year": Text("{year} 年因子", "factor of {year}"),
        "scope": Text("范围{n}", "Scope {n}"),
        "comma": Text("、", ", "),
        "earlier_year": Text(
            "{factor_year}（用于 {year}，往年因子）",
            "{factor_year} (used for {year}: earlier year)",
        ),
        "coal_rate": Text("等价值按 {year} 年煤耗率", "Equivalent by the coal rate of {year}"),
        "data_quality": Text("数据质量", "Data quality"),
        "others": Text("其余 {n} 家企业", "{n} other enterprises"),
        "findings_total": Text("今年共 {n} 项", "{n} this year"),
        "no_outside": Text(
            "数字均来自本系统接口 {api}；未知显示为“—”，不作零处理。",
            "Every figure comes from this system's API {api}. "
            "What is unknown is shown as “—”, never as zero.",
        ),
    }
)


def named(table: Mapping[str, Text], code: object, language: str) -> str:
    """A code's name, or the code itself where it has none."""
    text = table.get(str(code))
    return text.in_language(language) if text else str(code)


def word(key: str, language: str, **values: object) -> str:
    """A word of the console, its places filled."""
    return WORDS[key].in_language(language).format(**values)
