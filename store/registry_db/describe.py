"""A snapshot in plain values, for printing and for JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from models.registry import Registry
from store.registry_db.kinds import CLUSTER, ENTERPRISE, KINDS, PARK
from store.registry_db.plain import shown
from store.registry_db.records import as_filed


def describe(registry: Registry) -> dict[str, Any]:
    """The park with the registry's version, and a list of flat rows for every kind of record.

    Clusters have their number of enterprises and meters, enterprises and ``quantities`` theirs of
    meters (not of versions). Times are RFC 3339 with the park's offset.
    """
    meters = registry.meter_by_key.values()
    cluster_of = {enterprise.code: enterprise.cluster for enterprise in registry.enterprises}
    enterprises_in = Counter(cluster_of.values())
    meters_in = Counter(cluster_of[meter.enterprise] for meter in meters)
    meters_of = Counter(meter.enterprise for meter in meters)
    rows = {
        kind: [shown(row, kind.secret, registry.zone) for row in filed]
        for kind, filed in as_filed(registry).items()
    }
    for row in rows[CLUSTER]:
        row |= {"enterprises": enterprises_in[str(row["code"])]}
        row |= {"meters": meters_in[str(row["code"])]}
    for row in rows[ENTERPRISE]:
        row |= {"meters": meters_of[str(row["code"])]}
    measured = Counter(meter.quantity for meter in meters)
    return {
        "park": {"version": registry.version, **rows[PARK][0]},
        "quantities": [{"quantity": code, "meters": n} for code, n in sorted(measured.items())],
        **{f"{kind.name}s": rows[kind] for kind in KINDS if kind is not PARK},
    }
