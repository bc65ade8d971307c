"""What is said of an assessment, in whole sentences, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from models.progress.assessment.rules import Criterion
from models.progress.assessment.score import NoGrade, Point, Standing

Pair = tuple[str, str]  # Chinese, English

# Why a criterion is not scored; a closed list (docs/methods/assessment.md has it).
REASONS: Mapping[str, Pair] = MappingProxyType({
    "not_measured": ("没有测算", "it was not measured"),
    "no_accounts": ("该年没有计量或填报数据", "nothing of the year is metered or entered"),
    "not_entered": ("该年没有计量或填报数据", "nothing of the year is metered or entered"),
    "coverage": ("已知数据不足应有小时数的90%", "less than 90 % of the year's hours are known"),
    "figure_unknown": ("该年数值未知", "the year's figure is not known"),
    "members": ("部分数据缺失", "a part of the figures is missing"),
    "no_output": ("没有全年产值", "no output of the whole year is known"),
    "output_not_positive": ("产值为零或负值", "output is zero or negative"),
    "amount_negative": (
        "能耗或排放为负值（外供多于外购），不能比较",
        "energy or emissions are negative (more is sold than bought) and do not compare",
    ),
    "prices_not_constant": (
        "产值不是不变价，强度不能比较",
        "output is not at constant prices; intensities do not compare",
    ),
    "other_prices": ("两年产值的价格基准不同", "the two years' outputs are at different prices"),
    "no_yardstick": (
        "没有可比基准（同类企业不足3家）",
        "there is nothing to compare with (fewer than three such enterprises)",
    ),
    "yardstick_not_positive": (
        "录入的行业基准不大于零", "the yardstick that was entered is not above zero"
    ),
    "no_year_before": ("上年强度未知", "the intensity of the year before is not known"),
    "year_before_not_positive": ("上年强度为零", "the intensity of the year before is zero"),
    "boundary_changed": (
        "统计边界与上年不同", "the year before covers something else (another boundary)"
    ),
    "no_land": ("没有登记用地面积", "no land area is registered"),
    "no_tax": ("没有录入实缴税收", "the tax paid was not entered"),
    "no_target": ("该年没有总量目标", "there is no target of a total for the year"),
    "no_path": ("目标推不出该年数值", "the target gives no value for the year"),
    "base_year_missing": ("目标没有写明基准年", "the target names no base year"),
    "base_unknown": ("基准年数据未知", "the figure of the base year is not known"),
    "base_not_positive": ("基准年数值不大于零", "the figure of the base year is not above zero"),
    "base_after_period": ("基准年不早于目标期", "the base year is not before the period"),
    "not_begun": ("目标期尚未开始", "the target's period has not begun"),
    "reduction_out_of_range": (
        "下降率不小于100%", "a reduction of 100 % or more leaves nothing"
    ),
    "raw_material_exceeds": (
        "原料用能大于能源消费总量，两者必有一误",
        "raw material is more than all energy, so that one of the two is wrong",
    ),
    "no_permit": ("没有许可年排放量", "no annual amount is permitted"),
    "discharges_unknown": (
        "排放数据不足应有小时数的75%", "less than 75 % of the hours of discharge are known"
    ),
    "no_product_with_quota": (
        "没有录入有限额（定额）的产品产量", "no amount of a product with a quota is entered"
    ),
    "no_product_made": ("产品产量为零", "none of the product was made"),
    "not_told_apart": (
        "多种产品的用量没有分开录入", "the use of several products is not told apart"
    ),
    "electricity_not_entered": ("没有录入产品用电量", "the product's electricity is not entered"),
    "use_not_entered": ("没有录入产品用量", "the product's use is not entered"),
    "water_unknown": ("取水量未知", "the water taken in is not known"),
    "clean_energy_unknown": (
        "清洁能源占比未知", "the share of clean energy is not known"
    ),
    "records_only": ("没有计量器具，只有记录", "there are no meters, only records"),
    "not_metered": ("没有计量数据", "nothing is metered"),
    "no_grade": ("没有评级", "it has no grade"),
    "years_before_unknown": (
        "以前年份无法判断", "the years before cannot be judged"
    ),
    "small_land": ("用地面积小", "its land is small"),
})  # fmt: skip

STANDINGS: Mapping[Standing, Pair] = MappingProxyType({
    Standing.NOT_APPLICABLE: (
        "不适用，权重{weight}分由其他指标分担",
        "does not apply; its weight of {weight} goes to the others",
    ),
    Standing.REDISTRIBUTED: (
        "未知，权重{weight}分由其他指标分担",
        "is not known; its weight of {weight} goes to the others",
    ),
    Standing.ZERO: (
        "应知而未知，权重{weight}分计0分",
        "should be known and is not; its weight of {weight} counts with no points",
    ),
    Standing.WITHHELD: ("未知，缺此项不评级", "is not known; without it there is no grade"),
})  # fmt: skip

YARDSTICKS: Mapping[str, Pair] = MappingProxyType({
    "entered_industry": ("行业基准（行业大类{of}）", "the industry's yardstick (division {of})"),
    "division_mean": (
        "园区内行业大类{of}的{n}家企业平均",
        "the mean of the park's {n} enterprises of division {of}",
    ),
    "cluster_mean": ("{of}集群{n}家企业平均", "the mean of {n} enterprises of cluster {of}"),
    "park_mean": ("园区{n}家企业平均", "the mean of {n} enterprises of the park"),
    "target": ("目标（{of}）", "the target ({of})"),
    "permit": ("许可量（{of}）", "the permitted amount ({of})"),
    "quota": ("3级限额（{of}）", "level 3 of the quota ({of})"),
})  # fmt: skip

NO_GRADES: Mapping[NoGrade, Pair] = MappingProxyType({
    NoGrade.WITHHELD: ("未评级：必需指标未知", "not graded: what must be known is not"),
    NoGrade.TOO_LITTLE_KNOWN: (
        "未评级：已知权重不足", "not graded: too little of the weights is known"
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Against:
    """What a point is told against: see ledger.assessing.told."""

    unit: str
    kind: str | None
    of: Pair  # names of what the yardstick is of
    n: int | None
    missing: str | None


def number(value: float) -> str:
    """Four significant digits, thousands apart: ``1,235``, ``0.1235``."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def score_words(score: float, bounds: Sequence[float]) -> str:
    """A score with one decimal, or as many as keep it on its side of every grade's bound."""
    for digits in range(1, 9):
        told = f"{score:.{digits}f}"
        if all((float(told) >= bound) == (score >= bound - 1e-9) for bound in bounds):
            return told
    return repr(score)


