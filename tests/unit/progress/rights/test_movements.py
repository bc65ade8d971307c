"""Double entry of rights: two postings a movement, running balances, and nothing out of nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.progress.rights.instruments import OUTSIDE, instruments, movement_faults, movement_kinds
from models.progress.rights.movements import THING, balances, carried_apart, overdrawn, postings
from models.registry import Movement

M = 1_000_000


def moved(number, kind, on, amount, instrument="allowance", **more):
    given_ = {"vintage": 2025} if instrument in ("allowance", "energy_right") else {}
    day = date(2026, *map(int, on.split("-")))
    return Movement(f"T-{number}", "heat-01", instrument, kind, day, amount, "paper",
                    **(given_ | more))  # fmt: skip


YEAR = [
    moved(1, "pre_allocation", "03-02", 50_000),
    moved(2, "allocation", "09-20", 48_000),
    moved(3, "purchase", "11-05", 5_000, counterpart="trader", price_yuan=80.0),
    moved(4, "sale", "11-06", 1_000, counterpart="trader", price_yuan=82.0),
    moved(5, "surrender", "12-20", 101_500, for_year=2025),
]


def held(movements, on=None):
    found = balances(movements, on)
    return dict(zip(found["account"], (found["micro"] / M).tolist(), strict=True))


def test_a_year_by_hand():
    """50,000 + 48,000 + 5,000 - 1,000 - 101,500 = 500 held; the issuer gave 98,000, the market
    4,000 net; 101,500 are surrendered: 500 + 101,500 - 98,000 - 4,000 = 0.
    """
    after = {"held": 500, "issuer": -98_000, "market": -4_000, "surrendered": 101_500}
    assert held(YEAR) == after
    assert held(YEAR, date(2026, 11, 5)) == {"held": 103_000, "issuer": -98_000, "market": -5_000}
    running = postings(YEAR)
    running = running[running["account"] == "held"]
    assert (running["balance_micro"] / M).tolist() == [50_000, 98_000, 103_000, 102_000, 500]


def test_the_order_within_a_day_does_not_overdraw():
    """Sold and allocated on one day, the sale with the smaller id: at its end 20 are held."""
    day = [moved(1, "sale", "03-02", 30, counterpart="x"), moved(2, "allocation", "03-02", 50)]
    assert overdrawn(day).empty
    assert held(day)["held"] == 20


def test_more_surrendered_than_held_is_told_with_its_day():
    found = overdrawn([*YEAR, moved(6, "surrender", "12-21", 501, for_year=2025)])
    assert found[["on", "micro", "account"]].values.tolist() == [
        [date(2026, 12, 21), -1 * M, "held"]
    ]


def test_one_vintage_does_not_pay_for_another():
    short = overdrawn([*YEAR, moved(6, "surrender", "12-21", 10, vintage=2024, for_year=2025)])
    assert short["vintage"].tolist() == [2024]


def test_what_is_frozen_is_not_at_hand():
    found = [moved(1, "allocation", "03-02", 50), moved(2, "freeze", "04-01", 30),
             moved(3, "sale", "05-01", 25, counterpart="x")]  # fmt: skip
    assert (overdrawn(found)["micro"] / M).tolist() == [-5]
    assert overdrawn([*found, moved(4, "release", "05-01", 10)]).empty


def test_carried_over_out_of_one_vintage_into_the_next():
    out = moved(1, "carried_out", "12-31", 40, vintage=2024)
    into = moved(2, "carried_in", "12-31", 40)
    assert carried_apart([out, into]).empty
    apart = carried_apart([out, moved(2, "carried_in", "12-31", 50)])
    assert (apart["micro"] / M).tolist() == [-10]


def test_nothing_moved_is_nothing():
    assert postings([]).empty
    assert balances([]).empty
    assert overdrawn([]).empty
    assert carried_apart([]).empty


def test_a_kind_that_is_not_known():
    with pytest.raises(KeyError, match="gift"):
        postings([moved(1, "gift", "03-02", 1)])


FAULTS = [
    (moved(1, "gift", "03-02", 1), "kind", "'gift' is not one of"),
    (moved(1, "sale", "03-02", 1, "shells", counterpart="x"), "instrument", "'shells' is not one"),
    (moved(1, "sale", "03-02", -1, counterpart="x"), "amount", "not above 0"),
    (moved(1, "sale", "03-02", float("nan"), counterpart="x"), "amount", "not above 0"),
    (moved(1, "sale", "03-02", 1.5, counterpart="x"), "amount", "whole units only"),
    (moved(1, "initial", "03-02", 0.1234567, "energy_right"), "amount", "six decimals"),
    (moved(1, "allocation", "03-02", 1, vintage=None), "vintage", "allowance needs one"),
    (moved(1, "initial", "03-02", 1, "discharge_right"), "item", "discharge_right needs one"),
    (moved(1, "initial", "03-02", 1, "discharge_right", item="nox"), "item", "no pollutant"),
    (moved(1, "initial", "03-02", 1, "discharge_right", item="w01018", vintage=2025), "vintage",
     "has none"),
    (moved(1, "surrender", "03-02", 1), "for_year", "surrender needs one"),
    (moved(1, "allocation", "03-02", 1, for_year=2025), "for_year", "allocation has none"),
    (moved(1, "purchase", "03-02", 1), "counterpart", "purchase needs one"),
    (moved(1, "purchase", "03-02", 1, counterpart="heat-01"), "counterpart", "with itself"),
    (moved(1, "initial", "03-02", 1), "kind", "initial is no movement of allowance"),
    (moved(1, "purchase", "03-02", 1, counterpart="x", price_yuan=-1.0), "price_yuan", "no price"),
]  # fmt: skip


@pytest.mark.parametrize(("movement", "field", "reason"), FAULTS)
def test_a_fault_names_field_and_reason(movement, field, reason):
    found = list(movement_faults(movement))
    assert [name for name, _ in found] == [field]
    assert reason in found[0][1]


def test_movements_in_order_have_no_fault():
    assert [fault for one in YEAR for fault in movement_faults(one)] == []


def test_every_kind_moves_known_instruments_between_two_accounts():
    for kind in movement_kinds().values():
        assert kind.instruments <= set(instruments())
        assert kind.from_account is not kind.to_account
        for asked in (kind.for_year, kind.counterpart):
            assert asked in ("required", "optional", "none")
    assert all(one.vintage in ("required", "optional", "none") for one in instruments().values())
    assert all(one.source for one in (*instruments().values(), *movement_kinds().values()))


@st.composite
def movements(draw):
    kind = draw(st.sampled_from(sorted(movement_kinds())))
    instrument = draw(st.sampled_from(sorted(movement_kinds()[kind].instruments)))
    amount = draw(st.integers(1, 10**12)) / M
    number = draw(st.integers(0, 10**9))
    day = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 364)))
    return Movement(f"T-{number}", draw(st.sampled_from(["a", "b"])), instrument, kind, day, amount,
                    "paper", vintage=draw(st.sampled_from([None, 2024, 2025])))  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(st.lists(movements(), max_size=40))
def test_the_books_balance_to_the_last_millionth(some):
    found = balances(some)
    sums = found.groupby(["enterprise", *THING])["micro"].sum()
    assert (sums == 0).all()
    running = postings(some)
    last = running.groupby(["enterprise", *THING, "account"])["balance_micro"].last()
    assert last.sort_index().tolist() == found["micro"].tolist()
    inside = running[~running["account"].isin(OUTSIDE)]
    if (inside["balance_micro"] >= 0).all():
        assert overdrawn(some).empty
