"""One target held against one year, or against one month: every figure of its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ledger.books import Books
from ledger.controlling.target_accounts import Amount, Asked, TargetAccounts
from ledger.controlling.target_outlook import Outlook
from ledger.controlling.target_words import statement
from ledger.monthly import COVERED
from ledger.years.entered import is_constant
from ledger.years.park_years import ParkYears, park_years
from models.periods import local_start, parse_period
from models.progress.control.dual_control import rule_of
from models.progress.control.targets import (
    State,
    TargetPeriod,
    beyond,
    even_share,
    path_value,
    reduction_to,
    state_of,
    target_period,
)
from models.registry import TARGET_UNITS, EnergyBasis, Scope, Subject, Target

COLUMNS = [
    "scope", "code", "name_zh", "name_en", "subject", "basis", "period", "document", "clause",
    "lead_unit", "unit", "asked_period", "year", "base_year", "base_value", "reduction",
    "even_share", "end_value", "allowed", "gross", "raw_material", "renewable", "actual",
    "output_1e4_yuan", "price_basis", "origin", "coverage", "estimated_share", "months",
    "used_share", "left", "days_left", "even_rate_per_day", "rate_per_day", "expected",
    "expected_course", "expected_by", "reached", "state", "reason", "notes", "overlaps",
    "statement_zh", "statement_en",
]  # fmt: skip

Row = dict[str, Any]

# What is not known of the base year, by the figure of the year that it has to be compared with.
_BASE_NOTES = {
    "base_raw_material_unknown": "raw_material",
    "base_renewables_unknown": "renewable",
}


class TargetRows:
    """Rows of COLUMNS by the park's accounts as the books stand now."""

    def __init__(self, park: ParkYears) -> None:
        self.park = park
        self.accounts = TargetAccounts(park)
        self._outlook = Outlook(park)
        registry = park.registry
        self._names = {
            (Scope.PARK.value, registry.park.code): (registry.park.name_zh, registry.park.name_en),
            **{(Scope.CLUSTER.value, one.code): (one.name_zh, one.name_en)
               for one in registry.clusters},
            **{(Scope.ENTERPRISE.value, one.code): (one.name_zh, one.name_en)
               for one in registry.enterprises},
        }  # fmt: skip

    def name(self, scope: str, code: str) -> tuple[str, str]:
        """Chinese and English name."""
        return self._names.get((scope, code), (code, code))

    def row(self, target: Target, year: int) -> Row:
        """The target against ``year`` (one of its period), a month's against its month."""
        period, asked = target_period(target.period), asked_of(target)
        names = self.name(target.scope.value, target.code)
        row: Row = dict.fromkeys(COLUMNS)
        row |= {
            "scope": target.scope.value, "code": target.code, "name_zh": names[0],
            "name_en": names[1], "subject": target.subject.value,
            "basis": asked.basis.value if asked.is_energy else None, "period": target.period,
            "document": target.document, "clause": target.clause, "lead_unit": target.lead_unit,
            "unit": TARGET_UNITS[target.subject], "year": year, "base_year": target.base_year,
            "reduction": target.reduction, "price_basis": target.price_basis,
            "asked_period": target.period if period.month else str(year), "state": State.UNKNOWN,
            "overlaps": "; ".join(overlapping(target, self.park.registry.targets)) or None,
        }  # fmt: skip
        row["reason"] = self._fill(row, target, period, asked, year)
        if row["reason"] is not None:
            row["state"] = State.UNKNOWN
        row["state"] = State(row["state"]).value
        row["statement_zh"], row["statement_en"] = statement(row)
        return row

    def _fill(
        self, row: Row, target: Target, period: TargetPeriod, asked: Asked, year: int
    ) -> str | None:  # fmt: skip
        """Fill in what is known; the reason where there is no judgement."""
        reason = self._allow(row, target, period, asked, year)
        begin, end = self._span(period, year)
        if begin >= self.park.now:
            return "not_begun"
        if asked.is_intensity and not is_constant(target.price_basis):
            return "prices_not_constant"
        amount = (
            self.accounts.year(asked, year)
            if period.month is None
            else self.accounts.months(asked, year, {period.month})
        )
        over = end <= self.park.now
        base_notes = [one for one in (row["notes"] or "").split("|") if one]
        self._take(row, amount, over=over)
        # Where the year has none of it either, nothing of the two years differs.
        notes = [row["notes"], *(one for one in base_notes if row[_BASE_NOTES[one]])]
        row["notes"] = "|".join(one for one in notes if one) or None
        if amount.figure is None:
            return amount.reason
        # The months of a running year are unlike the whole of the base year: heating.
        if row["base_value"] and over:
            row["reached"] = reduction_to(row["base_value"], amount.figure)
        if reason is not None:
            return reason
        return self._judge(row, asked, period, amount, year)

    def _take(self, row: Row, amount: Amount, *, over: bool) -> None:
        row |= {
            "origin": "metered" if over and amount.origin == "running" else amount.origin,
            "coverage": amount.coverage, "estimated_share": amount.estimated_share,
            "months": amount.months, "output_1e4_yuan": amount.output, "actual": amount.figure,
        }  # fmt: skip
        if amount.counted is not None:
            row |= {
                "gross": amount.counted.gross, "raw_material": amount.counted.raw_material,
                "renewable": amount.counted.renewable,
                "notes": "|".join(amount.counted.notes) or None,
            }  # fmt: skip

    def _allow(
        self, row: Row, target: Target, period: TargetPeriod, asked: Asked, year: int
    ) -> str | None:
        """What the target allows in the year or month; the reason where that is not known."""
        base, why = self._base(row, target, period, asked, year)
        row["base_value"] = base
        if target.value is None:
            return self._by_reduction(row, period, year, target.reduction, why)
        row["end_value"] = target.value
        if year == period.last:
            row["allowed"] = target.value
            return None
        if target.base_year is None:
            return "no_path"
        reduction = None if base is None else reduction_to(base, target.value)
        return self._by_reduction(row, period, year, reduction, why)

    def _by_reduction(
        self, row: Row, period: TargetPeriod, year: int, reduction: float | None, why: str | None
    ) -> str | None:
        """What a reduction over the base year allows; ``why`` its figure is not known."""
        base, base_year = row["base_value"], row["base_year"]
        if base_year is None:
            return "base_year_missing"
        if base_year >= period.first:
            return "base_after_period"
        if reduction is not None and reduction >= 1:
            return "reduction_out_of_range"
        if reduction is not None:
            row["even_share"] = even_share(reduction, period.last - base_year)
        if base is None or reduction is None:
            return why
        row["end_value"] = base * (1 - reduction)
        row["allowed"] = path_value(base, reduction, base_year, period.last, year)
        return None

    def _base(
        self, row: Row, target: Target, period: TargetPeriod, asked: Asked, year: int
    ) -> tuple[float | None, str | None]:
        """The figure of the base year, counted by the rule of the year asked for, as it is to be
        compared with it.
        """
        if target.base_year is None:
            return None, None
        rule = rule_of(asked.subject, year)
        amount = (
            self.accounts.year(asked, target.base_year, rule)
            if period.month is None
            else self.accounts.months(asked, target.base_year, {period.month}, rule)
        )
        if amount.figure is None or amount.incomplete:
            of_output = ("output_missing", "output_not_positive", "other_prices")
            return None, amount.reason if amount.reason in of_output else "base_unknown"
        if amount.figure <= 0:
            return None, "base_not_positive"
        if amount.counted is not None:
            notes = [f"base_{one}" for one in amount.counted.notes]
            row["notes"] = "|".join(one for one in notes if one in _BASE_NOTES) or None
        return amount.figure, None

    def _judge(
        self, row: Row, asked: Asked, period: TargetPeriod, amount: Amount, year: int
    ) -> str | None:
        """State and outlook of a target whose allowed value and actual figure are known."""
        allowed, actual = row["allowed"], row["actual"]
        end = self._span(period, year)[1]
        over, total = end <= self.park.now, not asked.is_intensity
        if total and allowed > 0:
            row["used_share"] = actual / allowed
        expected = self._expect(row, asked, amount, end, year) if not over else None
        row["state"] = state_of(allowed, actual, expected, over=over, total=total)
        if period.kind == "years" and year < period.last:  # the last year decides
            row["state"] = {State.MET: State.ON_TRACK, State.MISSED: State.BEHIND}.get(
                row["state"], row["state"]
            )
        lacking = amount.incomplete
        if lacking is None and amount.coverage is not None and amount.coverage < COVERED:
            lacking = "coverage"
        if lacking is not None and not (total and beyond(allowed, actual)):
            return lacking
        if total and row["state"] is State.MET and beyond(allowed, actual / amount.known_share):
            return "hours_missing"
        if (
            amount.counted is not None
            and amount.counted.open_deduction
            and (row["state"] in (State.MISSED, State.BEHIND))
        ):
            return "renewable_base_missing"
        return "no_rate" if row["state"] is State.UNKNOWN else None

    def _expect(self, row: Row, asked: Asked, amount: Amount, end: Any, year: int) -> float | None:
        """What the whole period is expected to be; fills in the outlook."""
        allowed, actual = row["allowed"], row["actual"]
        if asked.is_intensity:
            row["expected"], row["expected_by"] = actual, "months"
            course = self._intensity_course(asked, amount, year)
            if course is not None:
                row["expected_course"], row["expected_by"] = actual * course, "course"
                return float(actual * course)
            return float(actual)
        rest = self._outlook.rest(asked, end)
        row |= {"left": allowed - actual, "days_left": rest.days, "rate_per_day": rest.rate_per_day}
        if rest.days > 0:
            row["even_rate_per_day"] = max(allowed - actual, 0.0) / rest.days
        if rest.by_rate is not None:
            row["expected"], row["expected_by"] = actual + rest.by_rate, "rate"
        if rest.by_course is not None:
            row["expected_course"], row["expected_by"] = actual + rest.by_course, "course"
            return float(actual + rest.by_course)
        return None if rest.by_rate is None else float(actual + rest.by_rate)

    def _intensity_course(self, asked: Asked, amount: Amount, year: int) -> float | None:
        """How last year's whole intensity stood to that of the same months; None where not known:
        heating makes the first months of a year unlike the whole.
        """
        if amount.months >= 12:
            return 1.0
        months = self.accounts.months_with_output(asked, year)
        before = self.accounts.months_with_output(asked, year - 1)
        if len(before) < 12 or not months:
            return None
        whole = self.accounts.months(asked, year - 1, before).figure
        part = self.accounts.months(asked, year - 1, months).figure
        return whole / part if whole is not None and part else None

    def _span(self, period: TargetPeriod, year: int) -> tuple[Any, Any]:
        zone = self.park.registry.zone
        if period.month is not None:
            return parse_period(f"{year}-{period.month:02}", zone)
        return local_start(date(year, 1, 1), zone), local_start(date(year + 1, 1, 1), zone)


def target_rows(books: Books) -> TargetRows:
    """Those of now, or of a moment ago (ledger.kept)."""
    registry, now = books.registry(), books.now()
    return books.kept.of("target_rows", registry, now, lambda: TargetRows(park_years(books)))


def asked_of(target: Target) -> Asked:
    """What a target asks for; energy without a basis is taken at the equivalent value."""
    by = target.scope.value
    basis = target.basis or EnergyBasis.EQUIVALENT
    return Asked(by, target.code, target.subject, basis, target.price_basis)  # type: ignore[arg-type]


def overlapping(target: Target, others: Sequence[Target]) -> list[str]:
    """Periods and documents of other targets for the same thing that share a part of its period."""
    period = target_period(target.period)
    return [
        f"{one.period} {one.document}"
        for one in others
        if one is not target
        and (one.scope, one.code, one.subject) == (target.scope, target.code, target.subject)
        and _basis(one) == _basis(target)
        and period.overlaps(target_period(one.period))
    ]


def _basis(target: Target) -> EnergyBasis | None:
    energy = target.subject in (Subject.ENERGY_TOTAL, Subject.ENERGY_INTENSITY)
    return (target.basis or EnergyBasis.EQUIVALENT) if energy else None
