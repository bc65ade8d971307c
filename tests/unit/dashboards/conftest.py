"""A viewer in Changchun on the morning of 25 November 2026, in either language."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboards.boards import Text
from dashboards.console.view import View

NAMES = {"e01": Text("光华制药", "Guanghua Pharma"), "e02": Text("北辰装备", "Beichen Equipment")}


@pytest.fixture
def view_zh() -> View:
    return View("zh", ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 25, 1, 30, tzinfo=UTC), NAMES)


@pytest.fixture
def view_en() -> View:
    return View("en", ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 25, 1, 30, tzinfo=UTC), NAMES)
