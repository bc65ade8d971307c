"""Which limits hold for a pollutant of a point: those of the permit, else of the standards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from models.environment.hj212_codes import hj212_codes
from models.environment.limits import Bound as Side
from models.environment.limits import Condition, LimitRow, clause_zh, limit_classes, limits_of
from models.registry import Registry
from models.registry.points import PermitKind, Point

AFTER_LAST_DAY = date(2900, 1, 1)

_MEANS = {
    "hour": ("小时均值", "hourly mean"), "day": ("日均值", "daily mean"),
    "month": ("月均值", "monthly mean"), "year": ("年均值", "annual mean"),
    "daytime": ("昼间等效声级", "equivalent level of the day"),
    "nighttime": ("夜间等效声级", "equivalent level of the night"),
    "max_8_hours": ("日最大8小时均值", "greatest 8-hour mean of the day"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a pollutant at a point on the local days [since, until).

    ``kind`` is a concentration (or level) or a rate (kg an hour), ``value`` in ``unit``; ``lower``
    where values must not be below it. ``reference_oxygen_pct`` None judges what is measured.
    ``basis`` is permit or standard.
    """

    pollutant: str
    kind: PermitKind
    averaging: str
    value: float
    unit: str
    lower: bool
    condition: Condition
    reference_oxygen_pct: float | None
    standard: str
    clause: str
    basis: str
    name_zh: str
    name_en: str
    since: date
    until: date

    @property
    def rule_zh(self) -> str:
        """The rule in Chinese, with standard and clause."""
        code = hj212_codes()[self.pollutant]
        what = "排放速率" if self.kind is PermitKind.RATE else _MEANS[self.averaging][0]
        side = "不低于" if self.lower else "不超过"
        of = "排污许可" if self.basis == "permit" else self.name_zh
        return (
            f"{self.standard} {clause_zh(self.clause)}（{of}）：{code.name_zh}{what}{side} "
            f"{self.value:g} {self.unit}{self._oxygen('（基准含氧量 {:g} %）')}"
        )

    @property
    def rule_en(self) -> str:
        """The rule in English, with standard and clause."""
        code = hj212_codes()[self.pollutant]
        mean = _MEANS[self.averaging][1]
        what = f"mass an hour, {mean}" if self.kind is PermitKind.RATE else mean
        side = "at least" if self.lower else "at most"
        of = "permit" if self.basis == "permit" else self.name_en
        return (
            f"{self.standard}, {self.clause} ({of}): {code.name_en}, {what} {side} "
            f"{self.value:g} {self.unit}{self._oxygen(' at {:g} % reference oxygen')}"
        )

    def _oxygen(self, text: str) -> str:
        oxygen = self.reference_oxygen_pct
        return "" if oxygen is None else text.format(oxygen)


def limits(registry: Registry, point: Point, pollutant: str) -> list[Limit]:
    """Limits of concentrations and rates that ever hold for a pollutant of a point: those of the
    classes of each of its versions on the days of that version (of the day on which a new one
    begins those of the new one).

    On days on which a permit bounds its concentration (or rate) no standard's greatest one holds: a
    permit says what does. It has no least values: those of the standards stay.
    """
    of_permits = [
        Limit(
            pollutant, one.kind, one.averaging.value, one.value, one.unit, lower=False,
            condition=Condition.ALWAYS, reference_oxygen_pct=one.reference_oxygen_pct,
            standard=one.standard, clause=one.clause, basis="permit", name_zh="", name_en="",
            since=one.valid_from, until=one.valid_to or AFTER_LAST_DAY,
        )
        for one in registry.permits_of.get((point.enterprise, point.code), ())
        if one.pollutant == pollutant and one.kind is not PermitKind.ANNUAL_AMOUNT
    ]  # fmt: skip

    def permitted(row: LimitRow) -> list[tuple[date, date]]:
        if row.bound is Side.MIN:
            return []
        kind = PermitKind.RATE if row.is_rate else PermitKind.CONCENTRATION
        return [(one.since, one.until) for one in of_permits if one.kind is kind]

    of_standards = [
        _of_standard(row, since, until)
        for version in registry.point_versions.get((point.enterprise, point.code), (point,))
        for code in version.limit_classes
        for row in limits_of(code, pollutant)
        for since, until in _without(*_days(code, version, registry.zone), permitted(row))
    ]
    return [*of_permits, *of_standards]


def version_on(registry: Registry, place: tuple[str, str], day: date) -> Point:
    """The last version of a point (enterprise, code) that had begun on a local day; before all of
    them the first. Raises KeyError for one that is not registered.
    """
    versions = registry.point_versions[place]
    begun = [
        one
        for one in versions
        if one.valid_from is None or one.valid_from.astimezone(registry.zone).date() <= day
    ]
    return begun[-1] if begun else versions[0]


def _of_standard(row: LimitRow, since: date, until: date) -> Limit:
    known = limit_classes()[row.limit_class]
    clause = f"{row.table}, {row.clause}" if row.table and row.clause else row.table or row.clause
    return Limit(
        row.pollutant, PermitKind.RATE if row.is_rate else PermitKind.CONCENTRATION,
        row.averaging.value, row.value, row.unit,
        lower=row.bound is Side.MIN, condition=row.condition,
        reference_oxygen_pct=row.reference_oxygen_pct, standard=row.standard, clause=clause,
        basis="standard", name_zh=known.name_zh, name_en=known.name_en, since=since, until=until,
    )  # fmt: skip


def _days(limit_class: str, version: Point, zone: ZoneInfo) -> tuple[date, date]:
    """On which both the class and the version of the point are valid; none where they never are."""
    known = limit_classes()[limit_class]
    since, until = known.valid_from, known.valid_to or AFTER_LAST_DAY
    if version.valid_from is not None:
        since = max(since, version.valid_from.astimezone(zone).date())
    if version.valid_to is not None:
        until = min(until, version.valid_to.astimezone(zone).date())
    return since, until


def _without(
    since: date, until: date, taken: Sequence[tuple[date, date]]
) -> list[tuple[date, date]]:
    """The days [since, until) that lie in none of the spans."""
    left = []
    for begin, end in sorted(taken):
        if begin > since:
            left.append((since, min(begin, until)))
        since = max(since, end)
    left.append((since, until))
    return [(begin, end) for begin, end in left if end - begin > timedelta(0)]
