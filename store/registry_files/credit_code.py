"""Unified social credit code of an organisation (统一社会信用代码), GB 32100-2015."""

from __future__ import annotations

# Clause on the code's characters: digits and capitals without I, O, S, V, Z, which are misread.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def check_character(body: str) -> str:
    """The 18th character of a code from its first 17.

    C18 = 31 - MOD(sum of C_i x W_i, 31) with W_i = MOD(3^(i-1), 31), i = 1..17, and 31 written as
    0 (GB 32100-2015, annex on the check character). Raises ValueError on a foreign character.
    """
    total = sum(ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(body))
    return ALPHABET[-total % 31]


def validate(code: str) -> str:
    """The code itself; raises ValueError that says what is wrong with it."""
    if len(code) != LENGTH:
        raise ValueError(f"a unified social credit code has {LENGTH} characters, not {len(code)}")
    foreign = sorted(set(code) - set(ALPHABET))
    if foreign:
        raise ValueError(f"a unified social credit code has no {' '.join(foreign)}")
    expected = check_character(code[:-1])
    if code[-1] != expected:
        raise ValueError(f"the check character is {code[-1]!r}, by GB 32100-2015 {expected!r}")
    return code
