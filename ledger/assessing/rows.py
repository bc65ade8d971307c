"""Rows of the assessment's answers, with their sentences."""

from __future__ import annotations

from typing import Any

from ledger.assessing.assessor import Assessor, OfEnterprise, OfYear
from ledger.assessing.told import Told
from ledger.controlling.target_words import SUBJECTS
from models.progress.assessment.advice import Also, LandUse, Step, path_words, watch_words
from models.progress.assessment.grade_path import shortest_path
from models.progress.assessment.land_watch import watch
from models.progress.assessment.rules import Scheme, scheme_of
from models.progress.assessment.score import Assessed, Point, Standing
from models.progress.assessment.words import Against, Pair, Standings, grade_words, point_words

Row = dict[str, Any]
MOST_LOST = 2  # criteria that the sentence of a grade names


def name_of(assessor: Assessor, code: str) -> Pair:
    """An enterprise's names."""
    one = assessor.facts.enterprises[code]
    return one.name_zh, one.name_en


def assessment_row(
    assessor: Assessor, year: int, code: str, found: OfYear, before: OfYear | None
) -> Row:
    """One enterprise's grade and place."""
    one, firm = found.of[code], assessor.facts.enterprises[code]
    assessed = one.assessed
    previous = None if before is None else before.of[code].assessed
    score_before = None if previous is None else previous.score
    without = [
        point.measured.criterion
        for point in assessed.points
        if point.standing in (Standing.REDISTRIBUTED, Standing.ZERO, Standing.WITHHELD)
    ]
    change = (
        None if assessed.score is None or score_before is None else assessed.score - score_before
    )
    names = dict.fromkeys(("statement_zh", "statement_en"))
    row: Row = {
        "year": year, "enterprise": code, "name_zh": firm.name_zh, "name_en": firm.name_en,
        "cluster": firm.cluster, "scheme": found.scheme.code, "score": assessed.score,
        "grade": assessed.grade, "grade_by_score": assessed.grade_by_score,
        "caps": "|".join(cap.criterion for cap in assessed.caps) or None,
        "rank": one.rank, "graded": found.graded, "rank_cluster": one.rank_cluster,
        "graded_cluster": found.graded_of[firm.cluster], "previous_score": score_before,
        "previous_grade": None if previous is None else previous.grade, "score_change": change,
        "known_weight": assessed.known_weight, "without_figure": "|".join(without) or None,
        "no_grade": None if assessed.no_grade is None else assessed.no_grade.value,
        "reason": _reasons(assessed), **names,
    }  # fmt: skip
    row["statement_zh"], row["statement_en"] = grade_words(
        _standings(found.scheme, row, assessed, name_of(assessor, code))
    )
    return row


def point_row(assessor: Assessor, year: int, code: str, one: OfEnterprise, point: Point) -> Row:
    """One criterion of one enterprise."""
    measured = point.measured
    criterion, told = scheme_of(year).criterion(measured.criterion), one.told[measured.criterion]
    of = told.yardstick_of
    named = _names_of(assessor, told)
    against = Against(told.unit, told.yardstick_kind, named, told.yardstick_n, told.missing)
    zh, en = point_words(criterion, point, against)
    return {
        "year": year, "enterprise": code, "criterion": criterion.code,
        "name_zh": criterion.name_zh, "name_en": criterion.name_en, "value": measured.value,
        "unit": told.unit, "yardstick": measured.yardstick, "yardstick_kind": told.yardstick_kind,
        "yardstick_of": of, "yardstick_n": told.yardstick_n, "at": measured.at,
        "share": point.share, "weight": point.weight, "counted_weight": point.counted_weight,
        "points": point.points, "standing": point.standing.value, "reason": measured.reason,
        "missing": told.missing, "source": told.source, "formula_zh": criterion.formula_zh,
        "formula_en": criterion.formula_en, "rule_source": criterion.source,
        "rule_status": criterion.status, "statement_zh": zh, "statement_en": en,
    }  # fmt: skip


def _names_of(assessor: Assessor, told: Told) -> Pair:
    """What a yardstick is of, as sentences name it."""
    of = told.yardstick_of or ""
    if told.quota is not None:
        return told.quota.name_zh, told.quota.name_en
    clusters = assessor.facts.registry.cluster_by_code
    if told.yardstick_kind == "cluster_mean" and of in clusters:
        return clusters[of].name_zh, clusters[of].name_en
    return SUBJECTS.get(of, (of, of))


