"""The target of a row: the table's, or one that was entered with its document."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.indicating.accounts import Pair
from ledger.years.entered import entered
from models.progress.indicators.tables import IndicatorRow, IndicatorTable, TargetFrom
from models.registry import Registry, Scope

INDICATOR_TARGET = "indicator_target"
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

    Of those that are known (the table's and entered ones) the one to be reached first in that year
    or after it, else the last; of the same year an entered one goes before the table's. The
    registry's targets (ledger.targets) are none of them: their intensities are per output.
    """
    aims = _entered(registry, row)
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
