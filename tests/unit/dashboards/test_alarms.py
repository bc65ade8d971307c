"""The panel of open alarms as drawn: overdue ones, then the gravest, then what nobody has seen."""

import html
import re
from typing import Any

from alarms.kinds import kinds
from alarms.ways.message import SEVERITIES as TOLD
from dashboards.boards import ALARMS
from dashboards.boards.alarms import ENDED, KINDS, SEVERITIES, STATES, WAYS
from dashboards.console.alarms import gravest_first
from dashboards.console.view import View
from models.alarms import AlarmState, Severity

ROW: dict[str, Any] = {
    "id": 1, "severity": "major", "state": "raised", "kind": "silent", "enterprise": "e01",
    "point": None, "detail": "30 meters fell silent", "detail_zh": "30 个表计同时无数据",
    "count": 30, "opened_at": "2026-11-25T00:00:00Z", "due_at": "2026-11-26T00:00:00Z",
    "overdue": False, "assignee": None,
}  # fmt: skip


def said(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_the_gravest_stand_on_top(view_zh: View) -> None:
    rows = [
        ROW | {"id": 6, "severity": "minor"},
        ROW | {"id": 5, "severity": "critical", "state": "acknowledged"},
        ROW | {"id": 4, "severity": "critical"},
        ROW | {"id": 3},
        ROW | {"id": 2, "severity": "minor", "overdue": True},
    ]
    drawn = gravest_first(ALARMS.panel("open-alarms"), {"items": rows, "next": None}, view_zh)
    numbers = re.findall(r'<tr><td class="[^"]*" data-title="编号">(\d+)', drawn)
    assert numbers == ["2", "4", "5", "3", "6"]
    assert "3 重要 待确认 无数据 光华制药 — 30 个表计同时无数据 30 2026-11-25 08:00" in said(drawn)


def test_nothing_open_is_said(view_en: View) -> None:
    panel = ALARMS.panel("open-alarms")
    assert "No open alarm" in gravest_first(panel, {"items": [], "next": None}, view_en)


def test_every_code_has_its_words() -> None:
    assert {code: (one.zh, one.en) for code, one in KINDS.items()} == {
        code: (one.name_zh, one.name_en) for code, one in kinds().items()
    }
    assert set(STATES) == {one.value for one in AlarmState}
    assert {code: one.zh for code, one in SEVERITIES.items()} == {
        one.value: zh for one, (zh, _) in TOLD.items()
    }
    assert list(SEVERITIES) == [one.value for one in Severity]
    assert set(ENDED) == {"clear", "resolve", "withdraw"}
    assert set(WAYS) == {"mqtt", "webhook", "mail"}