def reason_words(code: str | None) -> Pair:
    """A reason in both languages; the code itself where no words are known."""
    return REASONS.get(code or "", (code or "", code or ""))


def point_words(criterion: Criterion, point: Point, against: Against) -> Pair:
    """A criterion's points and why."""
    measured = point.measured
    if measured.at is None or point.counted_weight is None or measured.value is None:
        because_zh, because_en = reason_words(measured.reason)
        if against.missing:
            because_zh += f"（{against.missing}）"
            because_en += f" ({against.missing})"
        zh, en = STANDINGS[point.standing]
        weight = number(point.weight)
        return (
            f"{criterion.name_zh}：{zh.format(weight=weight)}；{because_zh}。",
            f"{criterion.name_en}: {en.format(weight=weight)}: {because_en}.",
        )
    unit = "" if against.unit == "1" else f" {against.unit}"
    value = number(measured.value)
    got_zh = f"得{number(point.points or 0.0)}分（满分{number(point.counted_weight)}分）。"
    got_en = f"{number(point.points or 0.0)} of {number(point.counted_weight)} points."
    if against.kind is None or measured.yardstick is None:
        if against.unit == "1":
            value = f"{measured.value * 100:.1f}"
            return (
                f"{criterion.name_zh}：{value}%，{got_zh}",
                f"{criterion.name_en}: {value} %, {got_en}",
            )
        return (
            f"{criterion.name_zh}：{value}{unit}，{got_zh}",
            f"{criterion.name_en}: {value}{unit}, {got_en}",
        )
    zh, en = YARDSTICKS[against.kind]
    share = f"{measured.value / measured.yardstick * 100:.1f}"
    yardstick = number(measured.yardstick)
    zh, en = zh.format(of=against.of[0], n=against.n), en.format(of=against.of[1], n=against.n)
    return (
        f"{criterion.name_zh}：{value}{unit}，为{zh}{yardstick}{unit}的{share}%，{got_zh}",
        f"{criterion.name_en}: {value}{unit}, {share} % of {en}, {yardstick}{unit}; {got_en}",
    )


