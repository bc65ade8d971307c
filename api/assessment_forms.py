"""What /assessment is asked and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers import column
from api.paging import Paged, Query
from api.times import FIRST_YEAR, LAST_YEAR
from api.written import Written
from models.progress.assessment.appeals import AppealState
from models.progress.assessment.grade_path import PathState
from models.progress.assessment.land_watch import WatchVerdict
from models.progress.assessment.score import NoGrade, Standing


class OfYear(Query):
    """Which whole year, and of which enterprise."""

    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, examples=[2025],
        description="of the park's time; by default the last one that is over",
    )  # fmt: skip
    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])


class AssessmentQuery(OfYear):
    """Whose grades, of which year."""

    cluster: str | None = Field(None, description="code of a cluster", examples=["equipment"])


class AssessmentRow(BaseModel):
    """The grade of one enterprise."""

    year: int = column("the year", 2025)
    enterprise: str = column("code of the enterprise", "axle-01")
    name_zh: str = column("its name", "一号车桥厂")
    name_en: str = column("its name in English", "Axle works 1")
    cluster: str = column("code of its cluster", "equipment")
    scheme: str = column("rules that it is assessed by", "park-2021")
    score: float | None = column("points of 100", 71.4)
    grade: str | None = column("grade, held down by caps", "B")
    grade_by_score: str | None = column("grade by score alone", "B")
    caps: str | None = column("criteria whose caps hold the grade down, joined by |", None)
    rank: int | None = column("place in the park", 12)
    graded: int = column("enterprises of the park that have a score", 43)
    rank_cluster: int | None = column("place in its cluster", 5)
    graded_cluster: int = column("enterprises of its cluster that have a score", 14)
    previous_score: float | None = column("points of the year before", 69.0)
    previous_grade: str | None = column("grade of the year before", "B")
    score_change: float | None = column("score - previous_score", 2.4)
    known_weight: float = column("weights that are known or count as zero, of 100", 92.0)
    without_figure: str | None = column("criteria that should be known and are not", "clean_energy")
    no_grade: NoGrade | None = column("why there is no grade", None)
    reason: str | None = column("criterion:reason of what is lacking for a grade", None)
    statement_zh: str = column("all of it in a sentence", "一号车桥厂2025年综合得分71.4分…")
    statement_en: str = column("the same in English", "Axle works 1 scores 71.4 in 2025 …")


class PointRow(BaseModel):
    """The points of one criterion."""

    year: int = column("the year", 2025)
    enterprise: str = column("code of the enterprise", "axle-01")
    criterion: str = column("code of the criterion", "energy_intensity")
    name_zh: str = column("its name", "单位产值能耗（对行业）")
    name_en: str = column("its name in English", "Energy intensity against the industry")
    value: float | None = column("measured value", 0.031, "{unit}")
    unit: str = column("of value and yardstick", "tce/(10^4 yuan)")
    yardstick: float | None = column("what it is held against", 0.042, "{unit}")
    yardstick_kind: str | None = column(
        "`entered_industry`, `division_mean`, `cluster_mean`, `park_mean`, `target`, `permit`, "
        "`quota`",
        "division_mean",
    )
    yardstick_of: str | None = column("division, cluster, target, outlet or product", "36")
    yardstick_n: int | None = column("enterprises behind a mean", 8)
    at: float | None = column("what is scored: value / yardstick, or the value", 0.738)
    share: float | None = column("share of the weight", 0.857, "1")
    weight: float = column("weight by the rules, of 100", 12.0)
    counted_weight: float | None = column("weight as it counts; null: it does not", 13.0)
    points: float | None = column("counted_weight x share", 11.2)
    standing: Standing = column("what became of the criterion", "scored")
    reason: str | None = column("code of why there is no value", None)
    missing: str | None = column("what is lacking, joined by |", None)
    source: str | None = column("where the value is from", "inventory")
    formula_zh: str = column("how it is measured", "综合能源消费量（等价值）÷工业总产值…")
    formula_en: str = column("the same in English", "energy at the equivalent value / output …")
    rule_source: str = column("source of the rule", "own weight")
    rule_status: str = column("how sure the rule's source is", "assumption")
    statement_zh: str = column("all of it in a sentence", "单位产值能耗（对行业）：0.031 …")
    statement_en: str = column("the same in English", "Energy intensity against …: 0.031 …")


class PathRow(BaseModel):
    """The path to the next grade: first a row of the whole, then one a criterion to be moved."""

    year: int = column("the year", 2025)
    enterprise: str = column("code of the enterprise", "axle-01")
    grade: str | None = column("its grade", "B")
    score: float | None = column("its points of 100", 71.4)
    state: PathState = column("whether there is a path", "found")
    to_grade: str | None = column("the next better grade", "A")
    score_needed: float | None = column("points that it needs", 80.0)
    criterion: str | None = column("criterion to be moved; null: the whole path", "budget")
    name_zh: str | None = column("its name", "总量预算执行")
    name_en: str | None = column("its name in English", "Budget of energy and emissions")
    value: float | None = column("where it is", 10_400.0, "{unit}")
    value_needed: float | None = column("where it has to come to", 9_900.0, "{unit}")
    value_alone: float | None = column(
        "where it would have to come to, if only it moved; null: it cannot do it", None, "{unit}"
    )
    unit: str = column("unit of the values", "t")
    points: float | None = column("points gained", 5.3)
    effort: float | None = column("scales moved, times the criterion's effort by the rules", 0.25)
    lifts_cap: bool | None = column("without it no better grade is possible", False)
    also: str | None = column(
        "targets, products or permits of the same criterion that have to come as far, joined by |",
        None,
    )
    statement_zh: str = column("all of it in a sentence", "总量预算执行：从10,400 t降到9,900 t…")
    statement_en: str = column("the same in English", "Budget …: lower it from 10,400 t …")


class WatchRow(BaseModel):
    """An enterprise's use of land."""

    year: int = column("the year", 2025)
    enterprise: str = column("code of the enterprise", "axle-01")
    name_zh: str = column("its name", "一号车桥厂")
    name_en: str = column("its name in English", "Axle works 1")
    cluster: str = column("code of its cluster", "equipment")
    land_area_mu: float | None = column("its land", 420.0, "mu")
    output_per_mu: float | None = column("output a mu", 310.0, "10^4 yuan/mu")
    output_ratio: float | None = column("over the park's mean", 0.92, "1")
    tax_per_mu: float | None = column("tax a mu", 12.4, "10^4 yuan/mu")
    tax_ratio: float | None = column("over the park's mean", 0.88, "1")
    grade: str | None = column("grade of the year", "B")
    low_years: int = column("years in a row in which both are below their bound", 0)
    worst_grade_years: int = column("years in a row with the worst grade", 0)
    verdict: WatchVerdict = column("whether it is on the list", "clear")
    reason: str | None = column("code of why it cannot be judged", None)
    statement_zh: str = column("all of it in a sentence", "一号车桥厂（用地420亩）2025年…")
    statement_en: str = column("the same in English", "Axle works 1 (420 mu) in 2025 …")


