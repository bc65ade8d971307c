"""Names in a question, looked up: one that stands for nothing is answered 404, naming it."""

from __future__ import annotations

from api.problems import unknown
from models.environment.hj212_codes import hj212_codes
from models.quantities import quantities
from models.registry import Registry


def require_enterprise(registry: Registry, enterprise: str | None) -> None:
    """Refuse an enterprise that is not registered."""
    if enterprise is not None and enterprise not in registry.enterprise_by_code:
        raise unknown("enterprise", enterprise)


def require_cluster(registry: Registry, cluster: str | None) -> None:
    """Refuse a cluster that is not registered."""
    if cluster is not None and cluster not in registry.cluster_by_code:
        raise unknown("cluster", cluster)


def require_meter(registry: Registry, enterprise: str | None, meter: str | None) -> None:
    """Refuse a meter that is not registered: at the enterprise, or anywhere where none is named."""
    require_enterprise(registry, enterprise)
    if meter is None:
        return
    if enterprise is None:
        if not any(code == meter for _, code in registry.key_of):
            raise unknown("meter", meter)
    elif (enterprise, meter) not in registry.key_of:
        raise unknown("meter", meter, f"registered at {enterprise!r}")


def require_point(registry: Registry, enterprise: str | None, point: str | None) -> None:
    """Refuse an outlet or station that is not registered: at the enterprise, or anywhere."""
    require_enterprise(registry, enterprise)
    if point is None:
        return
    if enterprise is None:
        if not any(code == point for _, code in registry.point_by_code):
            raise unknown("point", point)
    elif (enterprise, point) not in registry.point_by_code:
        raise unknown("point", point, f"registered at {enterprise!r}")


def require_pollutant(pollutant: str | None) -> None:
    """Refuse what is no code of HJ 212-2017."""
    if pollutant is not None and pollutant not in hj212_codes():
        raise unknown("pollutant", pollutant, "a code of HJ 212-2017")


def require_quantity(quantity: str | None) -> None:
    """Refuse what is not in the table of quantities."""
    if quantity is not None and quantity not in quantities():
        raise unknown("quantity", quantity, "in the table of quantities")


def require_carrier(registry: Registry, carrier: str | None) -> None:
    """Refuse a carrier that no quantity carries and no activity record names as its code."""
    known = {quantity.carrier for quantity in quantities().values() if quantity.carrier}
    recorded = {one.code for one in registry.activity_records}
    if carrier is not None and carrier not in known | recorded:
        raise unknown("carrier", carrier, "a carrier in the table of quantities")
