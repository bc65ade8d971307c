"""Every figure of a mixed park is the inventory's, and computes again from its leaves.

Fuel, heat, power bought, made and sold inside the park, certificates, records of several gases, a
virtual meter. The script that computes again is the shipped one, loaded as the file that it is.
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pandas as pd
import pyarrow as pa
import pytest

from ledger.explain import Question, What, explain
from ledger.explaining.node import ExplainError
from ledger.inventory import inventory
from ledger.settle import settle
from ledger.totals import totals
from models.quantities import Kind
from models.readings import NEW_READINGS
from models.registry import (
    ActivityOrigin,
    ActivityRecord,
    ActivityState,
    Certificate,
    CertificateKind,
    CertificateUse,
    Direction,
    Group,
)
from store.interface import Batch
from tests.unit.carbon.conftest import day, meter

SCRIPT = Path(__file__).parents[3] / "verify" / "recompute.py"
TOTAL: dict[What, tuple[str, str]] = {
    "co2e": ("co2e_t", "location"), "co2e_market": ("co2e_t", "market"),
    "scope1": ("scope1_co2e_t", "location"), "scope2_location": ("scope2_co2e_t", "location"),
    "scope2_market": ("scope2_market_co2e_t", "location"),
    "scope3": ("scope3_co2e_t", "location"), "biogenic": ("biogenic_co2_t", "location"),
    "energy": ("energy_gj", "location"), "tce_calorific": ("energy_tce_calorific", "location"),
    "tce_equivalent": ("energy_tce_equivalent", "location"),
}  # fmt: skip


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("recompute", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(number, category, code, amount, unit="t", *, period="2025"):
    at = datetime(2026, 1, 10, tzinfo=UTC)
    return ActivityRecord(
        number, "c", category, code, period, amount, unit, None, ActivityOrigin.INVOICE,
        "invoice 7", 5.0, ActivityState.APPROVED, "Wang", at, "Li", at,
    )  # fmt: skip


@pytest.fixture
def mixed(ledger):
    ledger.register(
        meter(7, "b", "E9", "electricity", "kWh", direction=Direction.EXPORT, counterpart="a"),
        meter(2, "a", "E2", "electricity", "kWh", counterpart="b"),
        meter(9, "c", "V1", "electricity", "kWh", kind=Kind.INTERVAL,
              formula="'H2' * 2 + 'H3' / 4"),
        meter(10, "c", "H2", "electricity", "kWh"), meter(11, "c", "H3", "electricity", "kWh"),
    )  # fmt: skip
    ledger.registry = replace(
        ledger.registry,
        groups=(Group("g", "组", "Group", ("a", "b")),),
        certificates=(
            Certificate("GEC/1", "a", CertificateKind.GEC, "wind", "2025-01", 20.0, "extract"),
        ),
        certificate_uses=(CertificateUse("GEC/1", "a", "2025", 20.0),),
        activity_records=(
            record(1, "mobile_combustion", "diesel", 12.5, "t"),
            record(2, "fugitive", "R-404A", 0.02, "t"),
            record(3, "wastewater", "anaerobic_reactor", 30.0, "t"),
            record(4, "process", "limestone", 8.0, "t", period="2025-02"),
        ),
    )
    for key, amount in ((1, 100.0), (2, 7.0), (3, 3.3), (5, 11.0), (6, 40.0), (7, 7.0),
                        (8, 0.7), (10, 5.0), (11, 4.0), (9, 11.0)):  # fmt: skip
        ledger.write(key, day(2025), day(2025, 3), amount, estimated=amount / 10)
    return ledger


def test_figures_are_the_inventorys_and_compute_again(mixed, script):
    books = mixed.books
    boundaries = (("park", None, None), ("enterprise", "a", ["a"]), ("group", "g", ["a", "b"]))
    for boundary, code, whose in boundaries:
        found = inventory(books, every="year", start=day(2025), end=day(2026), enterprises=whose)
        for what in get_args(What) if whose is None else ("co2e_market", "tce_equivalent"):
            name, basis = TOTAL[what]
            expected = totals(found, [], basis=basis).iloc[0][name]
            figure = explain(books, Question("2025", boundary, code, what), depth=7)
            if pd.isna(expected):
                assert figure["value"] is None
            else:
                assert figure["value"] == pytest.approx(expected, rel=1e-12)
            tally = script.Tally()
            script.recompute(json.loads(json.dumps(figure)), tally)
            assert tally.differences == []
            assert tally.computed > 0


def test_every_row_of_emissions_unfolds_to_its_operands(mixed):
    figure = explain(mixed.books, Question("2025"), depth=3)
    rows = [row for enterprise in figure["operands"] for row in enterprise["operands"]]
    assert len(rows) >= 9
    for row in rows:
        assert row["op"] == "product", row["id"]
        assert row["clause"]
        assert row["source"]["status"]
    blend = next(row for row in rows if "R-404A" in row["id"])
    # 0.02 t × (0.44 × 3,170 + 0.52 × 4,800 + 0.04 × 1,300) = 0.02 × 3,942.8 (AR5)
    assert blend["value"] == pytest.approx(78.856)
    assert [one["id"].rpartition("/")[2] for one in blend["operands"]] == ["gas", "gwp"]
    assert {(one["enterprise"], one["counterpart"]) for one in figure["evidence"]["netted"]} == {
        ("a", "b"), ("b", "a")
    }  # fmt: skip


def test_records_and_certificates_tell_who_and_by_what(mixed):
    def leaves(node):
        return [node] if not node["operands"] else [
            leaf for one in node["operands"] for leaf in leaves(one)
        ]  # fmt: skip

    figure = explain(mixed.books, Question("2025", "enterprise", "c", "scope1"), depth=9)
    told = next(leaf["evidence"] for leaf in leaves(figure) if leaf["evidence"].get("record") == 1)
    assert (told["evidence"], told["entered_by"], told["approved_by"]) == (
        "invoice 7",
        "Wang",
        "Li",
    )
    market = explain(mixed.books, Question("2025", "enterprise", "a", "scope2_market"), depth=9)
    covered = next(one for one in leaves(market) if one["evidence"].get("certificate"))
    # 20 MWh cover a part of what E1 brings from outside (100 kWh/h), and nothing of E2's, from b.
    assert covered["id"].endswith("/GEC_1")
    assert covered["value"] == pytest.approx(20_000)


def test_a_virtual_hour_is_its_formula_of_its_operands(mixed, script):
    row = "p/c/purchased_electricity.electricity.location"
    path = f"{row}/gas/gasa/activity/V1/2025-01/2025-01-05/11"
    virtual = explain(mixed.books, Question("2025"), path=path, depth=3)
    assert virtual["hour"] == "2025-01-05T03:00:00Z"
    (formula,) = virtual["operands"]
    # 5 × 2 + 4 / 4
    assert (formula["value"], formula["op"]) == (11.0, "sum")
    assert {"H2", "H3"} <= {node["id"].rpartition("/")[2] for node in nodes(formula)}
    tally = script.Tally()
    script.recompute(formula, tally)
    assert tally.differences == []


def test_a_rate_behind_another_transformer_computes_again(ledger, script):
    """11:00 400 kW; from 11:15 on behind a transformer of 40, which at 12:00 shows 20: 800 kW."""
    change = day(2025, 1, 5) + timedelta(hours=11, minutes=15)
    before = meter(12, "c", "P1", "electricity", "kW", kind=Kind.RATE, valid_to=change)
    behind = replace(before, multiplier=40.0, valid_from=change, valid_to=None)
    ledger.register(before, behind)
    at = [day(2025, 1, 5) + timedelta(hours=hour) for hour in (11, 12)]
    columns = {
        "meter_key": [12, 12], "ts": at, "value": [400.0, 20.0], "quality": [0, 0],
        "received": at, "source": [1, 1],
    }  # fmt: skip
    ledger.store.append(Batch(pa.table(columns, schema=NEW_READINGS)))
    settle(ledger.books)
    row = "p/c/purchased_electricity.electricity.location"
    path = f"{row}/gas/gasa/activity/P1/2025-01/2025-01-05/11"
    hour = explain(ledger.books, Question("2025"), path=path, depth=9)
    # in a straight line from 400 to 800: 600 on average
    assert hour["value"] == pytest.approx(600.0)
    readings = {one["value"] for one in nodes(hour) if one["op"] == "reading"}
    assert readings == {400.0, 20.0}
    tally = script.Tally()
    script.recompute(json.loads(json.dumps(hour)), tally)
    assert tally.differences == []


def nodes(node):
    yield node
    for one in node["operands"]:
        yield from nodes(one)


def test_what_is_not_there_is_named(mixed):
    with pytest.raises(ExplainError, match=r"'z' is not below p; there is a, b, c"):
        explain(mixed.books, Question("2025"), path="p/z")
    with pytest.raises(ExplainError, match="group: 'x' is not registered"):
        explain(mixed.books, Question("2025", "group", "x"))
