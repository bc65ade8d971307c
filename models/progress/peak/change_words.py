"""What is said of a change of emissions: its effects, and its decoupling from output."""

from __future__ import annotations

from dataclasses import dataclass

from models.progress.peak.names import Pair, meaning_of, name_of
from models.progress.peak.tapio import Decoupled, changed
from models.progress.rights.amounts_in_words import percent, tonnes

MEASURES: dict[str, Pair] = {
    "output": ("产值", "Output"),
    "value_added": ("增加值", "Value added"),
    "gdp": ("地区生产总值", "GDP"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect from one year to another: ``amount`` in t, ``before`` the first year's emissions;
    ``largest`` is the unit that contributes most to it, with what it does.
    """

    who: Pair
    code: str
    first: int
    last: int
    amount: float
    before: float
    largest: tuple[Pair, float] | None = None


def effect_statement(said: Effect) -> Pair:
    """One effect as a sentence in Chinese and in English."""
    name, meaning = name_of("effect", said.code), meaning_of("effect", said.code)
    zh, en = "使排放没有变化", "left emissions unchanged"
    if said.amount:
        amount = tonnes(abs(said.amount))
        zh = f"使排放{'增加' if said.amount > 0 else '减少'}{amount}吨"
        en = f"{'added' if said.amount > 0 else 'took away'} {amount} t"
        if said.before > 0:
            share = percent(abs(said.amount) / said.before)
            zh += f"（相当于{said.first}年排放的{share}%）"
            en += f" ({share} % of the emissions of {said.first})"
    if said.largest is not None and said.amount:
        unit, part = said.largest
        zh += f"，其中{unit[0]}影响最大（{_signed(part)}吨）"
        en += f", most of it {unit[1]} ({_signed(part)} t)"
    return (
        f"{said.who[0]}{said.first}—{said.last}年{name[0]}（{meaning[0]}）{zh}。",
        f"{said.who[1]}, {said.first} to {said.last}: {name[1]} ({meaning[1]}) {en}.",
    )


def not_decomposed(who: Pair, reason: str, first: int | None, last: int | None) -> Pair:
    """Why there are no effects."""
    why = name_of("reason", reason)
    span_zh = span_en = ""
    if first is not None and last is not None:
        span_zh, span_en = f"{first}—{last}年", f", {first} to {last}"
    return (
        f"{who[0]}{span_zh}的排放变化无法分解：{why[0]}。",
        f"{who[1]}{span_en}: the change of emissions cannot be decomposed: {why[1]}.",
    )


@dataclass(frozen=True, slots=True)
class Years:
    """Emissions (t) and output (10^4 yuan) of two years, as Tapio's elasticity is asked for."""

    who: Pair
    first: int
    last: int
    emissions: tuple[float | None, float | None]
    output: tuple[float | None, float | None]
    measure: str  # of MEASURES


def decoupling_statement(said: Years, found: Decoupled) -> Pair:
    """The state as a sentence in Chinese and in English."""
    who = (
        f"{said.who[0]}{said.first}—{said.last}年",
        f"{said.who[1]}, {said.first} to {said.last}",
    )
    state = name_of("state", found.state)
    if found.elasticity is None or found.reason is not None:
        why = name_of("reason", found.reason or "output_unchanged")
        return f"{who[0]}：脱钩状态无定义，{why[0]}。", f"{who[1]}: {state[1]}: {why[1]}."
    emissions, output = _change(said.emissions), _change(said.output)
    measure, meaning = MEASURES[said.measure], meaning_of("state", found.state)
    t = f"{found.elasticity:.2f}"
    return (
        f"{who[0]}：{state[0]}（{meaning[0]}）。{measure[0]}{_moved(output, 0)}，"
        f"排放{_moved(emissions, 0)}，弹性t={t}。",
        f"{who[1]}: {state[1]} ({meaning[1]}). {measure[1]} {_moved(output, 1)}, emissions "
        f"{_moved(emissions, 1)}; elasticity t = {t}.",
    )


def _change(values: tuple[float | None, float | None]) -> float:
    first, last = (value or 0.0 for value in values)
    return changed(first, last)


def _moved(share: float, language: int) -> str:
    if share == 0:
        return ("不变", "stayed the same")[language]
    amount = percent(abs(share))
    if language == 0:
        return f"{'增长' if share > 0 else '下降'}{amount}%"
    return f"{'rose' if share > 0 else 'fell'} by {amount} %"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-'}{tonnes(abs(value))}"
