"""What HJ 212 devices call what they measure (``models/reference/hj212_codes.csv``).

The codes are those of HJ 212-2017, annex B, tables B.1 to B.3, with the code of the 2005 edition
beside them. ``verified`` rows were read in the standard's text; ``verified-secondary`` ones in a
public transcription of the annex (github.com/srdgame/lua-HJ212, hj212.csv, commit 35025e90). Where
the default unit departs from what is printed, ``note`` says so and why.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from models.errors import UnitError
from models.registry.points import Medium
from models.units import conversion

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of a gas, instead of a mass concentration: a conversion to it needs the molar mass.
VOLUME_FRACTION = "volume_fraction"


@dataclass(frozen=True, slots=True)
class Hj212Code:
    """One row. ``unit`` is the default of its values, ``amount_unit`` of its -Cou (None: none).

    ``quantity`` is a code of models/reference/quantities.csv, ``media`` where it is measured.
    """

    code: str
    code_2005: str | None
    name_zh: str
    name_en: str
    unit: str
    amount_unit: str | None
    quantity: str
    media: frozenset[Medium]
    status: str
    note: str

    @property
    def amount_quantity(self) -> str | None:
        """The quantity of its amounts; None where it has none."""
        if self.amount_unit is None:
            return None
        return "discharged_volume" if self.amount_unit == "m3" else "discharged_mass"

    def quantity_in(self, unit: str) -> str:
        """The quantity of values in ``unit``: a gas may be given as a part of the volume (ppm)."""
        if self.quantity == "concentration" and _is_fraction(unit):
            return VOLUME_FRACTION
        return self.quantity


@cache
def hj212_codes() -> Mapping[str, Hj212Code]:
    """Every known code of the 2017 edition."""
    text = (files("models") / "reference" / "hj212_codes.csv").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            row["code"]: Hj212Code(
                code=row["code"],
                code_2005=row["code_2005"] or None,
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                unit=row["unit"],
                amount_unit=row["amount_unit"] or None,
                quantity=row["quantity"],
                media=frozenset(Medium(medium) for medium in row["media"].split("|")),
                status=row["status"],
                note=row["note"],
            )
            for row in csv.DictReader(text.splitlines())
        }
    )


@cache
def codes_of_2005() -> Mapping[str, str]:
    """The code of 2017 by the code of 2005; water has three digits there, air two."""
    return MappingProxyType(
        {one.code_2005: one.code for one in hj212_codes().values() if one.code_2005 is not None}
    )


@cache
def _is_fraction(unit: str) -> bool:
    try:
        conversion(unit, "ppm")
    except UnitError:
        return False
    return True
