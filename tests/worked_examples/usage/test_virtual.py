"""Virtual meters by hand: differences, heat of steam, gas at its own state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from models.quantities import Kind
from models.registry import Meter
from models.usage import NEW_USAGE
from models.usage.formula import FormulaError, compiled, parse
from models.usage.formula_functions import steam_heat
from models.usage.virtual import virtual, virtual_usage

START = datetime(2026, 3, 13, tzinfo=UTC)


def meter(key, code, quantity, kind=Kind.COUNTER, unit="kWh", **more):
    return Meter(key, "acme", code, quantity, kind, unit, 900, **more)


MAIN = meter(1, "EL-00", "electricity")
PV = meter(2, "PV-01", "electricity", unit="MWh")
FLOW = meter(3, "ST-m", "steam", unit="t")
PRESSURE = meter(4, "ST-p", "pressure", Kind.LEVEL, "MPa")
TEMPERATURE = meter(5, "ST-t", "temperature", Kind.LEVEL, "degC")
GAS = meter(6, "GAS-act", "gas_volume_actual", unit="m3")
NAMED = {one.code: one for one in (MAIN, PV, FLOW, PRESSURE, TEMPERATURE, GAS)}


def hours(key, *rows):
    """Rows (hour, amount, estimated, coverage, mean)."""
    names = ("hour", "amount", "estimated", "coverage", "mean")
    blank = {"meter_key": key, "min": None, "max": None, "n": 4}
    return pa.Table.from_pylist(
        [
            blank | dict(zip(names, row, strict=True)) | {"hour": START + timedelta(hours=row[0])}
            for row in rows
        ],
        schema=NEW_USAGE,
    )


def computed(formula, quantity, unit, *tables, kind=Kind.INTERVAL):
    one = Meter(9, "acme", "V", quantity, kind, unit, 3600, formula=formula)
    usage = {table["meter_key"][0].as_py(): table for table in tables}
    return virtual_usage([virtual(one, NAMED)], usage).to_pylist()


def test_a_difference_hour_by_hour():
    """Usage of both is in the quantity's unit, kWh, whatever the meters show."""
    rows = computed(
        "'EL-00' - 'PV-01'", "electricity", "kWh",
        hours(1, (0, 100.0, 0.0, 1.0, None), (1, 80.0, 20.0, 0.5, None), (2, 50.0, 0.0, 1.0, None)),
        hours(2, (0, 30.0, 0.0, 1.0, None), (1, 30.0, 3.0, 1.0, None)),
    )  # fmt: skip
    assert [row["amount"] for row in rows] == [70, 50, None]
    # A quarter of 80 and a tenth of 30 are estimated: so counts a quarter of 50.
    assert [row["estimated"] for row in rows] == [0, 12.5, None]
    assert [row["coverage"] for row in rows] == [1, 0.5, 0]


def test_heat_of_steam():
    """10 t at 3 MPa and 300 °C: h = 2994.35 kJ/kg (IAPWS-IF97 tables), 10 (h - 83.74) / 1000 GJ."""
    tables = (
        hours(3, (0, 10.0, 0.0, 1.0, None)),
        hours(4, (0, None, None, 1.0, 3000.0)),  # kPa: the quantity's unit
        hours(5, (0, None, None, 1.0, 300.0)),
    )
    (row,) = computed("steam_heat('ST-m','ST-p','ST-t')", "heat", "GJ", *tables)
    assert row["amount"] == pytest.approx((2994.35 - 83.74) / 100, rel=2e-6)
    (row,) = computed("steam_heat('ST-m','ST-p','ST-t', 419.1)", "heat", "GJ", *tables)
    assert row["amount"] == pytest.approx((2994.35 - 419.1) / 100, rel=2e-6)
    gauge = "steam_heat('ST-m', absolute_pressure('ST-p'), 'ST-t')"
    (row,) = computed(gauge, "heat", "GJ", *tables)
    assert row["amount"] < (2994.35 - 83.74) / 100


def test_heat_of_saturated_steam():
    """Dry saturated steam of 1 MPa: h'' = 2777.1 kJ/kg (IAPWS-IF97 tables)."""
    tables = (hours(3, (0, 2.0, 0.0, 1.0, None)), hours(4, (0, None, None, 1.0, 1000.0)))
    (row,) = computed("saturated_steam_heat('ST-m','ST-p')", "heat", "GJ", *tables)
    assert row["amount"] == pytest.approx(2 * (2777.1 - 83.74) / 1000, rel=1e-5)


def test_gas_at_its_normal_state():
    """100 m3 at two atmospheres and 20 °C are 100 x 2 x 273.15 / 293.15 Nm3."""
    tables = (
        hours(6, (0, 100.0, 0.0, 1.0, None)),
        hours(4, (0, None, None, 1.0, 202.65)),
        hours(5, (0, None, None, 1.0, 20.0)),
    )
    (row,) = computed("normal_volume('GAS-act','ST-p','ST-t')", "natural_gas", "Nm3", *tables)
    assert row["amount"] == pytest.approx(200 * 273.15 / 293.15, rel=1e-12)
    (row,) = computed("normal_volume('GAS-act','ST-p','ST-t', 0.9)", "natural_gas", "Nm3", *tables)
    assert row["amount"] == pytest.approx(200 * 273.15 / 293.15 / 0.9, rel=1e-12)


def test_a_level_of_levels():
    rows = computed(
        "('ST-t' + 'ST-t') / 2", "temperature", "degC",
        hours(5, (0, None, None, 1.0, 20.0)), kind=Kind.MEAN,
    )  # fmt: skip
    assert [(row["mean"], row["amount"]) for row in rows] == [(pytest.approx(20.0), None)]


