"""Units of SenML as ours: a table of the registry, read once."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def senml_units() -> dict[str, str]:
    """Our unit by SenML's; a unit that is not in it is read as it is written."""
    text = (files("models") / "reference" / "senml_units.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {row["senml"]: row["unit"] for row in csv.DictReader(lines)}
