"""One truth: the same figure by hour, day, month, year; by enterprise, cluster, park; from API,
command line and CSV of the real service on its real store. Worked by hand in conftest's park.
"""

from __future__ import annotations

import csv
import io
import json

import pytest

SPAN = {"start": "2025-12-17", "end": "2026-01-15"}
EVERY = ("hour", "day", "month", "year", "total")
HOURS = 720

# t CO2 by hand. 0.4671 kg/kWh (吉林 2023), 0.11 t/GJ, gas 389.31 x 0.0153 x 0.99 x 44/12 t per
# 10^4 Nm3; market: 0.6096 kg/kWh on what certificates leave of EQ's 40 kWh an hour.
GAS = HOURS * 0.01 * 389.31 * 0.0153 * 0.99 * 44 / 12
EQ = HOURS * (40 * 0.4671e-3 + 2.9 * 0.11)
IT = HOURS * 5 * 0.4671e-3
SV = GAS - HOURS * 4 * 0.11
EQUIPMENT = EQ + IT
PARK = GAS + HOURS * 45 * 0.4671e-3 - HOURS * 0.11
GROUP = GAS + HOURS * 40 * 0.4671e-3 - HOURS * 0.11
EQ_MARKET = (HOURS * 40 - 2_000 - 8_000) * 0.6096e-3 + HOURS * 2.9 * 0.11
PARK_TCE = HOURS * (1 * 0.01 * 389.31 / 29.3076 + 0.045 * 0.1229 - 0.03412)


def close(value):
    return pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("every", EVERY)
def test_the_park_s_total_is_the_same_in_every_length_of_period(service, every):
    answer = service.json("inventory", every=every, by="period", **SPAN)
    assert answer["totals"]["co2e_t"] == close(PARK)
    assert answer["totals"]["energy_tce_calorific"] == close(PARK_TCE)
    for name in ("co2e_t", "energy_tce_calorific", "scope2_market_co2e_t"):
        items = sum(item[name] for item in answer["items"])
        assert items == close(answer["totals"][name])


@pytest.mark.parametrize("every", EVERY)
def test_enterprises_clusters_groups_in_every_length_of_period(service, every):
    each: dict[str, float] = {}
    for item in service.json("inventory", every=every, by="period,enterprise", **SPAN)["items"]:
        each[item["enterprise"]] = each.get(item["enterprise"], 0.0) + item["co2e_t"]
    assert each == {"EQ": close(EQ), "IT": close(IT), "SV": close(SV)}
    for whose, wanted in (
        ({"enterprise": "EQ"}, EQ),
        ({"enterprise": "SV"}, SV),
        ({"cluster": "equipment"}, EQUIPMENT),
        ({"cluster": "services"}, SV),
        ({"group": "heat"}, GROUP),
    ):
        answer = service.json("inventory", every=every, by="period", **SPAN, **whose)
        assert answer["totals"]["co2e_t"] == close(wanted), whose
    # the park is its enterprises less what they sell each other
    answer = service.json("inventory", every=every, by="carrier", **SPAN)
    inside = sum(one["co2e_t"] for one in answer["netted"])
    assert sum(each.values()) - inside == close(PARK)


@pytest.mark.parametrize("every", EVERY)
def test_certificates_leave_the_same_in_every_length_of_period(service, every):
    answer = service.json("inventory", every=every, by="period", enterprise="EQ", **SPAN)
    assert answer["totals"]["scope2_market_co2e_t"] == close(EQ_MARKET)
    market = service.json(
        "inventory", every=every, by="period", enterprise="EQ", basis="market", **SPAN
    )
    assert market["totals"]["co2e_t"] == close(EQ_MARKET)


def test_the_months_are_the_years(service):
    """What is of December and what is of January asked for alone, and the whole."""
    halves = (("2025-12-17", "2025-12-31"), ("2026-01-01", "2026-01-15"))
    parts = [service.json("inventory", start=one, end=other)["totals"] for one, other in halves]
    whole = service.json("inventory", **SPAN)["totals"]
    for name in ("co2e_t", "scope2_market_co2e_t", "energy_gj", "energy_tce_equivalent"):
        assert parts[0][name] + parts[1][name] == close(whole[name])
    assert whole["coverage"] == parts[0]["coverage"] == 1.0


def test_csv_and_command_line_tell_what_the_api_tells(service):
    asked = {"every": "month", "by": "period,enterprise", **SPAN}
    items = service.json("inventory", **asked)["items"]
    rows = list(csv.DictReader(io.StringIO(service.csv("inventory", **asked))))
    assert [float(row["co2e_t"]) for row in rows] == [item["co2e_t"] for item in items]
    words = [word for name, value in asked.items() for word in (f"--{name}", value)]
    printed = service.command("inventory", *words, "--csv")
    assert printed.splitlines() == service.csv("inventory", **asked).splitlines()
    told = json.loads(service.command("inventory", *words, "--json"))
    assert told["items"] == items
    assert told["totals"]["co2e_t"] == close(PARK)


def test_energy_explain_and_export_tell_the_same(service):
    """Consumption of January, the explained figure, the rows: half of the two months each."""
    energy = service.json("energy", start="2026-01", end="2026-01")["totals"]
    assert energy["energy_tce_calorific"] == close(PARK_TCE / 2)
    figure = service.json("explain", period="2026-01", depth="0")["figure"]
    assert figure["value"] == close(PARK / 2)
    rows = csv.DictReader(io.StringIO(service.csv("inventory", start="2026-01", end="2026-01")))
    outside = [float(row["co2e_t"]) for row in rows if not row["counterpart"]]
    assert sum(outside) == close(PARK / 2)


def test_as_of_now_is_what_stands(service):
    now = service.json("health")["time"]
    answer = service.json("inventory", as_of=now, by="period", **SPAN)
    assert answer["totals"]["co2e_t"] == close(PARK)