def test_a_difference_of_temperatures_has_no_zero_point():
    units = {"A": "degC", "B": "degC", "M": "t"}
    values = {"A": np.array([80.0]), "B": np.array([60.0])}
    for text, expected in (("'A' - 'B'", 20.0), ("abs('B' - 'A')", 20.0), ("max('A', 'B')", 80.0),
                           ("'B' + ('A' - 'B') / 2", 70.0), ("0.7 * 'A' + 'B' * 0.3", 74.0),
                           ("('A' + 'B') / (1 + 1)", 70.0)):  # fmt: skip
        assert compiled(parse(text), units, "degC").evaluate(values) == pytest.approx([expected])
    for text in ("'A' + 'B'", "2 * 'A'", "-'A'", "'A' * 'A' / 'B'", "max('A', 'A' - 'B')"):
        with pytest.raises(FormulaError, match="neither a temperature nor a difference"):
            compiled(parse(text), units, "degC")
    with pytest.raises(FormulaError, match="a difference where a temperature belongs"):
        compiled(parse("steam_heat('M', 'P', 'A' - 'B')"), units | {"P": "kPa"}, "GJ")


def test_no_gas_has_a_pressure_below_zero():
    found = compiled(
        parse("normal_volume('V', 'P', 'T')"), {"V": "m3", "P": "kPa", "T": "degC"}, "Nm3"
    )
    values = {"V": np.ones(3), "P": np.array([101.325, -20.0, 101.325])}
    volume = found.evaluate(values | {"T": np.array([0.0, 0.0, -300.0])})
    assert volume == pytest.approx([1.0, np.nan, np.nan], nan_ok=True)


def test_versions_hold_from_their_hour_on():
    first = Meter(9, "acme", "V", "electricity", Kind.INTERVAL, "kWh", 3600, formula="'EL-00'",
                  valid_to=START + timedelta(hours=1))  # fmt: skip
    second = Meter(9, "acme", "V", "electricity", Kind.INTERVAL, "kWh", 3600,
                   formula="'EL-00' * 2", valid_from=START + timedelta(hours=1))  # fmt: skip
    usage = {1: hours(1, (0, 10.0, 0.0, 1.0, None), (1, 10.0, 0.0, 1.0, None))}
    rows = virtual_usage([virtual(one, NAMED) for one in (first, second)], usage)
    assert rows["amount"].to_pylist() == [10, 20]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("'EL-00' + 'ST-t'", "cannot be added"),
        ("'EL-00' * 'PV-01'", "not in kWh"),
        ("'nowhere'", "no such meter"),
        ("steam_heat('EL-00','ST-p','ST-t')", "stands where t belongs"),
    ],
)
def test_units_that_do_not_fit_are_named(formula, said):
    one = Meter(9, "acme", "V", "electricity", Kind.INTERVAL, "kWh", 3600, formula=formula)
    with pytest.raises(FormulaError, match=said):
        virtual(one, NAMED)


@pytest.mark.parametrize(
    "text",
    [
        "", "1 + 1", "EL", "'A'.real", "'A' ** 2", "'A' if 1 else 2", "[x for x in 'A']",
        "f'{1}'", "__import__('os').system('id')", "open('A')", "lambda: 'A'", "'A' and 'B'",
        "min()", "'A'[0]", "min('A', key=1)", "min(*'A')", "True * 'A'", "1e999 * 'A'", "1j * 'A'",
        "b'A'", "'A' 'B'.x", "(" * 900 + "'A'" + ")" * 900, "-" * 900 + "'A'",
        "'A'+" * 900 + "'A'", "'A'\x00", "9" * 400 + " * 'A'",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(FormulaError):
        parse(text)


def test_a_division_by_zero_is_unknown():
    found = compiled(parse("'A' / 'B' * 'B'"), {"A": "kWh", "B": "kWh"}, "kWh")
    values = {"A": np.array([1.0, 2.0]), "B": np.array([0.0, 2.0])}
    assert np.isnan(found.evaluate(values)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("kelvin", "megapascal", "enthalpy", "within"),
    [
        # IAPWS R7-97(2012), verification values: table 15 (region 2) and table 42 (region 5).
        (300.0, 0.0035, 2549.91145, 2e-9),
        (700.0, 0.0035, 3335.68375, 2e-9),
        (700.0, 30.0, 2631.49474, 2e-9),
        (1500.0, 0.5, 5219.76855, 2e-9),
        # Table 33 (region 3) gives pressure and enthalpy of a density. From the pressure back to
        # the density leads the equation of IAPWS SR5-05, which is an approximation.
        (650.0, 25.5837018, 1863.43019, 5e-6),
    ],
)
def test_enthalpy_is_that_of_the_published_tables(kelvin, megapascal, enthalpy, within):
    heat = steam_heat(
        np.array([1000.0]), np.array([megapascal * 1000]), np.array([kelvin]), np.array([0.0])
    )
    assert heat == pytest.approx([enthalpy], rel=within)


def test_water_is_not_taken_for_steam_and_no_flow_is_no_heat():
    """At 1 MPa water boils at 179.89 °C (IAPWS-IF97, region 4)."""
    mass = np.array([5.0, 5.0, 0.0, 0.0])
    pressure = np.array([1000.0, 1000.0, 101.325, np.nan])
    heat = steam_heat(mass, pressure, np.array([179.0, 181.0, 20.0, 20.0]) + 273.15)
    assert np.isnan(heat).tolist() == [True, False, False, True]
    assert heat[1] == pytest.approx(5 * (2780 - 83.74) / 1000, rel=1e-3)
    assert heat[2] == 0