def path_rows(
    assessor: Assessor, year: int, code: str, scheme: Scheme, one: OfEnterprise
) -> list[Row]:
    """The path of one enterprise: a row of the whole, then a row a move."""
    path = shortest_path(scheme, one.assessed)
    steps = []
    for move in path.moves:
        told = one.told[move.criterion]
        alone = None if move.alone is None else told.value_of(move.alone)
        also = [
            Also(other.yardstick_of or "", _names_of(assessor, other), other.measured.value,
                 other.value_of(move.to), other.unit)
            for other in told.others
            if other.measured.value is not None and (other.measured.at or 0.0) > move.to
        ]  # fmt: skip
        steps.append(
            Step(scheme.criterion(move.criterion), move, told.value_of(move.at),
                 told.value_of(move.to), alone, told.unit, _names_of(assessor, told), also)
        )  # fmt: skip
    zh, en = path_words(name_of(assessor, code), year, path, steps)
    whole: Row = {
        "year": year, "enterprise": code, "grade": one.assessed.grade,
        "score": one.assessed.score, "state": path.state.value, "to_grade": path.grade,
        "score_needed": path.score_needed, "unit": "1", "points": None,
        "effort": path.effort if steps else None, "statement_zh": zh, "statement_en": en,
    }  # fmt: skip
    rows = [whole]
    for step in steps:
        words = step.words
        rows.append(
            whole
            | {
                "criterion": step.criterion.code,
                "name_zh": step.criterion.name_zh,
                "name_en": step.criterion.name_en,
                "value": step.now,
                "value_needed": step.needed,
                "value_alone": step.alone,
                "unit": step.unit,
                "points": step.move.points,
                "effort": step.move.effort,
                "lifts_cap": step.move.lifts_cap,
                "also": "|".join(one.code for one in step.also) or None,
                "statement_zh": words[0],
                "statement_en": words[1],
            }
        )
    return rows


def watch_row(assessor: Assessor, year: int, code: str, scheme: Scheme) -> Row:
    """One enterprise's land."""
    firm = assessor.facts.enterprises[code]
    back = range(int(scheme.watch["years"].value))
    years = [assessor.land_year(code, year - number) for number in back]
    watched = watch(scheme, firm.land_area_mu, years)
    per_mu = {name: assessor.per_mu(code, year, name) for name in ("output_per_mu", "tax_per_mu")}
    row: Row = {
        "year": year, "enterprise": code, "name_zh": firm.name_zh, "name_en": firm.name_en,
        "cluster": firm.cluster, "land_area_mu": firm.land_area_mu, **per_mu,
        "output_ratio": years[0].output_ratio, "tax_ratio": years[0].tax_ratio,
        "grade": years[0].grade, "low_years": watched.low_years,
        "worst_grade_years": watched.d_years, "verdict": watched.verdict.value,
        "reason": watched.reason,
    }  # fmt: skip
    used = LandUse(
        (firm.name_zh, firm.name_en), year, firm.land_area_mu, per_mu["output_per_mu"],
        years[0].output_ratio, per_mu["tax_per_mu"], years[0].tax_ratio, years[0].grade,
    )  # fmt: skip
    row["statement_zh"], row["statement_en"] = watch_words(used, watched)
    return row


def _reasons(assessed: Assessed) -> str | None:
    """Why there is no grade: criterion:reason, joined by |."""
    if assessed.no_grade is None:
        return None
    lacking = [
        f"{one.measured.criterion}:{one.measured.reason}"
        for one in assessed.points
        if one.standing is not Standing.SCORED
        and (one.standing is Standing.WITHHELD or assessed.no_grade != "withheld")
    ]
    return "|".join(lacking)


def _standings(scheme: Scheme, row: Row, assessed: Assessed, name: Pair) -> Standings:
    def names(*standings: Standing) -> list[Pair]:
        return [
            _criterion_name(scheme, one.measured.criterion)
            for one in assessed.points
            if one.standing in standings
        ]

    lost = sorted(
        (one for one in assessed.points if one.points is not None and one.counted_weight),
        key=lambda one: (one.points or 0.0) - (one.counted_weight or 0.0),
    )
    grades = {one.code: (one.name_zh, one.name_en) for one in scheme.grades}
    return Standings(
        name=name, year=row["year"], score=row["score"], grade=row["grade"],
        grade_name=grades.get(row["grade"]), grade_by_score=row["grade_by_score"],
        caps=[(cap.text_zh, cap.text_en) for cap in assessed.caps], rank=row["rank"],
        graded=row["graded"], rank_cluster=row["rank_cluster"],
        graded_cluster=row["graded_cluster"], previous_score=row["previous_score"],
        previous_grade=row["previous_grade"], known_weight=row["known_weight"],
        no_grade=assessed.no_grade,
        left_out=names(Standing.REDISTRIBUTED, Standing.ZERO),
        withheld_by=names(Standing.WITHHELD),
        worst=[_criterion_name(scheme, one.measured.criterion) for one in lost[:MOST_LOST]],
        bounds=[one.score_from for one in scheme.grades],
    )  # fmt: skip


def _criterion_name(scheme: Scheme, code: str) -> Pair:
    one = scheme.criterion(code)
    return one.name_zh, one.name_en
