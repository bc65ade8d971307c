"""The amounts that targets are held against: of a whole year, of a month, of a year so far."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from ledger.controlling.counted_energy import (
    ELECTRICITY,
    ENERGY,
    RAW,
    Counted,
    renewable_mwh,
)
from ledger.monthly import By, whose
from ledger.years.park_years import ParkYears, Row
from ledger.years.yearly_output import OUTPUT, YearlyOutput
from ledger.years.yearly_rows import IMPORTED, METERED, RUNNING
from models.progress.control.dual_control import Deduction, Rule, rule_of
from models.registry import EnergyBasis, Subject

RENEWABLE_MWH = "renewable_electricity_mwh"
ENERGIES = (Subject.ENERGY_TOTAL, Subject.ENERGY_INTENSITY)
INTENSITIES = (Subject.ENERGY_INTENSITY, Subject.CO2_INTENSITY)
ALL_MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose amount of what: ``basis`` of energy, ``prices`` of an intensity's output."""

    by: By
    code: str
    subject: Subject
    basis: EnergyBasis = EnergyBasis.EQUIVALENT
    prices: str | None = None

    @property
    def column(self) -> str:
        """The column of the accounts that has it."""
        return ENERGY[self.basis] if self.subject in ENERGIES else "co2e_t"

    @property
    def is_energy(self) -> bool:
        """Whether dual control of energy leaves something out of it."""
        return self.subject in ENERGIES

    @property
    def is_intensity(self) -> bool:
        """Whether it is held against output."""
        return self.subject in INTENSITIES


@dataclass(frozen=True, slots=True)
class Amount:
    """What is known of a span: ``counted`` in t or tce (None: unknown, ``reason``), the ``output``
    (10^4 yuan) of an intensity, the number of ``months`` it is of. ``incomplete`` says why what is
    counted of months is not all that there is: enterprises behind it are missing.
    """

    counted: Counted | None
    reason: str | None = None
    origin: str | None = None
    coverage: float | None = None
    estimated_share: float | None = None
    output: float | None = None
    months: int = 0
    incomplete: str | None = None

    @property
    def known_share(self) -> float:
        """The share of its hours that readings cover or an estimate fills."""
        if not self.coverage:
            return 1.0
        return min(self.coverage + (self.estimated_share or 0.0), 1.0)

    @property
    def figure(self) -> float | None:
        """What counts, per output where that was asked for."""
        if self.counted is None:
            return None
        return self.counted.value if self.output is None else self.counted.value / self.output


