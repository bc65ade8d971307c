"""Targets broken down: the park's against its clusters', theirs against their enterprises'; and
what each lead unit answers for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ledger.books import Books
from ledger.controlling.target_rows import TargetRows, target_rows
from ledger.controlling.target_words import BASES, SUBJECTS, number
from ledger.monthly import whose
from ledger.unknown_texts import none_where_unknown
from ledger.years.park_years import ParkYears
from models.progress.control.targets import State, TargetPeriod, beyond, target_period
from models.registry import TARGET_UNITS, Subject, Target

BREAKDOWN = [
    "year", "scope", "code", "name_zh", "name_en", "subject", "basis", "unit", "allowed", "actual",
    "parts", "parts_with_target", "parts_allowed", "difference", "without_target", "verdict",
    "statement_zh", "statement_en",
]  # fmt: skip
LEAD_UNITS = [
    "lead_unit", "scope", "code", "name_zh", "name_en", "subject", "basis", "period", "document",
    "year", "state", "reason", "mid_year", "mid_allowed", "mid_actual", "mid_state", "mid_reason",
    "unit", "statement_zh", "statement_en",
]  # fmt: skip
TOTALS = (Subject.ENERGY_TOTAL, Subject.CO2_TOTAL)

Row = dict[str, Any]
Key = tuple[str, str, str, str | None]  # scope, code, subject, basis


def breakdown(books: Books, *, year: int | None = None) -> pd.DataFrame:
    """BREAKDOWN of every total that is targeted in the year (by default the current one): what the
    park or a cluster may use beside the sum of what its parts may. Intensities do not add.

    Parts of the park are its clusters, those of a cluster its enterprises with accounts.
    ``verdict``: ``holds`` (the parts' sum is no more than the whole), ``exceeds``, ``incomplete``
    (parts in ``without_target`` have none, codes joined by |; ``exceeds`` goes before it) or
    ``no_target`` (the parts have targets, the whole none). Of several targets for the same thing
    the stricter counts, and a year's own target before the path of several years.
    """
    rows = target_rows(books)
    park = rows.park
    at = park.this_year if year is None else year
    allowed, actual = _of_year(rows, at)
    found: list[Row] = []
    kinds = sorted({(subject, basis) for _, _, subject, basis in allowed}, key=str)
    for subject, basis in kinds:
        for scope, code, parts_scope, parts in _wholes(park):
            key: Key = (scope, code, subject, basis)
            of_parts = {
                one: allowed.get((parts_scope, one, subject, basis)) for one in parts
            }  # fmt: skip
            if key not in allowed and not any(one is not None for one in of_parts.values()):
                continue
            row = _row(key, allowed.get(key), actual.get(key), of_parts)
            zh, en = rows.name(scope, code)
            row |= {"year": at, "name_zh": zh, "name_en": en}
            row["statement_zh"], row["statement_en"] = _breakdown_words(row)
            found.append(row)
    frame = pd.DataFrame(found, columns=BREAKDOWN)
    numbers = ["allowed", "actual", "parts_allowed", "difference"]
    frame[["basis", "without_target"]] = frame[["basis", "without_target"]].astype(object)
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _of_year(rows: TargetRows, year: int) -> tuple[dict[Key, float], dict[Key, float]]:
    """What totals allow in the year, and what was used, by whose and of what."""
    allowed: dict[Key, float] = {}
    own: set[Key] = set()
    actual: dict[Key, float] = {}
    for one in sorted(rows.park.registry.targets, key=lambda one: len(one.period)):
        period = target_period(one.period)
        if one.subject not in TOTALS or period.month or not period.holds(year):
            continue
        row = rows.row(one, year)
        key: Key = (row["scope"], row["code"], row["subject"], row["basis"])
        if row["actual"] is not None:
            actual[key] = row["actual"]
        if row["allowed"] is None or (period.kind == "years" and key in own):
            continue
        allowed[key] = min(row["allowed"], allowed.get(key, row["allowed"]))
        if period.kind == "year":
            own.add(key)
    return allowed, actual


def _wholes(park: ParkYears) -> Iterator[tuple[str, str, str, list[str]]]:
    """Scope and code of each whole, scope and codes of its parts."""
    registry = park.registry
    some = {code for code, _ in park.of("enterprise").years}
    clusters: dict[str, list[str]] = defaultdict(list)
    for code, cluster in sorted(whose(registry, "cluster").items()):
        if code in some:
            clusters[cluster].append(code)
    yield "park", registry.park.code, "cluster", sorted(clusters)
    for cluster, codes in sorted(clusters.items()):
        yield "cluster", cluster, "enterprise", codes


def _row(
    key: Key, whole: float | None, actual: float | None, parts: dict[str, float | None]
) -> Row:
    scope, code, subject, basis = key
    known = {one: value for one, value in parts.items() if value is not None}
    total = sum(known.values()) if known else None
    without = [one for one in parts if one not in known]
    if whole is None:
        verdict = "no_target"
    elif total is not None and beyond(whole, total):
        verdict = "exceeds"
    else:
        verdict = "incomplete" if without else "holds"
    return {
        "scope": scope, "code": code, "subject": subject, "basis": basis,
        "unit": TARGET_UNITS[Subject(subject)], "allowed": whole, "actual": actual,
        "parts": len(parts), "parts_with_target": len(known), "parts_allowed": total,
        "difference": None if whole is None or total is None else whole - total,
        "without_target": "|".join(without) or None, "verdict": verdict,
    }  # fmt: skip


def _breakdown_words(row: Row) -> tuple[str, str]:
    subject, basis = SUBJECTS[row["subject"]], BASES.get(row["basis"] or "")
    of_zh = f"{subject[0]}（{basis[0]}）" if basis else subject[0]
    of_en = f"{subject[1]} ({basis[1]})" if basis else subject[1]
    parts = ("各产业集群", "clusters") if row["scope"] == "park" else ("各企业", "enterprises")
    unit = "吨标准煤" if row["unit"] == "tce" else "吨"
    zh = f"{row['name_zh']}{row['year']}年{of_zh}"
    en = f"{row['name_en']}, {row['year']}, {of_en}"
    if row["allowed"] is None:
        zh, en = f"{zh}没有目标", f"{en} has no target"
    else:
        allowed = number(row["allowed"], row["parts_allowed"])
        zh += f"目标{allowed}{unit}"
        en += f": {allowed} {row['unit']} are allowed"
    if row["parts_allowed"] is not None:
        together = number(row["parts_allowed"], row["allowed"])
        zh += f"，{parts[0]}合计{together}{unit}"
        en += f", the {parts[1]} together may use {together}"
    told = {
        "holds": ("分解不超过总目标", "the parts hold the whole"),
        "exceeds": ("分解之和超过总目标，分解无法保证总目标", "the parts exceed the whole"),
        "incomplete": ("部分没有分解目标", "some parts have no target"),
        "no_target": ("无从对照", "there is nothing to hold the parts against"),
    }[row["verdict"]]
    zh, en = f"{zh}；{told[0]}", f"{en}; {told[1]}"
    if row["without_target"]:
        names = row["without_target"].replace("|", "、")
        zh += f"（未分解：{names}）"
        en += f" (without one: {row['without_target'].replace('|', ', ')})"
    return f"{zh}。", f"{en}."


def lead_units(books: Books, *, year: int | None = None) -> pd.DataFrame:
    """LEAD_UNITS: every target of the year that names a lead unit, with its state, and of targets
    of several years the state in the middle of the period (the third of five years), where that
    year has begun.
    """
    rows = target_rows(books)
    park = rows.park
    at = park.this_year if year is None else year
    found = []
    for one in park.registry.targets:
        period = target_period(one.period)
        if one.lead_unit and period.holds(at) and period.month is None:
            found.append(_lead_row(rows, one, period, at))
    found.sort(key=lambda row: (row["lead_unit"], row["scope"], row["code"], row["subject"]))
    frame = pd.DataFrame(found, columns=LEAD_UNITS)
    frame = none_where_unknown(frame, ("basis", "reason", "mid_state", "mid_reason"))
    return frame.astype(
        {"mid_allowed": "float64", "mid_actual": "float64", "mid_year": "Int64"}
    )  # fmt: skip


def _lead_row(rows: TargetRows, one: Target, period: TargetPeriod, year: int) -> Row:
    row = rows.row(one, year)
    found: Row = dict.fromkeys(LEAD_UNITS)
    found |= {name: row[name] for name in LEAD_UNITS if name in row}
    if period.kind == "years":
        middle = period.first + (period.last - period.first) // 2
        found["mid_year"] = middle
        mid = rows.row(one, middle)
        found |= {
            "mid_allowed": mid["allowed"], "mid_actual": mid["actual"],
            "mid_state": None if mid["reason"] == "not_begun" else mid["state"],
            "mid_reason": mid["reason"],
        }  # fmt: skip
        over = mid["origin"] != "running"  # of a year that runs nothing is reached yet
        if middle != year and over and found["mid_state"] not in (None, State.UNKNOWN.value):
            found["statement_zh"] += f"中期（{middle}年）：{_mid(mid, 0)}。"
            found["statement_en"] += f" Mid-term ({middle}): {_mid(mid, 1)}."
    return found


def _mid(mid: Row, language: int) -> str:
    words = (("按路径", "实际", "，"), ("allowed ", "actual ", ", "))[language]
    allowed, actual = mid["allowed"], mid["actual"]
    missed = actual is None or beyond(allowed, actual)
    verdict = (("达到", "未达到"), ("reached", "not reached"))[language][1 if missed else 0]
    return (f"{words[0]}{number(allowed, actual)}{words[2]}{words[1]}"
            f"{number(actual, allowed)}{words[2]}{verdict}")  # fmt: skip
