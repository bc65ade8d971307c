"""Dual control of energy and of carbon: who passes by the rules of the year, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from ledger.books import Books
from ledger.controlling.dual_control_words import statement
from ledger.controlling.target_accounts import Amount, Asked
from ledger.controlling.target_rows import TargetRows, asked_of, target_rows
from ledger.monthly import By
from ledger.unknown_texts import none_where_unknown
from ledger.years.entered import is_constant
from models.progress.control.dual_control import Role, Rule, Verdict, rules, verdict_of
from models.progress.control.targets import State, target_period
from models.registry import EnergyBasis, Subject, Target

_OF_SUBJECT = ["allowed", "actual", "expected", "state", "reason", "period"]
COLUMNS = [
    "year", "scope", "code", "name_zh", "name_en", "control", "verdict", "reason", "main",
    *(f"total_{name}" for name in _OF_SUBJECT), *(f"intensity_{name}" for name in _OF_SUBJECT),
    "energy_tce_equivalent", "energy_tce_calorific", "raw_material_tce", "renewable_tce",
    "secondary_missed", "notes", "origin", "coverage", "estimated_share", "price_basis", "rules",
    "rule_zh", "rule_en", "statement_zh", "statement_en",
]  # fmt: skip
NUMBERS = [
    *(f"{kind}_{name}" for kind in ("total", "intensity") for name in _OF_SUBJECT[:3]),
    "energy_tce_equivalent", "energy_tce_calorific", "raw_material_tce", "renewable_tce",
    "coverage", "estimated_share",
]  # fmt: skip
_SCOPES: tuple[By, ...] = ("park", "cluster", "enterprise")

Row = dict[str, Any]


def dual_control(
    books: Books,
    *,
    year: int | None = None,
    scope: str | None = None,
    code: str | None = None,
) -> pd.DataFrame:
    """COLUMNS: of the park, every cluster and enterprise with accounts the verdict of both controls
    in a year (by default the current one), by models/reference/dual_control_rules.csv.

    Total and intensity are those of ledger.targets: after the rule's deductions, at the rule's
    value of energy; a year's own target goes before the path of several years, and of two that ask
    for the same the stricter decides: one that is missed, or of which nothing is known. All
    subjects that the rule lets decide have to hold (both of energy to 2025; of carbon the intensity
    from 2026 on, the total from 2031 on). One that is missed decides whatever is not known; without
    a target of any of them there is no verdict, and ``reason`` says so. Both values of energy stand
    beside each other before any deduction (``energy_tce_equivalent``, ``energy_tce_calorific``) and
    are never compared.
    """
    rows = target_rows(books)
    park = rows.park
    at = park.this_year if year is None else year
    found: list[Row] = []
    for by in _SCOPES:
        if scope not in (None, by):
            continue
        for one in sorted({whom for whom, _ in park.of(by).years}):
            if code in (None, one) and (one, at) in park.of(by).years:
                found += [_row(rows, by, one, control, at) for control in ("energy", "carbon")]
    frame = pd.DataFrame(found, columns=COLUMNS)
    texts = frame.columns.difference([*NUMBERS, "year", "secondary_missed"])
    frame = none_where_unknown(frame, texts)
    return frame.astype(dict.fromkeys(NUMBERS, "float64"))


def _row(rows: TargetRows, by: By, code: str, control: str, year: int) -> Row:
    of_year = [one for one in rules() if one.control == control and one.holds(year)]
    of_year.sort(key=lambda one: list(Role).index(one.role))
    names = rows.name(by, code)
    account = rows.park.of(by).years[code, year]
    row: Row = dict.fromkeys(COLUMNS)
    row |= {
        "year": year, "scope": by, "code": code, "name_zh": names[0], "name_en": names[1],
        "control": control, "secondary_missed": False, "origin": account["origin"],
        "coverage": account["coverage"], "estimated_share": account["estimated_share"],
        "energy_tce_equivalent": account["energy_tce_equivalent"],
        "energy_tce_calorific": account["energy_tce_calorific"],
        "main": next((one.subject.value for one in of_year if one.role is Role.MAIN), None),
        "rules": "|".join(one.rule for one in of_year) or None,
        "rule_zh": "".join(dict.fromkeys(one.text_zh for one in of_year)) or None,
        "rule_en": " ".join(dict.fromkeys(one.text_en for one in of_year)) or None,
    }  # fmt: skip
    states: dict[Subject, State] = {}
    for rule in of_year:
        _fill(row, rows, by, code, rule, year)
        state = row[f"{_kind(rule)}_state"]
        if state is not None:
            states[rule.subject] = State(state)
    _judge(row, of_year, states)
    row["statement_zh"], row["statement_en"] = statement(row, of_year)
    return row


def _judge(row: Row, of_year: list[Rule], states: dict[Subject, State]) -> None:
    deciding = [one for one in of_year if one.decides]
    verdict = verdict_of(states, [one.subject for one in deciding])
    row["verdict"] = verdict.value
    row["secondary_missed"] = any(
        one.role is Role.SECONDARY and not one.decides and states.get(one.subject) is State.MISSED
        for one in of_year
    )
    reasons = [row[f"{_kind(one)}_reason"] for one in deciding]
    if not of_year:
        row["reason"] = "no_rule"
    elif not deciding:
        row["reason"] = "rule_tells_only"
    elif verdict is Verdict.NO_VERDICT:
        row["reason"] = next((one for one in reasons if one == "other_basis"), "no_target")
    elif verdict is Verdict.UNKNOWN:
        unknown = [one for one in reasons if one is not None]
        row["reason"] = unknown[0] if unknown else "target_missing"


def _fill(row: Row, rows: TargetRows, by: By, code: str, rule: Rule, year: int) -> None:  # noqa: PLR0917
    """The rule's subject: by its target, or without one what there is of it."""
    kind = _kind(rule)
    chosen, other = _targets(rows.park.registry.targets, by, code, rule, year)
    held = [rows.row(one, year) for one in chosen]
    if held:
        one = _strictest(held)
        expected = one["expected_course" if one["expected_by"] == "course" else "expected"]
        row |= {
            f"{kind}_allowed": one["allowed"], f"{kind}_actual": one["actual"],
            f"{kind}_expected": expected, f"{kind}_state": one["state"],
            f"{kind}_reason": one["reason"], f"{kind}_period": one["period"],
        }  # fmt: skip
        notes, raw, renewable = one["notes"], one["raw_material"], one["renewable"]
        if kind == "intensity":
            row["price_basis"] = one["price_basis"]
    else:
        amount = _without_target(rows, by, code, rule, year)
        row |= {
            f"{kind}_actual": amount.figure,
            f"{kind}_reason": "other_basis" if other else
            amount.reason if amount.figure is None else None,
        }  # fmt: skip
        counted = amount.counted
        notes = None if counted is None else "|".join(counted.notes) or None
        raw, renewable = (None, None) if counted is None else (counted.raw_material,
                                                               counted.renewable)  # fmt: skip
    if kind == "total":
        row |= {"notes": notes, "raw_material_tce": raw, "renewable_tce": renewable}
        if rule.control == "carbon":
            row |= {"raw_material_tce": None, "renewable_tce": None}


