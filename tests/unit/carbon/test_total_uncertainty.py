"""Uncertainty of an inventory's sums on a real store, by hand and by simulation."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ledger.inventory import inventory
from ledger.total_uncertainty import simulated_uncertainty
from ledger.totals import totals
from models.periods import local_start


def day(year, month=1):
    return local_start(date(year, month, 1), ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def found(ledger):
    """January and February 2026: a uses 10 kWh and 2 Nm3 an hour, b 20 kWh, c 0.5 GJ."""
    for key, amount in ((1, 10.0), (3, 2.0), (6, 20.0), (8, 0.5)):
        ledger.write(key, day(2026), day(2026, 3), amount)

    def accounted(every):
        asked = inventory(ledger.books, every=every, start=day(2026), end=day(2026, 3))
        return asked.of_basis("location")

    return accounted


def test_a_park_by_hand(found):
    """1,416 hours. Electricity 14,160 and 28,320 kWh x 0.4671 = 6.614136 and 13.228272 t, meters
    1 %, one factor of 5.5 %; gas 2,832 Nm3 x 21.621888 t/10^4 Nm3 = 6.1233187 t, meter 2 %, factor
    5 % of NCV and 3.9216 % of carbon: 6.3543 %; heat 708 GJ x 0.11 = 77.88 t, meter 2.5 %, factor
    15 %.

    Activities 0.066141, 0.132283, 0.122466, 1.947 t: squares 3.827681; factors: electricity
    1.0913324, gas 0.389095, heat 11.682 t: squares 137.811525; root of 141.639206 = 11.901227 t, of
    103.845727 t.
    """
    for every in ("year", "month"):
        (whole,) = totals(found(every), []).to_dict("records")
        assert whole["co2e_t"] == pytest.approx(103.8457266, rel=1e-7)
        assert whole["uncertainty_rel"] == pytest.approx(11.901227 / 103.845727, rel=1e-5)


def test_months_are_one_by_one_as_uncertain_as_their_sum(found):
    """Every month has the same mix of hours, so the same relative uncertainty."""
    (whole,) = totals(found("month"), [])["uncertainty_rel"]
    assert totals(found("month"), ["period"])["uncertainty_rel"].tolist() == pytest.approx(
        [whole] * 2
    )


def test_the_simulation_agrees(found):
    rows = found("month").rows
    drawn = simulated_uncertainty(rows, rows["co2e_t"].to_numpy(dtype=np.float64))
    (first,) = totals(found("month"), [])["uncertainty_rel"]
    assert drawn.rel == pytest.approx(first, rel=0.03)
