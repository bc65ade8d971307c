"""Why a position in the national ETS is unknown, and what was assumed of one that is known:
Chinese and English.
"""

from __future__ import annotations

REASONS = {
    "sector_rules_missing": (
        "该行业的配额分配规则未录入",
        "the rules of its sector are not at hand",
    ),
    "amounts_not_entered": (
        "发电量、供热量未录入",
        "its generation and heat supply are not entered",
    ),
    "nothing_metered": ("没有排放数据", "nothing is known of its emissions"),
    "coverage": ("计量数据不足90%", "less than 90 % of its hours are covered by readings"),
    "last_year_unknown": (
        "上年同期数据不足，无法推算全年",
        "last year is not known well enough to expect the whole of this one",
    ),
    "unknown_class": ("机组类别不在基准值表中", "a class of units has no benchmarks"),
    "no_amounts": (
        "有机组未录入发电量和供热量",
        "a class of units has neither generation nor heat",
    ),
    "bad_amount": ("发电量或供热量为负或无效", "an amount of generation or heat is not valid"),
    "bad_load_factor": ("负荷系数不在0至1之间", "a load factor is not between 0 and 1"),
    "no_benchmark": ("该年度没有基准值", "the year has no benchmarks"),
    "load_formula_unknown": (
        "负荷系数低于50%时的修正公式尚未取得",
        "the draft's formula for load factors below 50 % is not at hand",
    ),
}
NOTES = {
    "load_factor_missing": ("负荷系数未录入，按不修正计", "no load factor: not corrected"),
    "electricity_missing": ("发电量未录入，未计", "generation not entered: counted as none"),
    "heat_missing": ("供热量未录入，未计", "heat supply not entered: counted as none"),
    "benchmark_draft": ("基准值取自征求意见稿", "benchmarks of the consultation text"),
    "benchmark_carried": (
        "该年度基准值未发布，沿用最近一年",
        "benchmarks of the last year that has final ones",
    ),
    "heat_metered": ("供热量取自计量", "heat supply by meter"),
    "amounts_expected": (
        "发电量、供热量按上年与预计排放推算",
        "generation and heat expected from last year's and the emissions",
    ),
    "expected_from_verified": (
        "全年按上年经核查排放量和今年核算增幅推算",
        "expected from last year's verified emissions and this year's growth by the inventory",
    ),
    "allocation_differs": ("核定配额与本系统计算值不同", "determined otherwise than computed here"),
    "gas_emissions_unknown": (
        "燃气机组排放未单列，豁免未计",
        "emissions of gas units not known apart: nothing waived",
    ),
    "ccer_beyond_limit": (
        "已清缴的CCER超过上限，超出部分不计",
        "CCER surrendered beyond the limit do not count",
    ),
    "ccer_registration": (
        "仅2024年1月22日之后登记的CCER可用，记录不含登记日期，须自行核对",
        "only CCER registered after 2024-01-22 may be used; the record does not tell that day",
    ),
    "load_rule_missing": ("该年度无负荷修正规则", "no rule of load correction for the year"),
}
ORIGINS = {
    "verified": ("经核查排放量", "verified emissions"),
    "computed": ("核算排放量", "computed emissions"),
    "expected": ("预计全年排放量", "expected emissions of the whole year"),
}