# Of several targets one that is missed decides, then one of which nothing is known.
_SEVERITY = (State.MISSED, State.UNKNOWN, State.BEHIND, State.ON_TRACK, State.MET)


def _strictest(held: list[Row]) -> Row:
    """Of targets that ask for the same thing the one that decides; of those alike the least. One
    that asks for nothing in this year decides nothing beside others.
    """
    asking = [one for one in held if one["reason"] != "no_path"] or held

    def order(one: Row) -> tuple[int, float]:
        allowed = one["allowed"]
        return _SEVERITY.index(State(one["state"])), math.inf if allowed is None else allowed

    return min(asking, key=order)


def _without_target(rows: TargetRows, by: By, code: str, rule: Rule, year: int) -> Amount:
    prices = rows.park.of(by).years[code, year]["price_basis"]
    basis = rule.basis or EnergyBasis.EQUIVALENT
    asked = Asked(by, code, rule.subject, basis, prices)
    if asked.is_intensity and not is_constant(prices):
        return Amount(None, "prices_not_constant" if prices else "output_missing")
    return rows.accounts.year(asked, year, rule)


def _targets(
    targets: Iterable[Target], by: By, code: str, rule: Rule, year: int
) -> tuple[list[Target], bool]:
    """The targets that the rule's subject is held against, and whether there is one at the other
    value of energy alone.
    """
    mine = [
        one
        for one in targets
        if (one.scope.value, one.code, one.subject) == (by, code, rule.subject)
        and target_period(one.period).month is None
        and target_period(one.period).holds(year)
    ]
    fit = [one for one in mine if rule.basis in (None, asked_of(one).basis)]
    own = [one for one in fit if target_period(one.period).kind == "year"]
    return own or fit, bool(mine) and not fit


def _kind(rule: Rule) -> str:
    return "intensity" if rule.subject.value.endswith("intensity") else "total"
