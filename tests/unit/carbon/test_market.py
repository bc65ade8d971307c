"""Scope 2 by the market: certificates cover purchases once, the rest counts at the remainder's
factor (2023, nation, without market-traded non-fossil power: 0.6096 kgCO2/kWh, MEE 2025).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.inventory import inventory
from ledger.totals import totals
from models.registry import (
    Certificate,
    CertificateKind,
    CertificateUse,
    DeclaredFactor,
    Direction,
)
from tests.unit.carbon.conftest import day, meter

YEAR = {"start": day(2025), "end": day(2026)}


def certificate(code, month, mwh, enterprise="a", **more):
    return Certificate(code, enterprise, CertificateKind.GEC, "wind", month, mwh, "GEC", **more)


def hold(ledger, certificates, uses):
    ledger.registry = replace(
        ledger.registry,
        certificates=tuple(certificates),
        certificate_uses=tuple(CertificateUse(*one) for one in uses),
    )


def market_t(ledger, every, **asked):
    found = inventory(ledger.books, every=every, **asked)
    return totals(found, [])["scope2_market_co2e_t"].item()


@pytest.fixture
def bought(ledger):
    """Enterprise a buys 100 kWh an hour in January (744 h) and February (672 h) 2025, and half of
    that in the rest of the year (7,344 h): 74,400 + 67,200 + 367,200 = 508,800 kWh.
    """
    ledger.write(1, day(2025), day(2025, 3), 100.0)
    ledger.write(1, day(2025, 3), day(2026), 50.0)
    return ledger


def test_without_certificates_all_counts_at_the_remainder(bought):
    found = inventory(bought.books, every="year", **YEAR)
    rows = found.rows[found.rows["category"] == "purchased_electricity"].set_index("basis")
    assert rows.loc["location", "co2e_t"] == pytest.approx(508_800 * 0.4671 / 1000)
    assert rows.loc["market", "co2e_t"] == pytest.approx(508_800 * 0.6096 / 1000)
    assert rows.loc["market", "factor_match"] == "nation_earlier"
    assert rows.loc["market", ["energy_gj", "energy_tce_calorific"]].isna().all()
    (whole,) = totals(found, []).to_dict("records")
    assert whole["co2e_t"] == whole["scope2_co2e_t"] == rows.loc["location", "co2e_t"]
    assert whole["scope2_market_co2e_t"] == rows.loc["market", "co2e_t"]
    by_market = totals(found, [], basis="market")
    assert by_market["co2e_t"].tolist() == [rows.loc["market", "co2e_t"]]
    assert whole["energy_gj"] == pytest.approx(508_800 * 0.0036)


def test_what_a_year_s_certificates_cover_is_spread_over_its_months(bought):
    """100 MWh used for 2025, and 80 MWh for January, of which it bought 74.4: 5.6 MWh cover
    nothing. The year's cover 100 of the 434.4 MWh that are left.
    """
    hold(
        bought,
        [certificate("y", "2024-12", 100.0), certificate("m", "2024-11", 80.0)],
        [("y", "a", "2025", 100.0), ("m", "a", "2025-01", 80.0)],
    )
    rest = 434_400 * (1 - 100 / 434.4)
    for every in ("hour", "day", "month", "year", "total"):
        assert market_t(bought, every, **YEAR) == pytest.approx(rest * 0.6096 / 1000, rel=1e-12)
    months = inventory(bought.books, every="month", **YEAR)
    rows = months.rows[months.rows["basis"] == "market"].reset_index(drop=True)
    covered = months.operands.loc[months.rows["basis"] == "market", "covered"].tolist()
    assert covered[0] == pytest.approx(74_400)
    assert covered[1] == pytest.approx(67_200 * 100 / 434.4)
    assert rows["co2e_t"][0] == pytest.approx(0, abs=1e-9)
    parts = months.parts[months.parts["certificate"].notna()]
    by_certificate = parts.groupby("certificate")["amount"].sum()
    assert by_certificate.to_dict() == {
        "m": pytest.approx(74_400), "y": pytest.approx(100_000)
    }  # fmt: skip
    # A part of the year is covered as it is in the whole of it.
    february = market_t(bought, "year", start=day(2025, 2), end=day(2025, 3))
    assert february == pytest.approx(rows["co2e_t"][1])


def test_a_cancelled_certificate_covers_nothing(bought):
    hold(
        bought,
        [certificate("y", "2024-12", 100.0, cancelled_on=date(2025, 6, 1))],
        [("y", "a", "2025", 100.0)],
    )
    assert market_t(bought, "year", **YEAR) == pytest.approx(508_800 * 0.6096 / 1000)


def test_more_certificates_than_power_leave_zero_and_no_less(bought):
    hold(bought, [certificate("y", "2024-12", 600.0)], [("y", "a", "2025", 600.0)])
    assert market_t(bought, "month", **YEAR) == pytest.approx(0, abs=1e-9)


def test_a_supplier_s_own_factor_is_the_remainder_s_too(bought):
    own = DeclaredFactor("a", "electricity", 0.2, "kgCO2/kWh", date(2025, 1, 1), None, "contract")
    bought.registry = replace(bought.registry, declared_factors=(own,))
    assert market_t(bought, "year", **YEAR) == pytest.approx(508_800 * 0.2 / 1000)


def test_before_the_first_factor_of_the_remainder_the_market_s_figure_is_unknown(ledger):
    ledger.write(1, day(2019), day(2019, 2), 1.0)
    ledger.write(8, day(2019), day(2019, 2), 1.0)
    found = inventory(ledger.books, every="year", start=day(2019), end=day(2020))
    (whole,) = totals(found, []).to_dict("records")
    # location: 744 kWh at 0.7769 (Northeast 2012) and 744 GJ at 0.11
    assert whole["scope2_co2e_t"] == pytest.approx(744 * 0.7769 / 1000 + 744 * 0.11)
    assert whole["scope2_market_co2e_t"] != whole["scope2_market_co2e_t"]  # heat alone is no whole


def test_sold_power_is_deducted_by_either_factor_and_the_sun_s_is_not(ledger):
    """b imports 10 and exports 4 kWh an hour of what it made of fuel; a exports 3 of its own PV."""
    (e9, pv) = (ledger.registry.meter_by_key[key] for key in (7, 5))
    ledger.register(
        replace(e9, direction=Direction.EXPORT),
        replace(pv, key=21, code="X", direction=Direction.EXPORT),
    )
    for key, amount in ((6, 10.0), (7, 4.0), (5, 8.0), (21, 3.0)):
        ledger.write(key, day(2025), day(2025, 2), amount)
    found = inventory(ledger.books, every="month", start=day(2025), end=day(2025, 2))
    (whole,) = totals(found.part(enterprise="b"), []).to_dict("records")
    assert whole["scope2_co2e_t"] == pytest.approx(744 * 6 * 0.4671 / 1000)
    assert whole["scope2_market_co2e_t"] == pytest.approx(744 * 6 * 0.6096 / 1000)
    assert whole["energy_gj"] == pytest.approx(744 * 6 * 0.0036)
    of_a = found.of_basis("location").part(enterprise="a").rows
    assert of_a[["category", "co2e_t"]].to_numpy().tolist() == [
        ["self_generation", 0], ["exported_electricity", 0],
    ]  # fmt: skip
    (sun,) = totals(found.part(enterprise="a"), []).to_dict("records")
    # 8 made, 3 of them sold: 5 kWh an hour x 0.1229 kgce
    assert sun["renewable_tce_calorific"] == pytest.approx(744 * 5 * 0.1229 / 1000)
    assert sun["energy_gj"] != sun["energy_gj"]


def test_certificates_cover_what_comes_from_outside_the_park_first(bought):
    """c sells a 20 kWh an hour of January inside the park (14,880 kWh), beside the 74,400 that a
    buys outside. 60 MWh used for January cover the latter only: the park's total, in which the
    trade inside is left out, has 14,400 kWh at the remainder's factor, a itself 29,280. 80 MWh
    cover all of the latter and 5,600 kWh of the former: nothing is left in the park's, 9,280 kWh in
    a's. In proportion the first total would be 74,400 x (1 - 60 / 89.28) = 24,400.
    """
    bought.register(
        meter(31, "a", "EC", "electricity", "kWh", counterpart="c"),
        meter(32, "c", "X", "electricity", "kWh", direction=Direction.EXPORT, counterpart="a"),
    )
    for key in (31, 32):
        bought.write(key, day(2025), day(2025, 2), 20.0)
    january = {"start": day(2025), "end": day(2025, 2)}
    for mwh, park_kwh, a_kwh in ((60.0, 14_400, 29_280), (80.0, 0, 9_280)):
        hold(bought, [certificate("m", "2024-11", mwh)], [("m", "a", "2025-01", mwh)])
        for every in ("day", "month"):
            found = inventory(bought.books, every=every, **january)
            whole = totals(found, [])["scope2_market_co2e_t"].sum()
            assert whole == pytest.approx(park_kwh * 0.6096 / 1000, abs=1e-9)
            each = totals(found, ["enterprise"])
            of_a = each.loc[each["enterprise"] == "a", "scope2_market_co2e_t"].sum()
            assert of_a == pytest.approx(a_kwh * 0.6096 / 1000, rel=1e-9)


def test_a_month_below_zero_lets_a_certificate_cover_no_more_than_it_has(ledger):
    """A feeder takes 100 kWh an hour in January (74.4 MWh) and gives 50 back in February (33.6).
    40 MWh used for the year leave 74.4 - 33.6 - 40 = 0.8 MWh; of 80 only the 40.8 that were
    bought in the year are covered, and nothing is left.
    """
    ledger.write(1, day(2025), day(2025, 2), 100.0)
    ledger.write(1, day(2025, 2), day(2025, 3), -50.0)
    for mwh, covered_kwh, left_kwh in ((40.0, 40_000, 800), (80.0, 40_800, 0)):
        hold(ledger, [certificate("y", "2024-12", mwh)], [("y", "a", "2025", mwh)])
        for every in ("month", "year"):
            found = inventory(ledger.books, every=every, **YEAR)
            parts = found.parts[found.parts["certificate"].notna()]
            assert parts["amount"].sum() == pytest.approx(covered_kwh)
            whole = totals(found, [])["scope2_market_co2e_t"].item()
            assert whole == pytest.approx(left_kwh * 0.6096 / 1000, abs=1e-9)
