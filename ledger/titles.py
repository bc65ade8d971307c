"""Titles that the park and its enterprises hold, and how many hold each."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd

from models.progress.indicators.titles import LEVELS, TitleKind, title_kinds
from models.registry import Registry, Scope, Title

COLUMNS = [
    "scope", "code", "title", "name_zh", "name_en", "level", "awarded", "valid_to", "state",
    "days_left", "document", "issuer_zh", "issuer_en", "statement_zh", "statement_en",
]  # fmt: skip
COUNT_COLUMNS = [
    "title", "scope", "name_zh", "name_en", "holders", *LEVELS, "of", "holder_codes",
    "statement_zh", "statement_en", "source", "status",
]  # fmt: skip
_LEVELS_ZH = {"national": "国家级", "provincial": "省级", "city": "市级"}


def titles(registry: Registry, *, on: date, enterprise: str | None = None) -> pd.DataFrame:
    """COLUMNS, a row a title awarded, the park's first; of one ``enterprise`` its own only.

    ``state`` on the local day ``on`` is held, ended (valid_to is the first day without it) or
    not_yet; ``days_left`` of one held that ends. Dates are ISO text.
    """
    rows = [
        _row(registry, one, on)
        for one in sorted(registry.titles, key=_order)
        if enterprise is None or (one.scope is Scope.ENTERPRISE and one.code == enterprise)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"days_left": "Int64"})


def title_counts(registry: Registry, *, on: date) -> pd.DataFrame:
    """COUNT_COLUMNS, a row a title of models/reference/titles.csv: how many hold it on a day, at
    which highest level, ``of`` how many enterprises (or the one park); codes joined by |.
    """
    best: dict[tuple[str, str], str] = {}
    for one in registry.titles:
        if _state(one, on) == "held":
            key = one.title, one.code
            best[key] = min(best.get(key, one.level), one.level, key=_level_place)
    return pd.DataFrame(
        [_count(kind, best, len(registry.enterprises)) for kind in title_kinds().values()],
        columns=COUNT_COLUMNS,
    )


def _count(kind: TitleKind, best: dict[tuple[str, str], str], firms: int) -> dict[str, Any]:
    holders = sorted(code for title, code in best if title == kind.code)
    levels = Counter(best[kind.code, code] for code in holders)
    total = firms if kind.scope == "enterprise" else 1
    told = [level for level in LEVELS if levels[level]]
    by_zh = "、".join(f"{_LEVELS_ZH[level]}{levels[level]}家" for level in told)
    by_en = ", ".join(f"{levels[level]} {level}" for level in told)
    if kind.scope == "park":
        held = f"（{_LEVELS_ZH[told[0]]}）" if told else ""
        zh = f"园区{'已获得' if holders else '尚未获得'}“{kind.name_zh}”称号{held}。"
        level = f" at the {told[0]} level" if told else ""
        en = f"The park {'holds' if holders else 'does not hold'} the title {kind.name_en}{level}."
    else:
        levels_zh = f"（{by_zh}）" if told else ""
        zh = f"{total}家企业中{len(holders)}家持有“{kind.name_zh}”称号{levels_zh}。"
        en = f"{len(holders)} of {total} enterprises hold the title {kind.name_en}"
        en += f" ({by_en})." if told else "."
    return {
        "title": kind.code, "scope": kind.scope, "name_zh": kind.name_zh, "name_en": kind.name_en,
        "holders": len(holders), **{level: levels[level] for level in LEVELS}, "of": total,
        "holder_codes": "|".join(holders) or None, "statement_zh": zh, "statement_en": en,
        "source": kind.source, "status": kind.status,
    }  # fmt: skip


def _row(registry: Registry, one: Title, on: date) -> dict[str, Any]:
    kind = title_kinds()[one.title]
    state = _state(one, on)
    left = (one.valid_to - on).days if state == "held" and one.valid_to else None
    zh, en = _names(registry, one)
    until_zh = f"，有效期至{one.valid_to:%Y-%m-%d}（不含）" if one.valid_to else ""
    until_en = f", until {one.valid_to:%Y-%m-%d} (exclusive)" if one.valid_to else ""
    state_zh = {"held": "持有", "ended": "已失效", "not_yet": "尚未生效"}[state]
    state_en = {"held": "held", "ended": "ended", "not_yet": "not yet awarded"}[state]
    return {
        "scope": one.scope.value, "code": one.code, "title": one.title, "name_zh": kind.name_zh,
        "name_en": kind.name_en, "level": one.level, "awarded": one.awarded.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None, "state": state,
        "days_left": left, "document": one.document, "issuer_zh": kind.issuer_zh,
        "issuer_en": kind.issuer_en,
        "statement_zh": f"{zh}：{_LEVELS_ZH[one.level]}“{kind.name_zh}”，{one.awarded:%Y-%m-%d}授予"
        f"{until_zh}，{state_zh}（{one.document}）。",
        "statement_en": f"{en}: {kind.name_en} ({one.level}), awarded {one.awarded:%Y-%m-%d}"
        f"{until_en}: {state_en} ({one.document}).",
    }  # fmt: skip


def _names(registry: Registry, one: Title) -> tuple[str, str]:
    if one.scope is Scope.PARK:
        return registry.park.name_zh, registry.park.name_en
    firm = registry.enterprise_by_code.get(one.code)
    return (firm.name_zh or one.code, firm.name_en or one.code) if firm else (one.code, one.code)


def _state(one: Title, on: date) -> str:
    if on < one.awarded:
        return "not_yet"
    return "ended" if one.valid_to is not None and on >= one.valid_to else "held"


def _level_place(level: str) -> int:
    return LEVELS.index(level)


def _order(one: Title) -> tuple[bool, str, str, date]:
    return one.scope is not Scope.PARK, one.code, one.title, one.awarded
