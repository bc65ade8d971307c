"""An enterprise's standing in the national ETS in whole sentences, with figures and reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.allocating.allowance_words import NOTES, ORIGINS, REASONS
from ledger.allocating.ets_standing import Standing
from models.progress.rights.allowance_rules import Price, rule
from models.progress.rights.ets_position import Position, Verdict


def statement(stands: Standing, price: Price | None, today: date) -> tuple[str, str]:
    """In Chinese and English; amounts in allowances, each a tonne of CO2e."""
    one = stands.enterprise
    head = (
        f"{one.name_zh}（{one.code}）{stands.year}年度",
        f"{one.name_en} ({one.code}), {stands.year}",
    )
    if stands.verdict is Verdict.NOT_OBLIGATED:
        return (f"{head[0]}：不属于全国碳市场重点排放单位，无清缴义务。",
                f"{head[1]}: not obligated in the national ETS; nothing to surrender.")  # fmt: skip
    if stands.position is None or stands.obligation is None:
        zh, en = REASONS.get(stands.reason or "", (stands.reason, stands.reason))
        return f"{head[0]}：履约情况未知，因为{zh}。", f"{head[1]}: position unknown, because {en}."
    parts = [
        *_owed(stands),
        *_at_hand(stands.position, stands),
        *_bought(stands.position, price, stands, today),
    ]
    notes = [NOTES[note] for note in stands.notes if note in NOTES]
    if notes:
        parts.append((f"注：{'；'.join(zh for zh, _ in notes)}。",
                      f"Note: {'; '.join(en for _, en in notes)}."))  # fmt: skip
    zh, en = "".join(part for part, _ in parts), " ".join(part for _, part in parts)
    return f"{head[0]}：{zh}", f"{head[1]}: {en}"


def _owed(stands: Standing) -> Iterator[tuple[str, str]]:
    owed, stood = stands.obligation, stands.position
    assert owed is not None and stood is not None  # noqa: PT018
    zh, en = ORIGINS[stands.emitted.origin or "computed"]
    waived_zh = waived_en = ""
    if owed.gas_waived_t:
        waived_zh += f"，燃气机组豁免{owed.gas_waived_t:,.0f}吨"
        waived_en += f", {owed.gas_waived_t:,.0f} t waived of gas units"
    if owed.cap_waived_t:
        waived_zh += f"，缺口超过20%部分免除{owed.cap_waived_t:,.0f}吨"
        waived_en += f", {owed.cap_waived_t:,.0f} t waived beyond the cap of 20 %"
    gap = (f"缺口{stood.short_t:,.0f}吨", f"{stood.short_t:,.0f} t short")
    if stood.short_t == 0:
        gap = (f"盈余{stood.over_t:,.0f}吨", f"{stood.over_t:,.0f} t over")
    yield (
        f"{zh}{owed.emissions_t:,.0f}吨，应清缴{owed.due_t:,.0f}吨{waived_zh}；"
        f"配额{stands.allocation_t:,.0f}吨，{gap[0]}。",
        f"{en} of {owed.emissions_t:,.0f} t, {owed.due_t:,.0f} t due{waived_en}; allocation "
        f"{stands.allocation_t:,.0f} t, {gap[1]}.",
    )


def _at_hand(stood: Position, stands: Standing) -> Iterator[tuple[str, str]]:
    yield (
        f"已清缴配额{stands.held.surrendered_t:,.0f}吨、CCER {stood.ccer_t:,.0f}吨"
        f"（最多{stood.ccer_limit_t:,.0f}吨），尚应清缴{stood.outstanding_t:,.0f}吨；"
        f"可用配额{stands.held.held_t:,.0f}吨、CCER {stood.ccer_usable_t:,.0f}吨，"
        f"待发放{stood.to_come_t:,.0f}吨。",
        f"Surrendered: {stands.held.surrendered_t:,.0f} allowances and {stood.ccer_t:,.0f} CCER "
        f"(at most {stood.ccer_limit_t:,.0f}); {stood.outstanding_t:,.0f} still to surrender; "
        f"{stands.held.held_t:,.0f} and {stood.ccer_usable_t:,.0f} CCER at hand, "
        f"{stood.to_come_t:,.0f} to come.",
    )
    if stood.to_return_t:
        yield (f"多发{stood.to_return_t:,.0f}吨须退回。",
               f"{stood.to_return_t:,.0f} were allocated in excess and go back.")  # fmt: skip


def _bought(
    stood: Position, price: Price | None, stands: Standing, today: date
) -> Iterator[tuple[str, str]]:
    if stood.verdict is Verdict.SURRENDERED and stood.to_buy_t > 0:
        yield (
            f"清缴已完成；为退回多发的配额，尚须购入{stood.to_buy_t:,.0f}吨。",
            f"All surrendered; {stood.to_buy_t:,.0f} must be bought to give back what was "
            "allocated in excess.",
        )
    elif stood.verdict is Verdict.SURRENDERED:
        yield (
            f"清缴已完成，结余{stood.left_t:,.0f}吨。",
            f"All surrendered; {stood.left_t:,.0f} are left.",
        )
    elif stood.to_buy_t == 0:
        yield (
            f"配额足够，清缴后结余{stood.left_t:,.0f}吨。",
            f"That is enough; {stood.left_t:,.0f} will be left.",
        )
    elif price is None:
        yield (
            f"须购入{stood.to_buy_t:,.0f}吨，价格未知。",
            f"{stood.to_buy_t:,.0f} must be bought; no price is known.",
        )
    else:
        cost = stood.to_buy_t * price.price_yuan / 1e4
        yield (
            f"须购入{stood.to_buy_t:,.0f}吨，按每吨{price.price_yuan:,.2f}元（{price.on}价格）"
            f"约{cost:,.1f}万元。",
            f"{stood.to_buy_t:,.0f} must be bought: about {cost:,.1f} x 10^4 yuan at "
            f"{price.price_yuan:,.2f} yuan/t ({price.what}, {price.on}).",
        )
    by = stands.surrender_by
    if by is None or stood.verdict is Verdict.SURRENDERED:
        return
    if today <= by:
        days = (by - today).days
        yield f"清缴截止{by}，还有{days}天。", f"To be surrendered by {by}, in {days} days."
        return
    least, most = (rule(name, stands.enterprise.ets_sector or "", stands.year)
                   for name in ("fine_least", "fine_most"))  # fmt: skip
    yield f"清缴已于{by}截止，逾期未清缴。", f"It was to be surrendered by {by} and is overdue."
    if least is not None and most is not None:
        yield (
            f"逾期按截止日前一个月市场均价{least.value:g}至{most.value:g}倍罚款（碳排放权交易管理暂行条例第二十四条）。",
            f"The fine is {least.value:g} to {most.value:g} times the average price of the month "
            "before (State Council order 775, art. 24).",
        )
