"""The codes of HJ 212: each measurable, each where it is measured, those easily swapped right."""

from __future__ import annotations

import pytest

from models.environment.hj212_codes import codes_of_2005, hj212_codes
from models.quantities import Kind, quantities
from models.registry.channel_fields import FIELDS
from models.registry.points import Medium
from models.units import conversion


def test_every_unit_measures_its_quantity() -> None:
    for code in hj212_codes().values():
        quantity = quantities()[code.quantity]
        conversion(code.unit, quantity.unit)
        assert {Kind.LEVEL, Kind.MEAN} <= quantity.kinds, code.code
        if code.amount_unit is not None:
            assert code.amount_quantity is not None
            conversion(code.amount_unit, quantities()[code.amount_quantity].unit)
        assert code.status in {"verified", "verified-secondary"}
        assert code.media, code.code


# HJ 212-2017, annex B: code, its code of 2005, name, unit, unit of its amounts.
@pytest.mark.parametrize(
    ("code", "of_2005", "name", "unit", "amount"),
    [
        ("w00000", "B01", "waste water flow", "L/s", "m3"),
        ("w01018", "011", "chemical oxygen demand", "mg/L", "kg"),
        ("w21001", "065", "total nitrogen", "mg/L", "kg"),
        ("w21003", "060", "ammonia nitrogen", "mg/L", "kg"),
        ("w21011", "101", "total phosphorus", "mg/L", "kg"),
        ("w20111", "020", "total mercury", "ug/L", "g"),
        ("a00000", "B02", "waste gas flow", "m3/s", "m3"),
        ("a21026", "02", "sulphur dioxide", "mg/m3", "kg"),
        ("a21002", "03", "nitrogen oxides", "mg/m3", "kg"),
        ("a21003", None, "nitric oxide", "mg/m3", "kg"),
        ("a21004", None, "nitrogen dioxide", "mg/m3", "kg"),
        ("a19001", "S01", "oxygen content", "%", None),
        ("a01013", "S08", "flue gas static pressure", "kPa", None),
        ("a34013", "01", "particulate matter (smoke dust)", "mg/m3", "kg"),
        ("Leq", None, "equivalent sound level", "dB", None),
    ],
)
def test_codes_as_annex_b_has_them(
    code: str, of_2005: str | None, name: str, unit: str, amount: str | None
) -> None:
    found = hj212_codes()[code]
    assert (found.code_2005, found.name_en) == (of_2005, name)
    assert (found.unit, found.amount_unit) == (unit, amount)
    if of_2005 is not None:
        assert codes_of_2005()[of_2005] == code


def test_a_gas_may_be_a_part_of_the_volume_and_water_may_not() -> None:
    codes = hj212_codes()
    assert codes["a21003"].quantity_in("ppm") == "volume_fraction"
    assert codes["a05001"].quantity_in("%") == "volume_fraction"
    assert codes["a21003"].quantity_in("ug/m3") == "concentration"
    assert codes["a19001"].quantity_in("%") == "oxygen"
    assert codes["w01018"].quantity_in("mg/L") == "water_concentration"


def test_media_and_fields() -> None:
    codes = hj212_codes()
    assert codes["a34013"].media == {Medium.WASTE_GAS}
    assert codes["a05024"].media == {Medium.AMBIENT_AIR, Medium.SITE_DUST}
    assert codes["w01018"].media == {Medium.WASTE_WATER, Medium.SURFACE_WATER}
    assert len(FIELDS) == 23  # 2 of real time, 7 each of minutes, hours and days
    assert FIELDS["realtime"].kind is Kind.LEVEL
    assert FIELDS["day-zs-max"].kind is Kind.MEAN
    assert FIELDS["hour-cou"].kind is Kind.INTERVAL
