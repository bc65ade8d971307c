"""Every method and category stands in the pages on methods, with its formula."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from models.carbon.categories import categories
from models.carbon.methods import method, methods

PAGES = Path(__file__).parents[2] / "docs" / "methods"


@pytest.mark.parametrize("code", methods())
def test_a_method_with_its_formula(code: str) -> None:
    lines = "\n".join(page.read_text(encoding="utf-8") for page in PAGES.glob("*.md")).splitlines()
    assert any(line.startswith(f"| `{code}` | {method(code).formula} |") for line in lines)


def test_categories_with_their_names() -> None:
    page = (PAGES / "README.md").read_text(encoding="utf-8")
    for code, one in categories().items():
        if one.scope != 3:
            assert f"`{code}`" in page
            assert one.name_zh in page


def test_the_decimals_of_the_rounding_page() -> None:
    text = (files("models") / "reference" / "rounding.csv").read_text(encoding="utf-8")
    wanted = [row["decimals"] for row in csv.DictReader(text.splitlines())]
    page = (PAGES / "rounding.md").read_text(encoding="utf-8").splitlines()
    assert page[-1].strip("| ").split(" | ") == wanted
