"""Every table, figure, state and reason of the indicators stands in the page on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.progress.indicators.states import State
from models.progress.indicators.tables import formulas, indicator_tables
from models.progress.indicators.words import REASONS

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "indicators.md"


@pytest.mark.parametrize("code", [*indicator_tables(), *formulas(), *State, *REASONS])
def test_it_is_told(code: str) -> None:
    assert f"`{code}`" in PAGE.read_text(encoding="utf-8")
