"""The park's way to 2060: courses of the scenarios, their peaks, and what each measure brings."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.books import Books
from ledger.roadmap_base import Ground, ground
from ledger.unknown_texts import none_where_unknown
from models.progress.roadmap import words as roadmap_words
from models.progress.roadmap.measure_savings import Standing, cost_yuan_per_t
from models.progress.roadmap.peak import peak, span
from models.progress.roadmap.projection import Base, Course, Scenario
from models.progress.roadmap.rules import RULES, measure_kinds, name_of
from models.progress.roadmap.scenario_rates import Refusal, refusal
from models.registry import Measure

Floats = npt.NDArray[np.float64]

HISTORY, PROJECTED = "history", "projected"
DRAWS, SEED = 2_000, 1

COURSE = [
    "scenario", "name_zh", "name_en", "year", "origin", "co2e_t", "low_t", "high_t", "baseline_t",
    "saved_t", "sinks_t", "energy_tce_calorific",
]  # fmt: skip
SCENARIO = [
    "scenario", "name_zh", "name_en", "base_year", "base_co2e_t", "verdict", "peak_year",
    "peak_year_low", "peak_year_high", "peak_t", "peak_low_t", "peak_high_t",
    "probability_by_2030",
    *(f"{name}_{year}_t" for year in RULES.horizons for name in ("co2e", "low", "high")),
    "measures_counted", "measures_not_counted", "reason", "statement_zh", "statement_en",
]  # fmt: skip
MEASURE = [
    "scenario", "code", "enterprise", "name_zh", "name_en", "kind", "kind_zh", "kind_en",
    "saving_tce", "saving_co2e_t", "cost_1e4_yuan", "start_year", "ramp_years", "life_years",
    "uncertainty_pct", "overlaps", "counted", "reason",
    *(f"saved_{year}_t" for year in RULES.horizons),
    "cost_yuan_per_t", "cumulated_2030_t", "statement_zh", "statement_en", "source",
]  # fmt: skip
ALONE = Standing(
    counted=False,
    reason="in_no_scenario",
    said_zh="未列入任何情景",
    said_en="it is in no scenario",
)


def roadmap(
    books: Books, *, scenario: str | None = None, draws: int = DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """COURSE: the park's emissions (t CO2e of scopes 1 and 2, by location) by scenario and year.

    First the ``history`` of comparable whole years, then each scenario from the base year (the last
    of them) to 2060: ``low_t`` and ``high_t`` are the 5 % and 95 % quantiles of the draws,
    ``baseline_t`` is without measures, ``saved_t`` what the measures take off it, ``sinks_t`` of it
    what sinks take up. Energy (tce, calorific) is that of the assumptions and savings at their
    values. A scenario that is refused has no rows; ``scenarios`` says why.
    """
    of = ground(books)
    zh, en = name_of("scenario", HISTORY)
    rows: list[dict[str, object]] = [
        {
            "scenario": HISTORY, "name_zh": zh, "name_en": en, "year": year,
            "origin": of.origins.get(year), "co2e_t": value,
        }
        for year, value in sorted(of.history.items())
    ]  # fmt: skip
    for name in _names(of, scenario):
        found = _scenario(of, name)
        if isinstance(found, Scenario):
            rows += _course_rows(of, name, found, draws, seed)
    return _typed(rows, COURSE, ["year"], COURSE[5:])


def scenarios(
    books: Books, *, scenario: str | None = None, draws: int = DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """SCENARIO: a row a scenario, with its peak and what is emitted in 2030, 2035 and 2060.

    ``verdict`` is one of models.progress.roadmap.peak.Turning; low and high are the ends of the
    middle 90 % of the draws. Where a scenario cannot be projected ``reason`` and the statement say
    why, and its figures are null. Measures are named by their codes, joined by |.
    """
    of = ground(books)
    rows = []
    for name in _names(of, scenario):
        zh, en = name_of("scenario", name)
        row: dict[str, object] = dict.fromkeys(SCENARIO)
        row |= {"scenario": name, "name_zh": zh, "name_en": en}
        found = _scenario(of, name)
        if isinstance(found, Scenario):
            row |= _scenario_row(of, name, found, found.drawn(draws, seed))
        else:
            said = roadmap_words.refused(name, (found.said_zh, found.said_en))
            row |= {"reason": found.reason, "statement_zh": said[0], "statement_en": said[1]}
        rows.append(row)
    whole = ["base_year", "peak_year", "peak_year_low", "peak_year_high"]
    numbers = [name for name in SCENARIO if name.endswith("_t") or name == "probability_by_2030"]
    return _typed(rows, SCENARIO, whole, numbers)


def measures(
    books: Books, *, scenario: str | None = None, enterprise: str | None = None
) -> pd.DataFrame:
    """MEASURE: a row a scenario and measure, the cheapest tonne first, what does not count last.

    ``saved_*_t`` is what it takes off in that year once overlaps are taken off and the factors have
    fallen. ``cost_yuan_per_t`` is the discounted cost of a tonne over its life at the scenario's
    factors (models.progress.roadmap.measure_savings), ``cumulated_2030_t`` the saving of 2030 of it
    and all cheaper ones. A measure of no scenario is there without one. ``enterprise`` leaves only
    its own.
    """
    of = ground(books)
    rows: list[dict[str, object]] = []
    for name in _names(of, scenario):
        rows += _measure_rows(of, name)
    if scenario is None:
        rows += [
            _measure_row(None, one, ALONE) for one in of.registry.measures if not one.scenarios
        ]
    if enterprise is not None:
        rows = [row for row in rows if row["enterprise"] == enterprise]
    whole = ["start_year", "ramp_years", "life_years"]
    numbers = [name for name in MEASURE if name.endswith(("_t", "_tce", "_yuan", "_pct"))]
    return _typed(rows, MEASURE, whole, numbers)


def scenario_names(books: Books) -> list[str]:
    """Every scenario that an assumption or a measure names, in the order of the registry."""
    registry = books.registry()
    named = [one.scenario for one in registry.assumptions]
    return list(
        dict.fromkeys(named + [name for one in registry.measures for name in one.scenarios])
    )


def _names(of: Ground, scenario: str | None) -> Iterable[str]:
    registry = of.registry
    named = [one.scenario for one in registry.assumptions]
    named += [name for one in registry.measures for name in one.scenarios]
    return [name for name in dict.fromkeys(named) if scenario in (None, name)]


def _scenario(of: Ground, name: str) -> Scenario | Refusal:
    if of.base is None or of.refusal is not None:
        return of.refusal or Refusal("no_base_year", "没有基准年", "there is no base year")
    fault = refusal(name, of.registry.assumptions, of.base.clusters, of.base.year + 1)
    if fault is not None:
        return fault
    standings = of.standings_of(name)
    return Scenario(
        name,
        of.base,
        of.registry.assumptions,
        measures=[one for one in _listed(of, name) if standings[one.code].counted],
        cluster_of={one.code: one.cluster for one in of.registry.enterprises},
    )


def _listed(of: Ground, name: str) -> list[Measure]:
    return [one for one in of.registry.measures if name in one.scenarios]


def _course_rows(
    of: Ground, name: str, found: Scenario, draws: int, seed: int
) -> Iterable[dict[str, object]]:
    zh, en = name_of("scenario", name)
    who = {"scenario": name, "name_zh": zh, "name_en": en}
    base = found.base
    start = of.history[base.year]
    yield who | {
        "year": base.year, "origin": of.origins.get(base.year), "co2e_t": start, "low_t": start,
        "high_t": start, "baseline_t": start, "saved_t": 0.0, "sinks_t": 0.0,
        "energy_tce_calorific": float(base.energy_tce.sum()),
    }  # fmt: skip
    course, drawn = found.central(), found.drawn(draws, seed).park_t
    baseline = course.baseline_t.sum(axis=0)
    for at, year in enumerate(course.years):
        value = span(float(course.park_t[at]), drawn[:, at])
        yield who | {
            "year": int(year), "origin": PROJECTED, "co2e_t": value.value, "low_t": value.low,
            "high_t": value.high, "baseline_t": float(baseline[at]),
            "saved_t": float(baseline[at] - course.park_t[at]),
            "sinks_t": float(course.sinks_t[at]),
            "energy_tce_calorific": float(course.energy_tce[at]),
        }  # fmt: skip


def _scenario_row(of: Ground, name: str, found: Scenario, drawn: Course) -> dict[str, object]:
    course, base = found.central(), found.base
    top = peak(of.history, base.year, course.years, course.park_t, drawn.park_t)
    levels = {
        year: span(float(course.park_t[at]), drawn.park_t[:, at])
        for at, year in enumerate(course.years.tolist())
        if year in RULES.horizons
    }
    standings = of.standings_of(name)
    told = [one for one in _listed(of, name) if not standings[one.code].counted]
    start = base.year, of.history[base.year]
    names = [(one.name_zh, one.name_en) for one in told]
    said = roadmap_words.statement(name, start, top, levels, names)
    row: dict[str, object] = {
        "base_year": base.year, "base_co2e_t": start[1], "verdict": top.turning.value,
        "peak_year": int(top.year.value), "peak_year_low": int(top.year.low),
        "peak_year_high": int(top.year.high), "peak_t": top.level_t.value,
        "peak_low_t": top.level_t.low, "peak_high_t": top.level_t.high,
        "probability_by_2030": top.by_first_horizon,
        "measures_counted": "|".join(one.code for one in found.measures) or None,
        "measures_not_counted": "|".join(one.code for one in told) or None,
        "statement_zh": said[0], "statement_en": said[1],
    }  # fmt: skip
    for year, level in levels.items():
        ends = {"co2e": level.value, "low": level.low, "high": level.high}
        row |= {f"{which}_{year}_t": value for which, value in ends.items()}
    return row


def _measure_rows(of: Ground, name: str) -> list[dict[str, object]]:
    standings = of.standings_of(name)
    rows = [_measure_row(name, one, standings[one.code]) for one in _listed(of, name)]
    found = _scenario(of, name)
    if isinstance(found, Scenario):
        course = found.central()
        saved = {
            one.code: _saved(one, course, at, found.base) for at, one in enumerate(found.measures)
        }
        for row in rows:
            row.update(saved.get(str(row["code"]), {}))
    rows.sort(key=lambda row: (not row["counted"], _cost(row), str(row["code"])))
    sum_2030 = 0.0
    for row in rows:
        of_2030 = row[f"saved_{RULES.horizons[0]}_t"]
        if row["counted"] and isinstance(of_2030, float):
            sum_2030 += of_2030
            row["cumulated_2030_t"] = sum_2030
    return rows


def _saved(measure: Measure, course: Course, at: int, base: Base) -> dict[str, object]:
    years = course.years.tolist()
    saved: dict[str, object] = {
        f"saved_{year}_t": float(course.saved_t[at, years.index(year)])
        for year in RULES.horizons
        if year in years
    }
    return saved | {"cost_yuan_per_t": cost_yuan_per_t(measure, _follow(measure, course, at, base))}


def _cost(row: dict[str, object]) -> float:
    cost = row["cost_yuan_per_t"]
    return cost if isinstance(cost, float) else np.inf


def _follow(measure: Measure, course: Course, at: int, base: Base) -> Floats:
    """What its avoided emissions have fallen to in each year of its life: 1 up to the base year,
    after the last projected year as in it.
    """
    life = measure.start_year + np.arange(measure.life_years or 0)
    place = np.clip(life - base.year - 1, 0, len(course.years) - 1)
    return np.where(life <= base.year, 1.0, course.follow[at, place])


def _measure_row(name: str | None, one: Measure, standing: Standing) -> dict[str, object]:
    kind = measure_kinds()[one.kind]
    row: dict[str, object] = dict.fromkeys(MEASURE)
    row |= {field: getattr(one, field) for field in (
        "code", "enterprise", "name_zh", "name_en", "kind", "saving_tce", "saving_co2e_t",
        "cost_1e4_yuan", "start_year", "ramp_years", "life_years", "uncertainty_pct", "overlaps",
        "source",
    )}  # fmt: skip
    return row | {
        "scenario": name, "kind_zh": kind.name_zh, "kind_en": kind.name_en,
        "counted": standing.counted, "reason": standing.reason,
        "statement_zh": standing.said_zh or None, "statement_en": standing.said_en or None,
    }  # fmt: skip


def _typed(
    rows: list[dict[str, object]], columns: list[str], whole: list[str], numbers: list[str]
) -> pd.DataFrame:
    """A table whose unknown texts are None, whole numbers <NA> and others NaN."""
    table = pd.DataFrame(rows, columns=columns)
    texts = table.columns.difference([*whole, *numbers])
    table = none_where_unknown(table, texts)
    return table.astype(dict.fromkeys(whole, "Int64")).astype(dict.fromkeys(numbers, "float64"))
