"""Of several targets or products one that is unknown hides none that is exceeded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.assessment import (
    assessment,
    grade_paths,
)
from models.registry import EnergyBasis, Scope, Subject, Target
from tests.unit.carbon.conftest import Ledger
from tests.unit.progress.assessment.assessed_park import (
    budget,
    by_enterprise,
    change,
    figure,
    points_of,
    rows_of,
)


def test_a_target_without_a_value_hides_no_budget_that_is_exceeded(park: Ledger) -> None:
    """a emits 1,000 t of 900 allowed. A second target starts from a year that is not known: it may
    be kept or not, the first one is not.
    """
    unknown = Target(
        Scope.ENTERPRISE, "a", Subject.ENERGY_TOTAL, "2021-2025", "notice 8", "1", reduction=0.1,
        base_year=2020, basis=EnergyBasis.EQUIVALENT,
    )  # fmt: skip
    score = by_enterprise(assessment(park.books))["a"]["score"]
    park.registry = replace(park.registry, targets=(*park.registry.targets, unknown))
    row = by_enterprise(assessment(park.books))["a"]
    assert (row["score"], row["caps"]) == (score, "budget")
    assert points_of(park, "a")["budget"]["missing"] == "energy_total"
    # b keeps 100 of 100 tce: there the second one decides, and is not known.
    of_b = replace(unknown, code="b", subject=Subject.CO2_TOTAL, basis=None)
    park.registry = replace(park.registry, targets=(*park.registry.targets, of_b))
    point = points_of(park, "b")["budget"]
    assert (point["standing"], point["reason"], point["missing"]) == (
        "redistributed", "base_unknown", "co2_total",
    )  # fmt: skip


def test_a_product_without_its_use_hides_none_beyond_its_quota(park: Ledger) -> None:
    """Starch: 12 tce for 50 t are 240 kgce/t, beyond 180; the castings' energy is not told."""
    change(
        park,
        figure("a", 2025, "product_amount", 50.0, item="corn_starch"),
        figure("a", 2025, "product_energy_tce", 12.0, item="corn_starch"),
    )
    row = points_of(park, "a")["energy_quota"]
    assert (row["yardstick_of"], row["value"], row["missing"]) == (
        "corn_starch", 240.0, "iron_castings",
    )  # fmt: skip
    # 5 t with 0.8 tce are 160: level 2 is kept there, so the castings decide.
    kept = [one for one in park.registry.yearly_figures if one.item != "corn_starch"]
    park.registry = replace(park.registry, yearly_figures=tuple(kept))
    change(
        park,
        figure("a", 2025, "product_amount", 5.0, item="corn_starch"),
        figure("a", 2025, "product_energy_tce", 0.8, item="corn_starch"),
    )
    assert points_of(park, "a")["energy_quota"]["reason"] == "not_told_apart"


def test_a_product_of_which_none_is_made_decides_nothing(park: Ledger) -> None:
    """All of a's 400 tce are still those of its 1,000 t of castings."""
    change(park, figure("a", 2025, "product_amount", 0.0, item="corn_starch"))
    assert points_of(park, "a")["energy_quota"]["value"] == 400.0
    none = [one for one in park.registry.yearly_figures if one.item != "iron_castings"]
    park.registry = replace(park.registry, yearly_figures=tuple(none))
    point = points_of(park, "a")["energy_quota"]
    assert (point["standing"], point["reason"]) == ("not_applicable", "no_product_made")


def test_a_path_brings_every_target_as_far(park: Ledger) -> None:
    """CO2 at 1,000 of 900, energy at 500 of 455: both are over, and the criterion is the worst of
    the two. To grade C, 11.1 points are the budget's: 900 t, and 455 tce.
    """
    park.registry = replace(
        park.registry,
        targets=(budget("a", Subject.CO2_TOTAL, 900.0), budget("a", Subject.ENERGY_TOTAL, 455.0)),
    )
    moves = {row["criterion"]: row for row in rows_of(grade_paths(park.books, enterprise="a"))}
    move = moves["budget"]
    assert (move["value"], move["value_needed"]) == (1000.0, pytest.approx(900.0))
    assert move["also"] == "energy_total"
    assert "能源消费总量也须从500 tce降到455 tce" in move["statement_zh"]
    assert "total energy has to come from 500 tce to 455 tce, too" in move["statement_en"]
    assert moves["energy_intensity"]["also"] is None
    # At 500 of 520 tce it is nearer than it has to be.
    park.registry = replace(
        park.registry,
        targets=(budget("a", Subject.CO2_TOTAL, 900.0), budget("a", Subject.ENERGY_TOTAL, 520.0)),
    )
    moves = {row["criterion"]: row for row in rows_of(grade_paths(park.books, enterprise="a"))}
    assert moves["budget"]["also"] is None