@dataclass(frozen=True, slots=True)
class Standings:
    """An enterprise's grade in a year, for words. Names in both languages."""

    name: Pair
    year: int
    score: float | None
    grade: str | None
    grade_name: Pair | None
    grade_by_score: str | None
    caps: Sequence[Pair]
    rank: int | None
    graded: int
    rank_cluster: int | None
    graded_cluster: int
    previous_score: float | None
    previous_grade: str | None
    known_weight: float
    no_grade: NoGrade | None
    left_out: Sequence[Pair]  # names of criteria whose weight goes to others or counts nothing
    withheld_by: Sequence[Pair]
    worst: Sequence[Pair]  # criteria that lost the most points
    bounds: Sequence[float] = ()  # scores from which on there are grades


def grade_words(of: Standings) -> Pair:
    """Grade, rank, change, and what it rests on."""
    if of.score is None or of.grade is None or of.grade_name is None:
        zh, en = NO_GRADES[of.no_grade or NoGrade.WITHHELD]
        if of.withheld_by:
            zh += f"（{_zh(of.withheld_by)}）"
            en += f" ({_en(of.withheld_by)})"
        known = number(of.known_weight)
        return (
            f"{of.name[0]}{of.year}年{zh}；已知权重{known}分（共100分）。",
            f"{of.name[1]} in {of.year}: {en}; {known} of 100 points of weight are known.",
        )
    score = score_words(of.score, of.bounds)
    zh = (
        f"{of.name[0]}{of.year}年综合得分{score}分，评为{of.grade}级（{of.grade_name[0]}），"
        f"园区第{of.rank}名（共{of.graded}家），集群第{of.rank_cluster}名（共{of.graded_cluster}家）"
    )
    en = (
        f"{of.name[1]} scores {score} in {of.year} and is graded {of.grade} "
        f"({of.grade_name[1]}), place {of.rank} of {of.graded} in the park and "
        f"{of.rank_cluster} of {of.graded_cluster} in its cluster"
    )
    if of.grade != of.grade_by_score:
        zh += f"；按得分为{of.grade_by_score}级，但{'、'.join(one for one, _ in of.caps)}"
        en += f"; by score alone {of.grade_by_score}, but {'; '.join(one for _, one in of.caps)}"
    if of.previous_score is not None:
        change = of.score - of.previous_score
        before = score_words(of.previous_score, of.bounds)
        zh += f"；比上年（{before}分，{of.previous_grade}级）{change:+.1f}分"
        en += f"; {change:+.1f} on the year before ({before}, {of.previous_grade})"
    else:
        zh += "；上年没有评级，无法比较"
        en += "; the year before has no grade to compare with"
    if of.worst:
        zh += f"。失分最多：{_zh(of.worst)}"
        en += f". Most points are lost on {_en(of.worst)}"
    if of.left_out:
        zh += f"。未计入或计0分：{_zh(of.left_out)}"
        en += f". Without a figure: {_en(of.left_out)}"
    return f"{zh}。", f"{en}."


def _zh(names: Sequence[Pair]) -> str:
    return "、".join(one for one, _ in names)


def _en(names: Sequence[Pair]) -> str:
    return ", ".join(one[0].lower() + one[1:] for _, one in names)
