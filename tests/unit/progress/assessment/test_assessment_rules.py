"""The rules of the assessment hold together, and faults of them are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.progress.assessment.rules import (
    RulesError,
    rule_faults,
    scheme_of,
    schemes,
)
from models.reference_tables import package_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(Path(str(package_folder())) / "assessment", tmp_path / "assessment")
    )


def _replace(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_rules_that_come_with_us_have_no_fault() -> None:
    assert rule_faults() == []
    scheme = scheme_of(2025)
    assert sum(one.weight for one in scheme.criteria) == 100
    assert [one.code for one in scheme.grades] == ["A", "B", "C", "D"]


def test_what_the_issue_asks_for_is_a_criterion() -> None:
    # Issue: intensity against industry and quota levels, reduction, budget, clean energy,
    # pollutants, data quality, output/tax/energy/emissions per mu; water quotas.
    assert {one.code for one in scheme_of(2025).criteria} == {
        "energy_intensity", "co2_intensity", "energy_quota", "water_quota", "reduction", "budget",
        "clean_energy", "pollutants", "data_quality", "tax_per_mu", "output_per_mu",
        "energy_per_mu", "co2_per_mu",
    }  # fmt: skip


def test_a_year_without_a_scheme_is_said() -> None:
    with pytest.raises(RulesError, match="0 schemes of assessment hold in 2010"):
        scheme_of(2010)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("criteria", ",14,lower,", ",15,lower,", "weight: of park-2021: 101 together"),
        ("criteria", ",zero,", ",ignore,", "missing: 'ignore' is not one of: redistribute"),
        ("criteria", ",assumption\n", ",sure\n", "status: 'sure' is not one of: verified"),
        ("points", "clean_energy,0.9,1,", "clean_energy,0.9,0.9,", "does not run from 0 to 1"),
        ("points", "data_quality,0.9,0.7", "data_quality,0.9,0.5", "gains more the better it is"),
        ("points", "reduction,0,0.5", "reduction,0,0", "does not rise from point to point"),
        ("caps", "park-2021,budget,", "park-2021,bugdet,", "'bugdet' is no criterion"),
        ("caps", ",1,B,", ",1,E,", "'E' is no grade of park-2021"),
        ("grades", "park-2021,D,0,", "park-2021,D,10,", "no grade of park-2021 begins at 0"),
    ],
)
def test_a_fault_is_named(folder: Path, name: str, old: str, new: str, told: str) -> None:
    _replace(folder, name, old, new)
    faults = rule_faults(folder)
    assert [told in str(fault) for fault in faults] == [True], faults
    with pytest.raises(RulesError):
        schemes(folder)


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        # A weight of nothing would leave a cap that no points could ever reach.
        ("criteria", {",14,lower,": ",0,lower,", ",8,higher,ratio": ",22,higher,ratio"},
         "weight: budget: 0 is not above zero"),
        ("criteria", {",zero,1,": ",zero,0,"}, "effort: energy_quota: 0 is not above zero"),
        ("criteria", {",12,lower,": ",12,less,"}, "better: 'less' is not one of: lower, higher"),
        ("criteria", {",lower,ratio,": ",lower,share,"}, "measure: 'share' is not one of: ratio"),
        ("grades", {"park-2021,B,65": "park-2021,B,50"}, "score_from: 50 of park-2021 twice"),
    ],
)  # fmt: skip
def test_what_would_break_a_score_or_a_path_is_a_fault(
    folder: Path, name: str, changes: dict[str, str], told: str
) -> None:
    for old, new in changes.items():
        _replace(folder, name, old, new)
    faults = [str(one) for one in rule_faults(folder)]
    assert any(told in one for one in faults), faults
