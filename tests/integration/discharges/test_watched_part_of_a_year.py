"""An outlet whose monitoring began on 1 July 2025: half a year tells nothing of the whole one.

works/DW001 discharges 1,000 m3/h at 10 mg/L of COD, 10 kg an hour, from July to December 2025: 184
days of 24 hours are 4,416 of the year's 8,760, and 44,160 kg. mill/DW001 was always there and
discharges 20 kg an hour. The clock stands at 2026-01-01 in the park.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from ledger.allocating.rights_used import discharged
from ledger.assessment import assessment_points
from ledger.budgets import budgets
from ledger.discharging.before_watched import hours_before_watched
from ledger.indicating.accounts import Asked, YearAccounts
from ledger.indicating.resources import pollutant_mass
from ledger.indicators import indicators
from ledger.reduction import reduction
from ledger.rights import rights
from ledger.settle import settle
from models.registry import Movement
from tests.integration.discharges.conftest import ZONE

BEGIN, JULY = (datetime(2025, month, 1, tzinfo=ZONE) for month in (1, 7))
NOW = datetime(2026, 1, 1, tzinfo=ZONE)
HOURS, HALF = 8_760, 4_416
POINTS = """enterprise,code,medium,name_zh,name_en,valid_from
works,DW001,waste_water,总排口,main outfall,2025-07-01
mill,DW001,waste_water,总排口,main outfall,
"""
CHANNELS = """enterprise,point,code,unit,fields
works,DW001,w00000,m3/h,hour
works,DW001,w01018,,hour
mill,DW001,w00000,m3/h,hour
mill,DW001,w01018,,hour
"""
PERMITS = """enterprise,point,pollutant,kind,averaging,value,unit,reference_oxygen_pct,standard,\
clause,valid_from,valid_to,evidence
works,DW001,w01018,annual_amount,year,{works},t,,permit,1,2025-01-01,,permit
mill,DW001,w01018,annual_amount,year,200,t,,permit,1,2025-01-01,,permit
"""


@pytest.fixture(params=["outlet", "analyser"])
def begun(request):
    """Points and channels: the whole outlet, or only the analyser, is there from July on."""
    late = "works,DW001,waste_water,总排口,main outfall,2025-07-01"
    if request.param == "outlet":
        return POINTS, CHANNELS
    assert late in POINTS
    channels = CHANNELS.replace("fields\n", "fields,valid_from\n").replace("hour\n", "hour,\n")
    analyser = "works,DW001,w01018,,hour,"
    return POINTS.replace(late, late[: -len("2025-07-01")]), channels.replace(
        analyser, f"{analyser}2025-07-01"
    )


@pytest.fixture
def watched(open_works, begun):
    """With a permit of 100 t for works, which is not reached in half a year."""

    def opened(permitted):
        found = open_works(
            points=begun[0], channels=begun[1], permits=PERMITS.format(works=permitted)
        )
        found.clock.now = NOW
        for code, start, hours, conc in (("works", JULY, HALF, 10.0), ("mill", BEGIN, HOURS, 20.0)):
            found.send("DW001", "w00000", "hour", start, [1e3] * hours, enterprise=code)
            found.send("DW001", "w01018", "hour", start, [conc] * hours, enterprise=code)
        settle(found.books)
        return found

    return opened


def test_half_a_year_is_not_held_against_an_annual_amount(watched):
    works = watched(100)
    rows = budgets(works.books, year=2025).set_index("enterprise")
    assert rows.loc["works", "mass_kg"] == pytest.approx(44_160.0)
    points = assessment_points(works.books, year=2025)
    found = points[points["criterion"] == "pollutants"].set_index("enterprise")
    # 44 % of the amount, but of half a year: 75 % of the year's hours have to be known.
    assert found.loc["works", "reason"] == "discharges_unknown"
    assert found.loc["works", "missing"] == "DW001/w01018"
    assert found.loc["mill", "at"] == pytest.approx(175_200 / 200_000)
    permits = {code: budgets(works.books, year=2025, enterprise=code) for code in ("works", "mill")}
    used = discharged(works.books, permits["works"], "works", "w01018", 2025)
    assert (used.so_far, used.reason) == (pytest.approx(44.16), "known_share")
    assert used.known_share == pytest.approx(HALF / HOURS)
    assert discharged(works.books, permits["mill"], "mill", "w01018", 2025).reason is None


def test_what_half_a_year_exceeds_is_exceeded(watched):
    """44.2 t of 40 permitted; of a right of 45 t it is not known, of one of 44 t it is."""
    works = watched(40)
    points = assessment_points(works.books, year=2025, enterprise="works")
    (row,) = points[points["criterion"] == "pollutants"].to_dict("records")
    assert (row["standing"], row["at"]) == ("scored", pytest.approx(1.104))
    for granted, state, reason in ((45.0, "unknown", "known_share"), (44.0, "short", None)):
        right = Movement("1", "works", "discharge_right", "initial", date(2025, 1, 1), granted,
                         "paper", item="w01018")  # fmt: skip
        registry = replace(works.books.registry(), movements=(right,))
        books = replace(works.books, registry=lambda registry=registry: registry)
        (row,) = rights(books, year=2025).to_dict("records")
        assert (row["state"], row["reason"]) == (state, reason)
        assert row["used"] == pytest.approx(44.16)


def test_the_park_s_mass_is_not_known_where_an_outlet_was_watched_in_part(watched):
    """44.16 + 175.2 t of 2025 lack January to June of works: held against an earlier year they
    would be a reduction that there was not. 4,416 + 8,760 of two whole years' hours are known.
    """
    works = watched(100)
    found = pollutant_mass(Asked(YearAccounts(works.books), 2025, "cod"))
    assert (found.value, found.reason, found.missing) == (None, "part_watched", ("works/DW001",))
    assert found.coverage == pytest.approx((HALF + HOURS) / (2 * HOURS))
    assert "219.36 t from 2 monitored outlets, 75% of the hours known" in found.source[1]
    (row,) = indicators(works.books, year=2025, table="plan_14", code="pollutant_cod").to_dict(
        "records"
    )
    assert (row["state"], row["reason"], row["missing"]) == (
        "unknown", "part_watched", "works/DW001",
    )  # fmt: skip
    assert "less than 75 % of the year" in row["statement_en"]


def test_no_reduction_is_told_on_half_a_year(watched):
    """January to July of both years."""
    works = watched(100)
    works.clock.now = datetime(2026, 8, 1, tzinfo=ZONE)
    until = (works.clock.now - NOW).days * 24
    works.send("DW001", "w00000", "hour", NOW, [1e3] * until)
    works.send("DW001", "w01018", "hour", NOW, [10.0] * until)
    settle(works.books)
    rows = reduction(works.books, year=2026).set_index("enterprise")
    row = rows.loc["works"]
    # 31 of 212 days were watched in 2025: seven times the mass need be no more.
    assert row["previous_known_share"] == pytest.approx(31 / 212)
    assert row["reduction"] != row["reduction"]


STACKS = """enterprise,code,medium,name_zh,name_en
works,DA001,waste_gas,锅炉排放口,boiler stack
works,DA002,waste_gas,窑炉排放口,kiln stack
"""
OF_PARTS = """enterprise,point,code,fields,valid_from
works,DA001,a21003,hour,
works,DA001,a21004,hour,2025-07-01
works,DA002,a21003,hour,
works,DA002,a21004,hour,
works,DA002,a21002,hour,2025-07-01
"""


def test_nitrogen_oxides_are_watched_since_both_their_parts_are(registry_of):
    registry = registry_of(points=STACKS, channels=OF_PARTS)

    def before(point: str) -> float:
        return hours_before_watched(registry, ("works", point), "a21002", BEGIN, NOW)

    # NO2 from July on; at the other stack NO and NO2 always, one figure for both since July.
    assert (before("DA001"), before("DA002")) == (HOURS - HALF, 0)
