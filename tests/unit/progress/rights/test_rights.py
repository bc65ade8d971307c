"""Energy-use rights against energy, by hand. Now is 2026-07-01."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.rights import rights
from models.registry import Movement
from tests.unit.carbon.conftest import day

# Natural gas of the NDRC guideline, 389.31 GJ/10^4 Nm3; 29.3076 GJ/tce (CETS-AG-03.01 note *1).
TCE_PER_NM3 = 389.31e-4 / 29.3076
YEAR_TCE = 8_760_000 * TCE_PER_NM3  # 1,000 Nm3 an hour: about 11,636 tce


def moved(number, kind, vintage, amount, on, **more):
    return Movement(number, "a", "energy_right", kind, date.fromisoformat(on), amount, "paper",
                    vintage=vintage, **more)  # fmt: skip


BOOK = (
    moved("1", "initial", 2025, 13_000.0, "2025-01-10"),
    moved("2", "sale", 2025, 1_000.0, "2025-10-10", counterpart="x"),
    moved("3", "freeze", 2025, 500.0, "2025-11-10"),
    moved("4", "initial", 2026, 12_500.0, "2026-01-10"),
    moved("5", "sale", 2025, 100.0, "2026-02-10", counterpart="x"),
)


def burnt(ledger, *, per_hour_2026, until=None):
    ledger.write(3, day(2025), until or day(2026), 1_000.0)
    ledger.write(3, day(2026), day(2026, 7), per_hour_2026)
    for meter in (1, 2):
        ledger.write(meter, day(2025), day(2026, 7), 0.0)
    ledger.registry = replace(ledger.registry, movements=BOOK)


def asked(ledger, year):
    (row,) = rights(ledger.books, year=year).to_dict("records")
    return row


def test_a_year_that_is_over(ledger):
    """13,000 - 1,000 - 100 sold after the year's end = 11,900 tce, frozen 500 among them."""
    burnt(ledger, per_hour_2026=1_000.0)
    found = asked(ledger, 2025)
    assert (found["granted"], found["frozen"], found["state"]) == (11_900, 500, "within")
    assert found["used"] == pytest.approx(YEAR_TCE)
    assert found["left"] == pytest.approx(11_900 - YEAR_TCE)
    assert "Energy-use right of 11,900 tce" in found["statement_en"]
    assert "未超出权利" in found["statement_zh"]


@pytest.mark.parametrize(
    ("later", "granted", "state"),
    [
        # 11,636 tce were used. Sold off below that, it is short; bought again, it is not.
        ([("sale", 1_000.0, "2026-03-02")], 10_900, "short"),
        ([("sale", 1_000.0, "2026-03-02"), ("purchase", 900.0, "2026-06-20")], 11_800, "within"),
        # What has expired since, or was surrendered, was there.
        ([("release", 500.0, "2026-05-01"), ("surrender", 11_700.0, "2026-05-10"),
          ("expiry", 200.0, "2026-06-30")], 11_900, "within"),
        # What is done tomorrow is not done.
        ([("sale", 1_000.0, "2026-07-02")], 11_900, "within"),
    ],
)  # fmt: skip
def test_rights_of_a_year_are_traded_after_it(ledger, later, granted, state):
    burnt(ledger, per_hour_2026=1_000.0)
    more = {"sale": {"counterpart": "x"}, "purchase": {"counterpart": "x"},
            "surrender": {"for_year": 2025}}  # fmt: skip
    moves = [moved(f"later {number}", kind, 2025, amount, on, **more.get(kind, {}))
             for number, (kind, amount, on) in enumerate(later)]  # fmt: skip
    ledger.registry = replace(ledger.registry, movements=(*BOOK, *moves))
    found = asked(ledger, 2025)
    assert (found["granted"], found["state"]) == (granted, state)


@pytest.mark.parametrize(
    ("per_hour", "state"), [(1_100.0, "expected_short"), (1_050.0, "expected_within")]
)
def test_the_running_year_follows_last_year(ledger, per_hour, state):
    """A tenth more in each of six months: 12,800 tce against 12,500; a twentieth more: 12,218."""
    burnt(ledger, per_hour_2026=per_hour)
    found = asked(ledger, 2026)
    assert found["expected"] == pytest.approx(YEAR_TCE * per_hour / 1_000)
    assert found["used"] == pytest.approx(per_hour * 181 * 24 * TCE_PER_NM3)
    assert found["state"] == state


def test_beyond_already(ledger):
    """3,000 Nm3 an hour for half a year are 17,312 tce."""
    burnt(ledger, per_hour_2026=3_000.0)
    assert asked(ledger, 2026)["state"] == "short"


def test_without_last_year_the_rest_cannot_be_expected(ledger):
    burnt(ledger, per_hour_2026=1_000.0, until=day(2025, 3))
    found = asked(ledger, 2026)
    assert (found["expected"], found["state"]) == (None, "running")
    before = asked(ledger, 2025)
    assert (before["state"], before["reason"]) == ("unknown", "coverage")
    assert "less than 90 %" in before["statement_en"]


def test_of_a_pollutant_that_nothing_measures(ledger):
    ledger.registry = replace(
        ledger.registry,
        movements=(
            Movement("1", "a", "discharge_right", "initial", date(2025, 1, 1), 5.0, "paper",
                     item="a21002"),
        ),
    )  # fmt: skip
    found = asked(ledger, 2026)
    assert (found["item_en"], found["unit"]) == ("nitrogen oxides", "t")
    assert (found["state"], found["reason"], found["used"]) == ("unknown", "not_measured", None)
