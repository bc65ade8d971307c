"""The target of a row: the table's, or one that was entered with its document."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entered import entered
from ledger.indicating.accounts import Pair
from models.progress.indicator_tables import IndicatorRow, IndicatorTable, Measure, TargetFrom
from models.registry import Registry, Scope, Subject, Target

INDICATOR_TARGET = "indicator_target"
# The park's five-year rates (targets.csv) that are targets of a row, by the figure that it is of.
_SUBJECTS = {"energy_per_gdp": Subject.ENERGY_INTENSITY, "co2_per_gdp": Subject.CO2_INTENSITY}
_REASONS = {TargetFrom.CITY: "city_target_not_entered", TargetFrom.UNKNOWN: "target_not_known"}


@dataclass(frozen=True, slots=True)
class Aim:
    """A target with its ``year`` (None: whenever it is asked) and document, or why there is none.

    ``entered`` where it stands in the registry and not in the table.
    """

    value: float | None = None
    year: int | None = None
    document: Pair = ("", "")
    clause: str | None = None
    entered: bool = False
    reason: str | None = None


def aim_of(registry: Registry, row: IndicatorRow, table: IndicatorTable, year: int) -> Aim:
    """The target that a value of the ``year`` is held against.

    Of those that are known (the table's, entered ones, and for energy and CO2 per GDP the park's
    entered reduction from the table's base year) the one to be reached first in that year or after
    it, else the last; of the same year an entered one goes before the table's.
    """
    aims = [*_entered(registry, row), *_rates(registry, row, table)]
    if row.target is not None:
        document = table.document_zh, table.document_en
        aims.append(Aim(row.target, table.target_year, document, row.clause))
    if not aims:
        return Aim(year=table.target_year, reason=_REASONS[row.target_from])
    dated = [aim for aim in aims if aim.year is not None]
    ahead = [aim for aim in dated if aim.year is not None and aim.year >= year]
    if ahead:
        return min(ahead, key=lambda aim: (aim.year, not aim.entered))
    timeless = [aim for aim in aims if aim.year is None]
    return timeless[0] if timeless else max(dated, key=lambda aim: (aim.year, aim.entered))


def _entered(registry: Registry, row: IndicatorRow) -> list[Aim]:
    found = []
    figures, code = entered(registry), registry.park.code
    for year in figures.years(Scope.PARK.value, code):
        one = figures.items(Scope.PARK.value, code, year, INDICATOR_TARGET).get(row.id)
        if one is not None:
            found.append(Aim(one.value, year, (one.source, one.source), entered=True))
    return found


def _rates(registry: Registry, row: IndicatorRow, table: IndicatorTable) -> list[Aim]:
    subject = _SUBJECTS.get(row.computed.key) if row.computed else None
    if subject is None or row.measure is not Measure.REDUCTION or not table.judged:
        return []
    return [
        _aim(one)
        for one in registry.targets
        if one.scope is Scope.PARK and one.subject is subject and one.reduction is not None
        and one.base_year == table.baseline_year and "-" in one.period and len(one.period) == 9
    ]  # fmt: skip


def _aim(target: Target) -> Aim:
    return Aim(100.0 * (target.reduction or 0.0), int(target.period[-4:]),
               (target.document, target.document), target.clause, entered=True)  # fmt: skip
