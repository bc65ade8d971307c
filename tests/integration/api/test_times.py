"""Words of the park's time and instants in start and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.times import AccountedSpan, Span, accounted_span, instant, span

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 11, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2026", "2025-12-31T16:00:00+00:00", "2026-12-31T16:00:00+00:00"),
        ("2026-02", "2026-01-31T16:00:00+00:00", "2026-02-28T16:00:00+00:00"),
        ("2024-02", "2024-01-31T16:00:00+00:00", "2024-02-29T16:00:00+00:00"),
        ("2026-12", "2026-11-30T16:00:00+00:00", "2026-12-31T16:00:00+00:00"),
        ("2026-03-05", "2026-03-04T16:00:00+00:00", "2026-03-05T16:00:00+00:00"),
        (" 2026-03-05 ", "2026-03-04T16:00:00+00:00", "2026-03-05T16:00:00+00:00"),
    ],
)
def test_words_begin_and_end_in_the_parks_time(text, begins, ends):
    assert instant("start", text, SHANGHAI, NOW) == datetime.fromisoformat(begins)
    assert instant("end", text, SHANGHAI, NOW, ending=True) == datetime.fromisoformat(ends)


@pytest.mark.parametrize(
    ("text", "stands_for"), [("today", "2026-01-01"), ("this_year", "2026"), ("last_year", "2025")]
)
def test_words_of_now_go_by_the_parks_clock(text, stands_for):
    # 17:00 UTC on 31 December is one in the morning of 1 January in Changchun (UTC+8).
    now = datetime(2025, 12, 31, 17, tzinfo=UTC)
    for ending in (False, True):
        expected = instant("start", stands_for, SHANGHAI, now, ending=ending)
        assert instant("start", text, SHANGHAI, now, ending=ending) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05T00:00:00+08:00",
        "2026-03-05T00:00+08:00",
        "2026-03-05T00:00:00 08:00",  # a plus sign that was not escaped in the address
        "2026-03-04T16:00:00Z",
        "2026-03-04t16:00:00z",
        "2026-03-04T16:00:00.000000Z",
        "2026-03-04T11:00:00-05:00",
    ],
)
def test_instants_are_the_same_at_both_ends(text):
    expected = datetime(2026, 3, 4, 16, tzinfo=UTC)
    assert instant("start", text, SHANGHAI, NOW) == expected
    assert instant("end", text, SHANGHAI, NOW, ending=True) == expected


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_any_rfc_3339_instant_is_read_exactly(naive, minutes):
    at = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert instant("start", at.isoformat(), SHANGHAI, NOW) == at


def test_january_to_june_is_six_months():
    start, end = span(Span(start="2026-01", end="2026-06"), SHANGHAI, NOW)
    assert (start, end) == (
        datetime(2025, 12, 31, 16, tzinfo=UTC),
        datetime(2026, 6, 30, 16, tzinfo=UTC),
    )


def test_a_zone_that_changes_its_clock():
    """Berlin, 29 March 2026: the day has 23 hours."""
    berlin = ZoneInfo("Europe/Berlin")
    start, end = span(Span(start="2026-03-29", end="2026-03-29"), berlin, NOW)
    assert end - start == timedelta(hours=23)


def test_no_span_is_not_bounded():
    assert span(Span(), SHANGHAI, NOW) == (None, None)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        (AccountedSpan(), "2026", NOW),
        (AccountedSpan(year=2026), "2026", NOW),
        (AccountedSpan(year=2025), "2025", datetime(2025, 12, 31, 16, tzinfo=UTC)),
        (AccountedSpan(start="2025-03"), "2025-03", NOW),
        (AccountedSpan(start="2025-03", end="2025-04"), "2025-03",
         datetime(2025, 4, 30, 16, tzinfo=UTC)),
        (AccountedSpan(start="2026-04-11", end="2026"), "2026-04-11", NOW),
    ],
)  # fmt: skip
def test_accounts_end_now_at_the_latest(query, start, end):
    expected = instant("start", start, SHANGHAI, NOW), end
    assert accounted_span(query, SHANGHAI, NOW) == expected


def test_the_current_year_is_the_parks():
    """At 17:00 UTC of 31 December it is already the next year in the park."""
    eve = datetime(2026, 12, 31, 17, tzinfo=UTC)
    start, end = accounted_span(AccountedSpan(), SHANGHAI, eve)
    assert (start, end) == (datetime(2026, 12, 31, 16, tzinfo=UTC), eve)
