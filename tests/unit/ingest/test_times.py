"""Times of messages and of files: which instant they mean, and which are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decode.file_times import file_times
from ingest.decode.times import beyond, microseconds
from models.periods import from_us

CHINA = ZoneInfo("Asia/Shanghai")
# 2026-11-24T02:15:00Z: 20,781 days and 8,100 s after 1970.
US = (20_781 * 86_400 + 8_100) * 1_000_000
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(
    datetime.fromisoformat("1700-01-02"), datetime.fromisoformat("2261-12-31"), timezones=OFFSETS
)


@pytest.mark.parametrize("other", [None, US // 1000])
@pytest.mark.parametrize(
    "text",
    ["2026-11-24T10:15:00+08:00", "2026-11-24T02:15:00Z", "2026-11-24 02:15:00.000000Z",
     "2026-11-23T21:15:00.000-05:00", "2026-11-24T02:15Z"],
)  # fmt: skip
def test_one_instant_however_written(text: str, other: int | None) -> None:
    times = [text] if other is None else [text, other]
    instants, faults = microseconds(times)
    assert (instants[0], faults) == (US, {})


def test_milliseconds_and_lower_case() -> None:
    instants, faults = microseconds([US // 1000, "2026-11-24t02:15:00z", 2**28 * 1000])
    assert (instants.tolist(), faults) == ([US, US, 2**28 * 1_000_000], {})


@pytest.mark.parametrize("among", [[], [US // 1000]])
@pytest.mark.parametrize(
    "time",
    ["2026-11-24T10:15:00", "2026-11-24", "2026-02-31T00:00:00Z", "2026-11-24T24:00:00Z", "",
     "0000-01-01T00:00:00Z", "1700-01-01T00:00:00+14:00",
     "2261-12-31T23:00:00-12:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "now",
     10**18, -(10**18), 10**4000, 0, -1, US // 1_000_000, 202_611_241_015, 2**28 * 1000 - 1],
)  # fmt: skip
def test_what_is_no_time_is_named(time: str | int, among: list[str | int]) -> None:
    _, faults = microseconds([*among, time])
    assert list(faults) == [len(among)]
    assert faults[len(among)].startswith("ts: ")
    assert len(faults[len(among)]) < 200


@settings(deadline=None)
@given(st.lists(INSTANTS, min_size=1, max_size=5), st.booleans())
def test_every_instant_comes_back(instants: list[datetime], one_by_one: bool) -> None:
    times: list[str | int] = [instant.isoformat() for instant in instants]
    found, faults = microseconds([*times, US // 1000] if one_by_one else times)
    assert faults == {}
    assert [from_us(int(us)) for us in found[: len(times)]] == instants


@settings(deadline=None)
@given(st.lists(st.text(max_size=30) | st.integers(), max_size=5))
def test_any_time_is_an_instant_or_a_fault(times: list[str | int]) -> None:
    found, faults = microseconds([time.encode(errors="replace").decode() if isinstance(time, str)
                                  else time for time in times])  # fmt: skip
    assert len(found) == len(times)
    for row in set(range(len(times))) - set(faults):
        assert from_us(int(found[row])).tzinfo is UTC
    assert beyond(found).keys() <= faults.keys()


def local(
    *texts: str, zone: ZoneInfo | None = CHINA, form: str | None = None, midnight: bool = False
) -> tuple[list[str], dict[int, str]]:
    """What file_times makes of the texts, as UTC without seconds."""
    found, faults = file_times(
        pa.array(texts, pa.string()), zone=zone, form=form, midnight_ends_day=midnight
    )
    return [f"{from_us(int(us)):%Y-%m-%d %H:%M}" for us in found], faults


def test_local_times_by_zone_and_form() -> None:
    # China keeps UTC+8 all year since 1992.
    assert local("2026-07-01T08:00:00") == (["2026-07-01 00:00"], {})
    assert local("01/07/2026 08:00", form="%d/%m/%Y %H:%M") == (["2026-07-01 00:00"], {})


@pytest.mark.parametrize("odd", [(), ("2026-07-01T08:00:00+08:00",)])
def test_the_midnight_that_ends_its_day(odd: tuple[str, ...]) -> None:
    # 24:00 of 30 June local is 16:00 UTC of 30 June.
    texts = ("2026-06-30T00:00:00", "2026-06-30T00:15:00", *odd)
    found, faults = local(*texts, midnight=True)
    assert (found[:2], faults) == (["2026-06-30 16:00", "2026-06-29 16:15"], {})
    assert local(*texts)[0][:2] == ["2026-06-29 16:00", "2026-06-29 16:15"]


def test_clocks_that_change() -> None:
    # Berlin, 25 October 2026: 02:30 comes twice, first at +02:00. 29 March: 02:30 does not exist.
    berlin = ZoneInfo("Europe/Berlin")
    assert local("2026-10-25T02:30:00", zone=berlin)[0] == ["2026-10-25 00:30"]
    assert local("2026-03-29T02:30:00", zone=berlin)[0] == ["2026-03-29 01:00"]


def test_without_a_zone_an_offset_is_needed() -> None:
    found, faults = local("2026-07-01T08:00:00", str(US // 1000), "9" * 5000, "²", zone=None)
    assert found[1] == "2026-11-24 02:15"
    assert sorted(faults) == [0, 2, 3]
    assert "offset" in faults[0]


@pytest.mark.parametrize("zone", [None, CHINA])
@pytest.mark.parametrize(
    "text", ["202611241015", "2026112410", "1764000000", "0", "-1764000000000", "1764112410"]
)
def test_dates_and_seconds_are_no_milliseconds(text: str, zone: ZoneInfo | None) -> None:
    """As such they would be in 1976 and in January 1970; 20261124 alone is a date of a zone."""
    found, faults = local(text, str(US // 1000), zone=zone)
    assert found[1] == "2026-11-24 02:15"
    assert list(faults) == [0]
    assert faults[0].startswith("ts: ")


@pytest.mark.parametrize("zone", [None, CHINA])
def test_milliseconds_are_not_taken_for_a_date(zone: ZoneInfo | None) -> None:
    """1764112410150 is 2025-11-25T23:13:30Z (1764112410 s), not 24 November 1764, 1:50."""
    assert local("1764112410150", zone=zone) == (["2025-11-25 23:13"], {})
    assert local("20261124", zone=CHINA) == (["2026-11-23 16:00"], {})
    assert list(local("20261124", zone=None)[1]) == [0]


@pytest.mark.parametrize("text", ["31/02/2026 00:00", "", "x", "1/13/2026 00:00"])
def test_what_is_not_of_the_form_is_named(text: str) -> None:
    _, faults = local("01/07/2026 08:00", text, form="%d/%m/%Y %H:%M")
    assert list(faults) == [1]
    assert faults[1].startswith("ts: ")


@pytest.mark.parametrize("midnight", [False, True])
@pytest.mark.parametrize("zone", [None, CHINA])
@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4))
def test_any_text_is_a_time_or_a_fault(
    zone: ZoneInfo | None, midnight: bool, texts: list[str]
) -> None:
    found, faults = file_times(
        pa.array(texts, pa.string()), zone=zone, form=None, midnight_ends_day=midnight
    )
    assert len(found) == len(texts)
    assert all(detail.startswith("ts: ") for detail in faults.values())
