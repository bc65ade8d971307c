"""A snapshot in plain values, for printing and for JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from models.registry import Registry
from store.registry_db.kinds import KINDS, PARK, Values
from store.registry_db.plain import plain
from store.registry_db.records import as_filed


def describe(registry: Registry) -> dict[str, Any]:
    """Version, counts by cluster, enterprise and quantity, and the rows of every kind.

    ``counts`` has meters (not versions of meters); times are RFC 3339 with the park's offset.
    """
    meters = registry.meter_by_key.values()
    cluster_of = {enterprise.code: enterprise.cluster for enterprise in registry.enterprises}
    of_cluster = Counter(cluster_of.values())
    meters_of_cluster = Counter(cluster_of[meter.enterprise] for meter in meters)
    meters_of_enterprise = Counter(meter.enterprise for meter in meters)

    def rows(records: list[Values]) -> list[dict[str, object]]:
        return [
            {name: plain(value, registry.zone) for name, value in values.items()}
            for values in records
        ]

    filed = {kind: rows(records) for kind, records in as_filed(registry).items()}
    return {
        "version": registry.version,
        "park": filed[PARK][0],
        "counts": {
            "clusters": [
                {"code": code, "enterprises": of_cluster[code], "meters": meters_of_cluster[code]}
                for code in registry.cluster_by_code
            ],
            "enterprises": {code: meters_of_enterprise[code] for code in cluster_of},
            "quantities": dict(Counter(meter.quantity for meter in meters)),
        },
        **{f"{kind.name}s": filed[kind] for kind in KINDS if kind is not PARK},
    }
