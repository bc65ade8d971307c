"""The year's totals against what the enterprise's targets allow."""

from __future__ import annotations

from ledger.assessing.facts import Facts
from ledger.assessing.told import Told, of_no_concern, unknown
from models.progress.assessment.score import Measured
from models.progress.control.targets import target_period
from models.registry import Scope, Subject

_TOTALS = (Subject.ENERGY_TOTAL, Subject.CO2_TOTAL)


def against_budget(facts: Facts, code: str, year: int) -> Told:
    """The worst of the enterprise's totals of energy and emissions: actual / allowed.

    Both as ledger.targets tells them, deductions by the rule of the year; a target of several
    years counts by what its path allows in the year. A month's target is no budget of a year.
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
    worst: Told | None = None
    for target in wanted:
        row = facts.target_row(target, year)
        if row["allowed"] is None or not row["allowed"] > 0:
            return unknown("budget", row["reason"] or "no_path", missing=target.subject.value)
        if row["actual"] is None:
            return unknown("budget", row["reason"] or "no_accounts", missing=target.subject.value)
        at = row["actual"] / row["allowed"]
        if worst is None or at > (worst.measured.at or 0.0):
            worst = Told(
                Measured("budget", row["actual"], row["allowed"], at), row["unit"], "target",
                target.subject.value, source=f"{target.document} {target.clause}".strip(),
            )  # fmt: skip
    assert worst is not None
    return worst