class TargetAccounts:
    """Amounts of the park's years, counted by the rules of dual control."""

    def __init__(self, years: ParkYears) -> None:
        self.park = years
        self._money = YearlyOutput(years.registry, years.figures)

    def year(self, asked: Asked, year: int, rule: Rule | None = None) -> Amount:
        """Of a whole year, or of the current one so far (an intensity: of the months alone whose
        output is known); counted by ``rule``, by default that of the year.
        """
        rule = rule_of(asked.subject, year) if rule is None else rule
        row = self.park.of(asked.by).years.get((asked.code, year))
        if row is None:
            return Amount(None, "no_accounts")
        if row["origin"] == RUNNING:
            return self._so_far(asked, year, rule, row["coverage"])
        # Where a sum is known of emissions and not of this, some have not entered it.
        summed = asked.by != "enterprise" and row["origin"] == IMPORTED
        why = "members" if summed else "no_accounts"
        about = Amount(
            None, row["reason"] or why, row["origin"], row["coverage"],
            row["estimated_share"], months=12 if row["origin"] else row["months_known"],
        )  # fmt: skip
        if row[asked.column] is None:
            return about
        counted = Counted(float(row[asked.column]))
        if asked.is_energy and rule is not None:
            counted = self._deducted(asked, year, counted, rule, metered=row["origin"] == METERED)
        return self._held(asked, year, counted, about)

    def _held(self, asked: Asked, year: int, counted: Counted, about: Amount) -> Amount:
        """A whole year's amount, an intensity's with the output that it is held against."""
        if counted.impossible:
            return replace(about, reason="raw_material_exceeds")
        if not asked.is_intensity:
            return replace(about, counted=counted, reason=None)
        output, reason = self._output(asked, year)
        if output is None or output <= 0:
            return replace(about, reason=reason or "output_not_positive")
        return replace(about, counted=counted, reason=None, output=output)

    def _so_far(self, asked: Asked, year: int, rule: Rule | None, coverage: float | None) -> Amount:
        """Of the running year: a total is known no better than the year is, in which meters may
        have begun.
        """
        found = self.months(asked, year, ALL_MONTHS, rule)
        if asked.is_intensity or found.coverage is None or coverage is None:
            return found
        return replace(found, coverage=min(found.coverage, coverage))

    def months(
        self, asked: Asked, year: int, months: Collection[int], rule: Rule | None = None
    ) -> Amount:
        """Of these months of a year, as far as they are known."""
        rule = rule_of(asked.subject, year) if rule is None else rule
        rows = [
            row
            for row in self.park.of(asked.by).months.get((asked.code, year), ())
            if row["month"] in months
        ]
        known = [row for row in rows if row[asked.column] is not None]
        if not known:
            return Amount(None, "coverage" if rows else "no_accounts", RUNNING)
        output = None
        if asked.is_intensity:
            priced = [row for row in known if row["output_by_basis"] and self._over(row)]
            known = [row for row in priced if asked.prices in row["output_by_basis"]]
            if not known:
                return Amount(None, "other_prices" if priced else "output_missing", RUNNING)
            output = sum(row["output_by_basis"][asked.prices] for row in known)
            if output <= 0:
                return Amount(None, "output_not_positive", RUNNING)
            rows = known
        whole = self.park.of(asked.by).years.get((asked.code, year), {})
        owed = sum(row["hours_h"] or 0.0 for row in rows)
        coverage = sum(row["covered_h"] or 0.0 for row in rows) / owed if owed else None
        counted = Counted(float(sum(row[asked.column] for row in known)))
        if asked.is_energy and rule is not None:
            counted = _without_raw(asked, counted, known, rule)
            counted = self._without_renewables(
                asked, year, counted, rule, {row["month"] for row in known}
            )
        if counted.impossible:
            return Amount(None, "raw_material_exceeds", RUNNING)
        return Amount(
            counted, None, RUNNING, coverage, _estimated(known, asked.column), output, len(known),
            "members" if _lacking(asked, whole) else None,
        )  # fmt: skip

    def _over(self, row: Row) -> bool:
        """Whether a month is over: its output, told before, is not that of its days so far."""
        now = self.park.now.astimezone(self.park.registry.zone)
        return bool((row["year"], row["month"]) < (now.year, now.month))

    def months_with_output(self, asked: Asked, year: int) -> set[int]:
        """Months of a year whose amount and output, at the prices asked for, are known."""
        return {
            row["month"]
            for row in self.park.of(asked.by).months.get((asked.code, year), ())
            if row[asked.column] is not None and asked.prices in row["output_by_basis"]
        }

    def renewable_base(self, by: By, code: str, year: int) -> float | None:
        """Renewable electricity of the base year (MWh) as entered; of a cluster or the park else
        the sum of its enterprises' that ever used a certificate, None where one of these has none
        entered: a base that is too small would leave out too much.
        """
        figures, registry = self.park.figures, self.park.registry
        figure = figures.figure(by, code, year, RENEWABLE_MWH)
        if figure is not None or by == "enterprise":
            return None if figure is None else figure.value
        using = {one.enterprise for one in registry.certificate_uses}
        parts = {one: figures.figure("enterprise", one, year, RENEWABLE_MWH)
                 for one, of in whose(registry, by).items() if of == code}  # fmt: skip
        if any(parts[one] is None for one in parts if one in using):
            return None
        known = [one.value for one in parts.values() if one is not None]
        return sum(known) if known else None

    def _deducted(
        self, asked: Asked, year: int, counted: Counted, rule: Rule, *, metered: bool
    ) -> Counted:
        """A whole year's energy with its deductions; of entered years as they were entered."""
        if metered:
            months = self.park.of(asked.by).months.get((asked.code, year), [])
            counted = _without_raw(asked, counted, months, rule)
            return self._without_renewables(asked, year, counted, rule, ALL_MONTHS)
        if Deduction.RAW_MATERIAL in rule.deductions:
            raw = self._entered(asked, year, RAW[asked.basis])
            counted = (
                replace(counted, notes=("raw_material_unknown",))
                if raw is None
                else replace(counted, raw_material=raw)
            )
        green = self._entered(asked, year, RENEWABLE_MWH)
        if green is None and Deduction.RENEWABLE_ALL in rule.deductions:
            return replace(counted, notes=(*counted.notes, "renewables_unknown"))
        if green is None or not rule.proofs:
            return counted
        proved = {(min(rule.proofs), min(rule.technologies)): green}
        return self._less(asked, year, counted, rule, proved=proved, share=1.0)

    def _entered(self, asked: Asked, year: int, indicator: str) -> float | None:
        """As it was entered; of a cluster or the park else the sum of its enterprises, None where
        one that ever has such a figure has none of the year.
        """
        figures = self.park.figures
        figure = figures.figure(asked.by, asked.code, year, indicator)
        if figure is not None or asked.by == "enterprise":
            return None if figure is None else figure.value
        of = whose(self.park.registry, asked.by)
        using = [one for one in of if of[one] == asked.code
                 and any(figures.figure("enterprise", one, at, indicator)
                         for at in figures.years("enterprise", one))]  # fmt: skip
        parts = [figures.figure("enterprise", one, year, indicator) for one in using]
        if not parts or any(one is None for one in parts):
            return None
        return sum(one.value for one in parts if one is not None)

    def _without_renewables(
        self, asked: Asked, year: int, counted: Counted, rule: Rule, months: Collection[int]
    ) -> Counted:
        proved: dict[tuple[str, str], float] = {}
        of_year = self.park.of(asked.by).proved.get((asked.code, year), {})
        for (month, kind, technology), mwh in of_year.items():
            if month in months:
                proved[kind, technology] = proved.get((kind, technology), 0.0) + mwh
        share = len(months) / 12
        # Who sells electricity on proves no more of it than is left.
        left = sum(row[ELECTRICITY[asked.basis]] or 0.0
                   for row in self.park.of(asked.by).months.get((asked.code, year), ())
                   if row["month"] in months)  # fmt: skip
        return self._less(asked, year, counted, rule, proved=proved, share=share, left=left)

    def _less(
        self,
        asked: Asked,
        year: int,
        counted: Counted,
        rule: Rule,
        *,
        proved: dict[tuple[str, str], float],
        share: float,
        left: float = math.inf,
    ) -> Counted:
        """Less the proved renewables that the rule leaves out, the base counting by ``share``; at
        most ``left`` (tce).
        """
        base = None
        if rule.deduction_base_year is not None:
            base = self.renewable_base(asked.by, asked.code, rule.deduction_base_year)
        mwh, notes = renewable_mwh(rule, proved, base, share)
        worth = self.park.mwh_worth.get(year, {}).get(asked.basis)
        if mwh and worth is None:  # no electricity is accounted that it could be taken out of
            mwh, notes = 0.0, ("mwh_worth_unknown",)
        # What is left of an amount never falls below nothing.
        most = max(min(counted.gross - counted.raw_material, left), 0.0)
        renewable = min(mwh * (worth or 0.0), most)
        return replace(counted, renewable=renewable, notes=(*counted.notes, *notes))

    def _output(self, asked: Asked, year: int) -> tuple[float | None, str | None]:
        """A whole year's output at the prices asked for, or why there is none."""
        if asked.by == "enterprise":
            each = [self._money.of_enterprise(asked.code, year, OUTPUT)]
        else:
            figures = self.park.figures.by_basis(asked.by, asked.code, year, OUTPUT)
            if asked.prices in figures:
                return figures[asked.prices].value, None
            years = self.park.of("enterprise").years
            of = whose(self.park.registry, asked.by)
            who = [one for one in of if of[one] == asked.code
                   and (years.get((one, year)) or {}).get("co2e_t")]  # fmt: skip
            each = [self._money.of_enterprise(one, year, OUTPUT) for one in who]
        if not each or not all(each):
            return None, "output_missing"
        if not all(asked.prices in one for one in each):
            return None, "other_prices"
        return sum(one[asked.prices] for one in each), None


def _lacking(asked: Asked, year: Row) -> bool:
    """Whether enterprises behind the months of a cluster or the park are not in them: their year is
    known by what was entered, or not at all.
    """
    entered = asked.by != "enterprise" and year.get("origin") == IMPORTED
    return entered or bool(year.get("missing"))


def _without_raw(asked: Asked, counted: Counted, months: list[Row], rule: Rule) -> Counted:
    if Deduction.RAW_MATERIAL not in rule.deductions:
        return counted
    raw = sum(row[RAW[asked.basis]] or 0.0 for row in months)
    return replace(counted, raw_material=float(raw))


def _estimated(rows: list[Row], column: str) -> float | None:
    """The estimated share of months, weighted by their amounts."""
    some = [(abs(row[column]), row["estimated_share"]) for row in rows
            if row["estimated_share"] is not None]  # fmt: skip
    weight = sum(one for one, _ in some)
    return sum(one * share for one, share in some) / weight if weight else None
