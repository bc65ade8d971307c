"""Under which heading of an inventory a meter counts, and why another counts nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from models.quantities import quantities
from models.registry import Direction, Meter, Registry, Use

_PURCHASED = {"electricity": "purchased_electricity", "heat": "purchased_heat"}
_EXPORTED = {"electricity": "exported_electricity", "heat": "exported_heat"}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a meter is to one enterprise.

    ``own_renewable`` marks what an enterprise generates from a renewable source, and what it sells
    of that.
    """

    enterprise: str
    category: str
    counterpart: str | None
    use: str
    own_renewable: bool = False


def why_no_heading(registry: Registry, meter: Meter) -> str | None:
    """Why a meter has no heading, None where it has one; sub-meters are not asked for here."""
    carrier = quantities()[meter.quantity].carrier
    if not carrier:
        return f"quantity {meter.quantity} carries no energy"
    if not meter.has_amounts:
        return f"kind {meter.kind.value} has no amounts"
    if meter.direction is Direction.INTERNAL_TRANSFER and meter.counterpart is None:
        return "direction internal_transfer names no counterpart"
    if meter.direction is Direction.GENERATION and _category(registry, meter) != "self_generation":
        return "direction generation: made from energy that is counted already"
    sold = meter.direction in (Direction.EXPORT, Direction.INTERNAL_TRANSFER)
    if sold and carrier not in _EXPORTED:
        return f"direction {meter.direction.value}: no method deducts sold {carrier}"
    return None


def headings(registry: Registry, meter: Meter) -> list[Heading]:
    """Headings of a meter that has one: two, seller's and buyer's, of an internal transfer."""
    carrier = quantities()[meter.quantity].carrier
    use = _use(registry, meter)
    if meter.direction is Direction.GENERATION:
        return [Heading(meter.enterprise, "self_generation", None, use, own_renewable=True)]
    if meter.direction is Direction.IMPORT:
        category = _declared(registry, meter) or _PURCHASED.get(carrier, "stationary_combustion")
        if carrier in _PURCHASED:
            category = _PURCHASED[carrier]
        return [Heading(meter.enterprise, category, meter.counterpart, use)]
    own = _declared(registry, meter) == "self_generation"
    sold = Heading(meter.enterprise, _EXPORTED[carrier], meter.counterpart, use, own)
    if meter.direction is Direction.EXPORT or meter.counterpart is None:
        return [sold]
    bought = Heading(meter.counterpart, _PURCHASED[carrier], meter.enterprise, Use.USE.value)
    return [sold, bought]


def _declared(registry: Registry, meter: Meter) -> str | None:
    """Category of the meter's declared source stream."""
    stream = registry.stream_by_code.get((meter.enterprise, meter.source_stream or ""))
    return None if stream is None else stream.category


def _category(registry: Registry, meter: Meter) -> str:
    """Category of a generating meter: own renewable power unless declared otherwise."""
    if quantities()[meter.quantity].carrier != "electricity":
        return _declared(registry, meter) or "conversion"
    return _declared(registry, meter) or "self_generation"


def _use(registry: Registry, meter: Meter) -> str:
    stream = registry.stream_by_code.get((meter.enterprise, meter.source_stream or ""))
    return (Use.USE if stream is None else stream.use).value
