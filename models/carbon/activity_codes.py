"""What activity can be entered: which codes a category has, and the unit of their amounts.

The codes are those of the factor library (fuels, materials, gases, activities), beside them what
an enterprise or the park declares a factor of, and the kinds of water and solid waste, which need
no factor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.carbon.categories import categories
from models.carbon.factor_files import rows_of
from models.carbon.guidelines import guideline
from models.carbon.materials import materials
from models.environment.balance_codes import balance_codes
from models.quantities import quantities
from models.registry import DeclaredFactor, Registry

FUEL_CATEGORIES = ("stationary_combustion", "mobile_combustion")
# Category -> the only carrier that it has.
CARRIER_OF = {
    "purchased_electricity": "electricity",
    "exported_electricity": "electricity",
    "self_generation": "electricity",
    "purchased_heat": "heat",
    "exported_heat": "heat",
}


@dataclass(frozen=True, slots=True)
class ActivityCode:
    """What may be entered: amounts of ``code`` in ``category``, in ``unit`` or one like it."""

    category: str
    code: str
    name_zh: str
    name_en: str
    unit: str
    origin: str  # the factor set, "declared" for an own one, "balance" of water and waste


def codes_of(registry: Registry, enterprise: str, year: int | None = None) -> list[ActivityCode]:
    """Every category and code that an enterprise may enter, in the order of the categories.

    Published ones are those of the sets of its guideline (in ``year``, the latest edition without
    one): a fuel of another guideline's set is not among them. Raises FactorNotFoundError where the
    guideline has no edition of the year.
    """
    edition = guideline(registry.enterprise_by_code[enterprise].guideline, year)
    found: dict[tuple[str, str], ActivityCode] = {}

    def add(codes: Iterator[ActivityCode]) -> None:
        for one in codes:
            found.setdefault((one.category, one.code), one)

    add(_carriers())
    for name in edition.fuel_sets:
        add(_fuels(name))
    for name in edition.material_sets:
        add(_materials(name))
    own = [one for one in registry.declared_factors if one.enterprise in (None, enterprise)]
    add(_declared(own))
    add(_balanced())
    order = {category: place for place, category in enumerate(categories())}
    return sorted(found.values(), key=lambda one: order[one.category])


def _carriers() -> Iterator[ActivityCode]:
    by_carrier = {one.carrier: one for one in reversed(quantities().values())}
    for category, carrier in CARRIER_OF.items():
        one = by_carrier[carrier]
        yield ActivityCode(category, carrier, one.name_zh, one.name_en, one.unit, "quantities")


def _fuels(set_: str) -> Iterator[ActivityCode]:
    for row in rows_of("fuels"):
        if row["set"] == set_:
            for category in FUEL_CATEGORIES:
                yield ActivityCode(
                    category, row["code"], row["name_zh"], row["name_en"], row["unit"], set_
                )


def _materials(set_: str) -> Iterator[ActivityCode]:
    for row in materials():
        if row["set"] == set_:
            unit = row["unit"].partition("/")[2]
            yield ActivityCode(
                row["category"], row["code"], row["name_zh"], row["name_en"], unit, set_
            )


def _balanced() -> Iterator[ActivityCode]:
    for one in balance_codes().values():
        yield ActivityCode(one.category, one.code, one.name_zh, one.name_en, one.unit, "balance")


def _declared(factors: list[DeclaredFactor]) -> Iterator[ActivityCode]:
    """Materials and activities of their own, and fuels that the guideline's sets do not have."""
    fuels = {row["code"]: row for row in rows_of("fuels")}
    for one in factors:
        if one.category is not None:
            unit = one.unit.partition("/")[2].strip()
            yield ActivityCode(
                one.category, one.carrier, one.carrier, one.carrier, unit, "declared"
            )
        elif (row := fuels.get(one.carrier)) is not None:
            for category in FUEL_CATEGORIES:
                yield ActivityCode(
                    category, one.carrier, row["name_zh"], row["name_en"], row["unit"], "declared"
                )
