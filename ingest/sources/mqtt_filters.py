"""Which subscriptions a persistent session may still have from earlier settings.

The broker keeps them until they are given up, and no client can ask which they are: a share of
another name would go on taking its part of the messages for a session that reads them all anyway.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

FILE = "mqtt_filters.json"  # in the data folder


def former_filters(folder: Path, filters: Sequence[str]) -> list[str]:
    """Every other filter that was ever subscribed to from this folder; remembers ``filters``.

    Call it before subscribing, so that none is forgotten however the process ends. Filters are
    never dropped from the file: giving one up again does nothing, and there are few.
    """
    file = folder / FILE
    known: list[str] = json.loads(file.read_text("utf-8")) if file.exists() else []
    new = [one for one in filters if one not in known]
    if new:
        fresh = file.with_suffix(".fresh")
        fresh.write_text(json.dumps([*known, *new], ensure_ascii=False), "utf-8")
        fresh.replace(file)
    return [one for one in known if one not in filters]
