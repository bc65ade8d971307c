"""What the scenarios of the roadmap assume, with where each assumption stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.unknown_texts import none_where_unknown
from models.progress.roadmap.rules import name_of, parameters

COLUMNS = [
    "scenario", "name_zh", "name_en", "parameter", "parameter_zh", "parameter_en", "cluster",
    "cluster_zh", "cluster_en", "from_year", "value_pct", "low_pct", "high_pct", "source",
]  # fmt: skip

ALL = ("全部集群", "All clusters")


def assumptions(books: Books, *, scenario: str | None = None) -> pd.DataFrame:
    """COLUMNS: rates in % a year from a year on until the next one of the same cluster.

    ``cluster`` None: of all that have none of their own, and its names say so. ``low_pct`` and
    ``high_pct`` are the ends of its 90 % interval.
    """
    rows = []
    registry = books.registry()
    for one in registry.assumptions:
        if scenario not in (None, one.scenario):
            continue
        known = parameters().get(one.parameter)
        said = (one.parameter, one.parameter) if known is None else (known.name_zh, known.name_en)
        of = None if one.cluster is None else registry.cluster_by_code.get(one.cluster)
        whose = ALL if one.cluster is None else (one.cluster, one.cluster)
        whose = whose if of is None else (of.name_zh, of.name_en)
        rows.append(
            [one.scenario, *name_of("scenario", one.scenario), one.parameter, *said, one.cluster,
             *whose, one.from_year, one.value, one.low, one.high, one.source]
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS)
    texts = ["cluster"]
    table = none_where_unknown(table, texts)
    numbers = dict.fromkeys(("value_pct", "low_pct", "high_pct"), np.float64)
    return table.astype({"from_year": np.int64}).astype(numbers)
