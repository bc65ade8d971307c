"""Source streams: what an enterprise's energy and materials are used for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What becomes of the energy or material of a source stream."""

    USE = "use"  # burnt, or consumed as energy
    CONVERSION = "conversion"  # turned into another energy that is then used or sold
    RAW_MATERIAL = "raw_material"  # goes into the product


@dataclass(frozen=True, slots=True)
class SourceStream:
    """A declared source stream of an enterprise; meters and activity records name it by ``code``.

    ``category`` is a code of models/reference/categories.csv.
    """

    enterprise: str
    code: str
    category: str
    use: Use
    name_zh: str
    name_en: str
