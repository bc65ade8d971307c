"""Assessments of all enterprises in a year, from facts by the year's scheme."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.assessing.criteria import told
from ledger.assessing.facts import Facts
from ledger.assessing.told import Told
from ledger.assessing.yardsticks import land_yardstick
from models.progress.assessment.land_watch import LandYear
from models.progress.assessment.rules import RulesError, Scheme, scheme_of
from models.progress.assessment.score import Assessed, assess, ranks


@dataclass(frozen=True, slots=True)
class OfEnterprise:
    """An enterprise's assessment with its criteria as they were measured."""

    assessed: Assessed
    told: dict[str, Told]
    rank: int | None  # in the park
    rank_cluster: int | None


@dataclass(frozen=True, slots=True)
class OfYear:
    """All enterprises of a year; ``graded`` and ``graded_of`` (by cluster) have a score."""

    scheme: Scheme
    of: dict[str, OfEnterprise]
    graded: int
    graded_of: dict[str, int]


class Assessor:
    """Assesses years, each once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._years: dict[int, OfYear | None] = {}

    def year(self, year: int) -> OfYear | None:
        """All enterprises; None where no scheme holds in the year."""
        if year not in self._years:
            try:
                scheme = scheme_of(year)
            except RulesError:
                self._years[year] = None
            else:
                self._years[year] = self._assess(scheme, year)
        return self._years[year]

    def land_year(self, code: str, year: int) -> LandYear:
        """What the watch on land is by."""
        found = self.year(year)
        one = None if found is None else found.of[code]
        names = ("output_per_mu", "tax_per_mu")
        output, tax = (self.land_ratio(code, year, name) for name in names)
        amounts = (self.facts.for_land(code, year, name) for name in names)
        # What is known but has no ratio has nothing to be compared with.
        why = ["no_yardstick" if amount is not None else reason for amount, reason in amounts]
        return LandYear(output, tax, None if one is None else one.assessed.grade, *why)

    def land_ratio(self, code: str, year: int, criterion: str) -> float | None:
        """An amount per mu over the park's mean."""
        value = self.per_mu(code, year, criterion)
        if value is None:
            return None
        basis = self.facts.for_land(code, year, criterion)[1]
        yardstick = land_yardstick(self.facts, year, criterion, basis)
        return None if yardstick is None else value / yardstick.value

    def per_mu(self, code: str, year: int, criterion: str) -> float | None:
        """An amount per mu of land."""
        land = self.facts.enterprises[code].land_area_mu
        amount, _ = self.facts.for_land(code, year, criterion)
        return None if amount is None or not land else amount / land

    def _assess(self, scheme: Scheme, year: int) -> OfYear:
        measured = {
            code: {one.code: told(self.facts, code, year, one) for one in scheme.criteria}
            for code in self.facts.enterprises
        }
        found = {
            code: assess(scheme, [one.measured for one in of.values()])
            for code, of in measured.items()
        }
        scores = {code: one.score for code, one in found.items()}
        of_park = ranks(scores)
        of_cluster: dict[str, int | None] = {}
        graded_of: dict[str, int] = {}
        for cluster in {one.cluster for one in self.facts.enterprises.values()}:
            own = {
                code: scores[code]
                for code, one in self.facts.enterprises.items()
                if one.cluster == cluster
            }
            of_cluster |= ranks(own)
            graded_of[cluster] = sum(score is not None for score in own.values())
        of = {
            code: OfEnterprise(one, measured[code], of_park[code], of_cluster[code])
            for code, one in found.items()
        }
        return OfYear(scheme, of, sum(one is not None for one in scores.values()), graded_of)
