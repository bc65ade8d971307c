"""Columns of the assessment's answers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ledger.unknown_texts import none_where_unknown

ASSESSMENT_COLUMNS = [
    "year", "enterprise", "name_zh", "name_en", "cluster", "scheme", "score", "grade",
    "grade_by_score", "caps", "rank", "graded", "rank_cluster", "graded_cluster",
    "previous_score", "previous_grade", "score_change", "known_weight", "without_figure",
    "no_grade", "reason", "statement_zh", "statement_en",
]  # fmt: skip
POINT_COLUMNS = [
    "year", "enterprise", "criterion", "name_zh", "name_en", "value", "unit", "yardstick",
    "yardstick_kind", "yardstick_of", "yardstick_n", "at", "share", "weight", "counted_weight",
    "points", "standing", "reason", "missing", "source", "formula_zh", "formula_en", "rule_source",
    "rule_status", "statement_zh", "statement_en",
]  # fmt: skip
PATH_COLUMNS = [
    "year", "enterprise", "grade", "score", "state", "to_grade", "score_needed", "criterion",
    "name_zh", "name_en", "value", "value_needed", "value_alone", "unit", "points", "effort",
    "lifts_cap", "also", "statement_zh", "statement_en",
]  # fmt: skip
WATCH_COLUMNS = [
    "year", "enterprise", "name_zh", "name_en", "cluster", "land_area_mu", "output_per_mu",
    "output_ratio", "tax_per_mu", "tax_ratio", "grade", "low_years", "worst_grade_years",
    "verdict", "reason", "statement_zh", "statement_en",
]  # fmt: skip
NUMBERS = {
    "score", "previous_score", "score_change", "known_weight", "value", "yardstick", "at", "share",
    "weight", "counted_weight", "points", "score_needed", "value_needed", "value_alone", "effort",
    "land_area_mu", "output_per_mu", "output_ratio", "tax_per_mu", "tax_ratio",
}  # fmt: skip
INTEGERS = {
    "year", "rank", "graded", "rank_cluster", "graded_cluster", "yardstick_n", "low_years",
    "worst_grade_years",
}  # fmt: skip


def framed(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Rows as a frame whose columns have their types whatever is known."""
    frame = pd.DataFrame(rows, columns=columns)
    types = {name: "float64" for name in columns if name in NUMBERS}
    types |= {name: "Int64" for name in columns if name in INTEGERS}
    texts = frame.columns.difference(list(types))
    frame = none_where_unknown(frame, texts)
    return frame.astype(types)
