"""Under which heading of an inventory a meter counts, and why another counts nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger.stretches import begins, cut_at, ends
from models.carbon.categories import categories
from models.quantities import quantities
from models.registry import Direction, Meter, Registry, SourceStream, Use

_PURCHASED = {"electricity": "purchased_electricity", "heat": "purchased_heat"}
_EXPORTED = {"electricity": "exported_electricity", "heat": "exported_heat"}
_SELF_GENERATION = "self_generation"


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


class Headings:
    """The headings of a registry's meters, by direction, carrier and declared source stream."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._renewables: dict[str, list[Meter]] = defaultdict(list)  # by enterprise
        for meter in registry.meters:
            if meter.direction is Direction.GENERATION and self._makes_renewable_power(meter):
                self._renewables[meter.enterprise].append(meter)

    def why_not(self, meter: Meter) -> str | None:
        """Why a meter has no heading, None where it has one; sub-meters are not asked for here."""
        return next(self._why_not(meter), None)

    def _why_not(self, meter: Meter) -> Iterator[str]:
        carrier = quantities()[meter.quantity].carrier
        stream = self._stream(meter)
        if not carrier:
            yield f"quantity {meter.quantity} carries no energy"
        if stream is not None and categories()[stream.category].of_a_balance:
            yield f"source stream {stream.code} is of {stream.category}: no inventory has it"
        if not meter.has_amounts:
            yield f"kind {meter.kind.value} has no amounts"
        if meter.direction is Direction.INTERNAL_TRANSFER and meter.counterpart is None:
            yield "direction internal_transfer names no counterpart"
        if meter.direction is Direction.GENERATION and not self._makes_renewable_power(meter):
            yield "direction generation: made from energy that is counted already"
        sold = meter.direction in (Direction.EXPORT, Direction.INTERNAL_TRANSFER)
        if sold and carrier not in _EXPORTED:
            yield f"direction {meter.direction.value}: no method deducts sold {carrier}"

    def cut(self, versions: Iterable[Meter]) -> list[Meter]:
        """Versions of a meter, cut where its enterprise begins or ceases to make renewable power if
        what they sell is another from then on.
        """
        found = []
        for meter in versions:
            instants = {at for one in self._renewables.get(meter.enterprise, ())
                        for at in (one.valid_from, one.valid_to) if at is not None}  # fmt: skip
            sold = meter.direction in (Direction.EXPORT, Direction.INTERNAL_TRANSFER)
            found += cut_at(meter, instants) if sold else [meter]
        return found

    def of(self, meter: Meter) -> list[Heading]:
        """Headings of a meter that has one: two, seller's and buyer's, of an internal transfer."""
        carrier = quantities()[meter.quantity].carrier
        stream = self._stream(meter)
        use = (Use.USE if stream is None else stream.use).value
        if meter.direction is Direction.GENERATION:
            return [Heading(meter.enterprise, _SELF_GENERATION, None, use, own_renewable=True)]
        if meter.direction is Direction.IMPORT:
            category = "stationary_combustion" if stream is None else stream.category
            category = _PURCHASED.get(carrier, category)
            return [Heading(meter.enterprise, category, meter.counterpart, use)]
        own = self._sells_own_renewables(meter)
        sold = Heading(meter.enterprise, _EXPORTED[carrier], meter.counterpart, use, own)
        if meter.direction is Direction.EXPORT or meter.counterpart is None:
            return [sold]
        bought = Heading(meter.counterpart, _PURCHASED[carrier], meter.enterprise, Use.USE.value)
        return [sold, bought]

    def _stream(self, meter: Meter) -> SourceStream | None:
        if meter.source_stream is None:
            return None
        return self._registry.stream_by_code.get((meter.enterprise, meter.source_stream))

    def _makes_renewable_power(self, meter: Meter) -> bool:
        """A generating meter of electricity does, unless its source stream says otherwise."""
        stream = self._stream(meter)
        if stream is not None:
            return stream.category == _SELF_GENERATION
        return quantities()[meter.quantity].carrier == "electricity"

    def _sells_own_renewables(self, meter: Meter) -> bool:
        """Whether sold power is its seller's own renewable power: as the source stream says, else
        wherever the seller makes such power at the time.
        """
        if quantities()[meter.quantity].carrier != "electricity":
            return False
        stream = self._stream(meter)
        if stream is not None:
            return stream.category == _SELF_GENERATION
        return any(
            begins(one) <= begins(meter) < ends(one)
            for one in self._renewables.get(meter.enterprise, ())
        )