class AppealsQuery(Paged):
    """Which appeals."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, description="assessed year", examples=[2025]
    )
    state: AppealState | None = Field(None, description="only in this state")


class AppealRequest(BaseModel):
    """An appeal against the assessment of a year, or against one criterion of it."""

    model_config = ConfigDict(extra="forbid")

    enterprise: str = Field(examples=["axle-01"])
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, examples=[2025])
    criterion: str | None = Field(
        None, description="code of a criterion; none: the whole", examples=["energy_quota"]
    )
    by: Written = Field(description="who files it", min_length=1, examples=["Wang Fang"])
    note: Written = Field(
        description="why, in words", min_length=1, examples=["two lines share one meter"]
    )
    evidence: Written = Field("", description="what proves it", examples=["meter plan, file 118"])


class AppealAnswerRequest(BaseModel):
    """An officer's answer; an enterprise may only withdraw its own."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["upheld", "dismissed", "withdrawn"] = Field(examples=["upheld"])
    by: Written = Field(description="who answers", min_length=1, examples=["Li Lei"])
    note: Written = Field("", description="why; a withdrawal needs none", examples=["meter moved"])


class AppealRow(BaseModel):
    """One appeal."""

    id: int = column("number of the appeal", 3)
    enterprise: str = column("code of the enterprise", "axle-01")
    year: int = column("assessed year", 2025)
    criterion: str | None = column("criterion; null: the whole", "energy_quota")
    note: str = column("why", "two lines share one meter")
    evidence: str = column("what proves it", "meter plan, file 118")
    filed_by: str = column("who filed it", "Wang Fang")
    filed_at: datetime = column("when", "2026-03-05T02:00:00Z")
    score: float | None = column("points that it was filed against", 61.25)
    grade: str | None = column("grade that it was filed against", "C")
    state: AppealState = column("where it stands", "open")
    answer: str = column("the officer's reason", "")
    answered_by: str | None = column("who answered", None)
    answered_at: datetime | None = column("when", None)
