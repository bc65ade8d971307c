"""Every code that a report can meet has a Chinese name."""

from __future__ import annotations

import re
from typing import get_args

from models.carbon.chosen import Match
from models.carbon.factor_files import FILES, rows_of
from models.carbon.factors import Level
from models.carbon.methods import methods
from models.registry import ActivityOrigin, Use
from reports.texts import texts

WORDS = texts("inventory")


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return any("\u4e00" <= one <= "\u9fff" for one in text)


def test_codes_of_closed_lists() -> None:
    assert set(WORDS.codes["match"]) == set(get_args(Match))
    assert set(WORDS.codes["origin"]) == {"meters", *(f"record:{one}" for one in ActivityOrigin)}
    assert set(WORDS.codes["use"]) == set(Use)
    statuses = {row["status"] for name in FILES for row in rows_of(name)}
    assert set(WORDS.codes["status"]) == {*statuses, "declared"}
    assert all(is_chinese(text) for codes in ("match", "origin", "use", "status")
               for text in WORDS.codes[codes].values())  # fmt: skip


def test_levels_and_scopes() -> None:
    assert all(is_chinese(WORDS(f"level_{one}")) for one in get_args(Level))
    assert all(is_chinese(WORDS(f"scope_{one}")) for one in (1, 2, 3, "none"))


def test_sources_of_factors_and_methods() -> None:
    """All but those of coal coefficients, which no report cites; a bare number is the same."""
    cited = {
        row.get(name) or ""
        for file in FILES
        if file not in ("standard_coal", "coal_rate")
        for row in rows_of(file)
        for name in ("source", "clause")
    }
    cited |= {text for one in methods().values() for text in (one.source, one.clause)}
    same = re.compile(r"[A-Z.\d-]*|IPCC 2006|(GB/T|CETS-AG-)[ \d.V-]*")
    unknown = {one for one in cited if not same.fullmatch(one) and one not in WORDS.sources}
    assert {one for one in unknown if not is_chinese(one)} == set()


def test_reasons() -> None:
    assert WORDS.reason("sub-meter of EL-01") == "EL-01 的分表，已含在总表中"
    assert WORDS.reason("quantity water carries no energy") == "所测物理量（新水）不是能源用量"
    assert WORDS.reason("kind level has no amounts") == "读数类型（瞬时值）不产生用量"
    assert WORDS.reason("something new") == "something new"
