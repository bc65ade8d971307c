"""What health calls well."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from carbonpeak.health import body
from carbonpeak.process_states import ProcessState
from models.registry import Park

OWN = ProcessState("main", "all", connected=True)


@pytest.mark.parametrize(
    ("sparkplug", "status"),
    [(None, "ok"), ({"connected": True}, "ok"), ({"connected": False}, "degraded")],
)
def test_a_way_in_that_is_down_is_not_well(sparkplug: dict[str, Any] | None, status: str) -> None:
    answer = body(
        now=datetime(2026, 6, 1, tzinfo=UTC),
        park=Park("p", "园", "park", "吉林", "东北"),
        broker={"kind": "external", "connected": True, "trouble": None, "sparkplug": sparkplug},
        store={"trouble": None},
        own=OWN,
        processes=[OWN],
        expiry={},
    )
    assert answer["status"] == status
