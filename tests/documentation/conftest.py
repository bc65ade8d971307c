"""Where the documents are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def reference() -> Callable[[str], str]:
    """Text of a document of docs/reference."""
    return lambda name: (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
