"""The year's totals against what the enterprise's targets allow."""

from __future__ import annotations

from ledger.assessing.facts import Facts, Row
from ledger.assessing.told import Told, of_no_concern, unknown, worst_of
from models.progress.assessment.score import Measured
from models.progress.control.targets import target_period
from models.registry import Scope, Subject, Target

_TOTALS = (Subject.ENERGY_TOTAL, Subject.CO2_TOTAL)
KEPT = 1.0  # actual / allowed: what is more is over the budget


def against_budget(facts: Facts, code: str, year: int) -> Told:
    """The worst of the enterprise's totals of energy and emissions: actual / allowed.

    Both as ledger.targets tells them, deductions by the rule of the year; a target of several
    years counts by what its path allows in the year. A month's target is no budget of a year. A
    target that gives no value makes it unknown, unless another is exceeded.
    """
    wanted = [
        one
        for one in facts.registry.targets
        if one.scope is Scope.ENTERPRISE
        and one.code == code
        and one.subject in _TOTALS
        and target_period(one.period).month is None
        and target_period(one.period).holds(year)
    ]
    if not wanted:
        return of_no_concern("budget", "no_target")
    every = [_against(target, facts.target_row(target, year)) for target in wanted]
    known = [one for one in every if one.measured.at is not None]
    return worst_of(known, [one for one in every if one.measured.at is None], KEPT)


def _against(target: Target, row: Row) -> Told:
    subject = target.subject.value
    if row["allowed"] is None or not row["allowed"] > 0:
        return unknown("budget", row["reason"] or "no_path", missing=subject)
    if row["actual"] is None:
        return unknown("budget", row["reason"] or "no_accounts", missing=subject)
    at = row["actual"] / row["allowed"]
    return Told(
        Measured("budget", row["actual"], row["allowed"], at), row["unit"], "target", subject,
        source=f"{target.document} {target.clause}".strip(),
    )  # fmt: skip
