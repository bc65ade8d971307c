"""Usage as it was known at an earlier time. Values by hand from the park's description."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

NOW = "2026-04-11T04:00:00Z"  # the park's clock


@pytest.mark.parametrize("every", ["hour", "day", "month", "year", "total"])
def test_as_of_now_is_what_stands(park, every):
    span = {"start": "2026-01-31", "end": "2026-02-02"} if every == "hour" else {}
    standing = park.get("usage", every=every, **span)["items"]
    assert len(standing) > 3
    assert park.get("usage", every=every, as_of=NOW, **span)["items"] == standing


def test_as_of_knows_only_what_had_come_in(park):
    # The reading of 2026-01-10 00:00 UTC came in two seconds later; 9 days and 8 hours after the
    # register's begin at 40 kWh an hour.
    asked = {"enterprise": "steel", "meter": "EL-01", "every": "total"}
    rows = park.get("usage", as_of="2026-01-10T00:00:02Z", **asked)["items"]
    assert [row["amount"] for row in rows] == [40.0 * (9 * 24 + 8)]
    assert park.get("usage", **asked)["items"][0]["amount"] == 40.0 * 2160


def test_a_late_reading_restates_what_stands_and_not_what_was_known(empty_park):
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    asked = {"enterprise": "glass", "meter": "EL-01", "every": "total"}
    empty_park.send("glass", "EL-01", np.array([0.0, 5.0]), begin=begin)
    known = empty_park.get("usage", **asked)["items"][0]["amount"]
    # 20 kWh more at 02:00, received five days later.
    later = datetime(2026, 3, 1, 2, tzinfo=UTC)
    empty_park.send("glass", "EL-01", np.array([25.0]), begin=later, late_s=5 * 86_400)
    assert known == 5.0
    assert empty_park.get("usage", **asked)["items"][0]["amount"] == 25.0
    then = empty_park.get("usage", **asked, as_of="2026-03-05T00:00:00Z")["items"]
    assert [row["amount"] for row in then] == [5.0]


def test_before_the_park_was_registered_nothing_is_known(park):
    answer = park.client.get("/api/v1/usage", params={"as_of": "2025-11-30T00:00:00Z"})
    assert answer.status_code == 409
    assert "no park registered by 2025-11-30" in answer.json()["detail"]
