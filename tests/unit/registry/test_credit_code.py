"""Unified social credit codes: GB 32100-2015."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.registry_files.credit_code import ALPHABET, check_character, validate

BODIES = st.text(ALPHABET, min_size=17, max_size=17)

# The first is worked through in the standard itself: sum 1640, 1640 mod 31 = 28, 31 - 28 = 3.
# The others are companies' published codes.
PUBLISHED = [
    "91350100M000100Y43",
    "914403001922038216",  # Huawei Technologies
    "91110108551385082Q",  # Xiaomi Technology
    "9144030071526726XG",  # Shenzhen Tencent Computer Systems
]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_code_is_accepted(code: str) -> None:
    assert validate(code) == code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("91350100M000100Y4Z", "no Z"),
        ("91350100M000100Y44", "'4', by GB 32100-2015 '3'"),
        ("91350100M000100Y4", "18 characters, not 17"),
        ("91350100m000100y43", "no m y"),
    ],
)
def test_wrong_code_is_refused(code: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        validate(code)


def test_hand_computed_zero() -> None:
    # 17 zeros sum to 0; 31 - 0 = 31 is written as 0.
    assert check_character("0" * 17) == "0"
    # Only the first character counts, with weight 1: 31 - 1 = 30, the last of the alphabet, Y.
    assert check_character("1" + "0" * 16) == "Y"


@given(BODIES)
def test_every_code_with_its_check_character_is_accepted(body: str) -> None:
    code = body + check_character(body)
    # ISO/IEC 7064's form of the same rule: the weighted sum over all 18 is 0 modulo 31, with the
    # 18th weight 3^17 mod 31 replaced by 1, as the standard subtracts from 31.
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1]
    assert sum(w * ALPHABET.index(c) for w, c in zip(weights, code, strict=True)) % 31 == 0
    assert validate(code) == code


@given(BODIES, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_any_single_error_is_found(body: str, position: int, other: str) -> None:
    # 31 is prime and no weight is a multiple of it.
    code = body + check_character(body)
    wrong = code[:position] + other + code[position + 1 :]
    if wrong != code:
        with pytest.raises(ValueError, match="check character"):
            validate(wrong)


@given(BODIES, st.integers(0, 15))
def test_any_transposition_of_neighbours_is_found(body: str, position: int) -> None:
    # Neighbouring weights are w and 3w, which differ modulo 31.
    code = body + check_character(body)
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    if swapped != code:
        with pytest.raises(ValueError, match="check character"):
            validate(swapped)
