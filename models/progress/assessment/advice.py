"""The path to the next grade and the watch on land, in whole sentences, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from models.progress.assessment.grade_path import GradePath, Move, PathState
from models.progress.assessment.land_watch import Watched, WatchVerdict
from models.progress.assessment.rules import Criterion
from models.progress.assessment.words import Pair, number, reason_words

_NO_PATH: Mapping[PathState, Pair] = MappingProxyType({
    PathState.BEST_ALREADY: ("已是最高等级", "has the best grade already"),
    PathState.NO_GRADE: (
        "未评级，须先补齐缺失数据", "has no grade: what is missing must be known first"
    ),
    PathState.NOT_REACHABLE: (
        "已测算的各项即使都得满分也达不到{grade}级，须先补齐计0分的数据",
        "does not reach {grade} even with full marks in all that is measured: what counts with no "
        "points must be known first",
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Also:
    """Another product, target or permit of the same criterion that has to come as far."""

    code: str
    name: Pair
    now: float
    needed: float
    unit: str


@dataclass(frozen=True, slots=True)
class Step:
    """A move in the criterion's own unit: ``now`` and ``needed``; ``alone`` as of Move.

    ``of`` is the one of several that is told, by name; ``also`` the others that are too far, too.
    """

    criterion: Criterion
    move: Move
    now: float
    needed: float
    alone: float | None
    unit: str
    of: Pair | None = None
    also: Sequence[Also] = ()

    @property
    def words(self) -> Pair:
        """What has to change, by how much, and what it brings."""
        zh = (
            f"{self.criterion.name_zh}：从{self._told(self.now)}{self._verb('zh')}"
            f"{self._told(self.needed)}（{self._change('zh')}），得分{self.move.points:+.1f}"
        )
        en = (
            f"{self.criterion.name_en}: {self._verb('en')} {self._told(self.now)} to "
            f"{self._told(self.needed)} ({self._change('en')}), {self.move.points:+.1f} points"
        )
        if self.move.lifts_cap:
            zh += "；此项不改，等级不能提高"
            en += "; without it no better grade is possible"
        if self.alone is not None and self.alone != self.needed:
            zh += f"；若只改此项，须到{self._told(self.alone)}"
            en += f"; alone it would have to be {self._told(self.alone)}"
        if self.of is not None and self.also:
            zh += f"（指{self.of[0]}）"
            en += f" (of {self.of[1]})"
        for one in self.also:
            now, needed = (_amount(value, one.unit) for value in (one.now, one.needed))
            zh += f"；{one.name[0]}也须从{now}降到{needed}"
            en += f"; {one.name[1]} has to come from {now} to {needed}, too"
        return f"{zh}。", f"{en}."

    def _change(self, language: str) -> str:
        points = "个百分点" if language == "zh" else " percentage points"
        if self.unit == "1":
            return f"{(self.needed - self.now) * 100:+.1f}{points}"
        if not self.now:
            return self._told(self.needed)
        return f"{(self.needed - self.now) / abs(self.now) * 100:+.1f} %"

    def _verb(self, language: str) -> str:
        down = self.needed < self.now
        if language == "zh":
            return "降到" if down else "提高到"
        return "lower it from" if down else "raise it from"

    def _told(self, value: float) -> str:
        return _amount(value, self.unit)


def _amount(value: float, unit: str) -> str:
    return f"{value * 100:.1f} %" if unit == "1" else f"{number(value)} {unit}"


def path_words(name: Pair, year: int, path: GradePath, steps: Sequence[Step]) -> Pair:
    """The whole path in one sentence."""
    if path.state is not PathState.FOUND:
        zh, en = (text.format(grade=path.grade) for text in _NO_PATH[path.state])
        return f"{name[0]}{year}年{zh}。", f"{name[1]} in {year} {en}."
    needed = number(path.score_needed or 0.0)
    names_zh = "、".join(one.criterion.name_zh for one in steps)
    names_en = ", ".join(one.criterion.name_en for one in steps)
    return (
        f"{name[0]}按{year}年情况，升到{path.grade}级（{needed}分）最省力的是改进{len(steps)}项："
        f"{names_zh}；其他企业不变时成立。",
        f"By the figures of {year}, the least that brings {name[1]} to grade {path.grade} "
        f"({needed} points) is to better {len(steps)} of its criteria: {names_en}; others staying "
        f"as they are.",
    )


@dataclass(frozen=True, slots=True)
class LandUse:
    """An enterprise's land in a year, for words."""

    name: Pair
    year: int
    land_area_mu: float | None
    output_per_mu: float | None
    output_ratio: float | None
    tax_per_mu: float | None
    tax_ratio: float | None
    grade: str | None


_VERDICTS: Mapping[WatchVerdict, Pair] = MappingProxyType({
    WatchVerdict.LISTED: ("列入低效用地退出观察名单", "is on the list of low-efficiency land use"),
    WatchVerdict.WATCHED: (
        "本年符合低效用地条件，连续年数未满",
        "meets the condition of low-efficiency land use, for too few years in a row as far as is "
        "known",
    ),
    WatchVerdict.CLEAR: ("未列入低效用地名单", "is not on the list of low-efficiency land use"),
    WatchVerdict.EXEMPT: ("用地面积小，不作评价", "has too little land to be judged"),
    WatchVerdict.UNKNOWN: ("无法判断", "cannot be judged"),
})  # fmt: skip


def watch_words(of: LandUse, watched: Watched) -> Pair:
    """The verdict with its figures."""
    zh, en = _VERDICTS[watched.verdict]
    if watched.verdict is WatchVerdict.UNKNOWN:
        because = reason_words(watched.reason)
        return f"{of.name[0]}{of.year}年{zh}：{because[0]}。", f"{of.name[1]} {en}: {because[1]}."
    parts = [
        (f"{zh_name}{number(value)}万元/亩，为园区平均的{ratio * 100:.0f}%",
         f"{en_name} {number(value)} 10^4 yuan/mu, {ratio * 100:.0f} % of the park's mean")
        for zh_name, en_name, value, ratio in (
            ("亩均产值", "output", of.output_per_mu, of.output_ratio),
            ("亩均税收", "tax", of.tax_per_mu, of.tax_ratio),
        )
        if value is not None and ratio is not None
    ]  # fmt: skip
    if watched.low_years:
        parts.append(
            (f"低于界限已连续{watched.low_years}年", f"below for {watched.low_years} year(s)")
        )
    if watched.verdict is WatchVerdict.WATCHED and watched.reason is not None:
        parts.append(reason_words(watched.reason))
    if watched.d_years:
        parts.append(
            (f"连续{watched.d_years}年评为最低级", f"the worst grade for {watched.d_years} year(s)")
        )
    area = "" if of.land_area_mu is None else number(of.land_area_mu)
    zh_facts = "，".join(one for one, _ in parts)
    en_facts = "; ".join(one for _, one in parts)
    return (
        f"{of.name[0]}（用地{area}亩）{of.year}年{zh}" + (f"：{zh_facts}。" if parts else "。"),
        f"{of.name[1]} ({area} mu) in {of.year} {en}" + (f": {en_facts}." if parts else "."),
    )
