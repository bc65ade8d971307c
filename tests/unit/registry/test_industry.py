"""Industry codes: GB/T 4754-2017."""

from __future__ import annotations

import pytest

from store.registry_files.industry import validate


# C36 manufacture of motor vehicles, 3670 parts of them; D4430 supply of heat; T97 international
# organisations: GB/T 4754-2017.
@pytest.mark.parametrize("code", ["36", "C36", "367", "C3670", "3670", "D4430", "A01", "T97"])
def test_code_of_the_standard(code: str) -> None:
    assert validate(code) == code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("C", "not a GB/T 4754 code"),
        ("3", "not a GB/T 4754 code"),
        ("36705", "not a GB/T 4754 code"),
        ("U36", "not a GB/T 4754 code"),
        ("c36", "not a GB/T 4754 code"),
        ("D3670", "section C, not D"),
        ("C44", "section D, not C"),
        ("98", "no division 98"),
        ("00", "no division 00"),
    ],
)
def test_code_not_of_the_standard(code: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        validate(code)
