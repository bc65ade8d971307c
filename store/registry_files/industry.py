"""Industry code of an enterprise by GB/T 4754-2017 (国民经济行业分类): its form."""

from __future__ import annotations

import re

# Section -> last division of it; sections follow one another without a gap (GB/T 4754-2017).
LAST_DIVISION = {
    "A": 5, "B": 12, "C": 43, "D": 46, "E": 50, "F": 52, "G": 60, "H": 62, "I": 65, "J": 69,
    "K": 70, "L": 72, "M": 75, "N": 79, "O": 82, "P": 83, "Q": 85, "R": 90, "S": 96, "T": 97,
}  # fmt: skip

_FORM = re.compile(r"^([A-T])?(\d\d)(\d{0,2})$", re.ASCII)


def section_of(division: int) -> str:
    """Section of a division; raises ValueError for one that GB/T 4754-2017 does not have."""
    for section, last in LAST_DIVISION.items():
        if 1 <= division <= last:
            return section
    raise ValueError(f"GB/T 4754 has no division {division:02}")


def validate(code: str) -> str:
    """The code itself: division, group or class (2 to 4 digits), with or without its section.

    Raises ValueError that says what is wrong with it.
    """
    match = _FORM.match(code)
    if match is None:
        raise ValueError("not a GB/T 4754 code like 36, C36, 367 or C3670")
    section, division = match[1], int(match[2])
    if section not in (None, section_of(division)):
        raise ValueError(
            f"division {match[2]} of GB/T 4754 is in section {section_of(division)}, not {section}"
        )
    return code
