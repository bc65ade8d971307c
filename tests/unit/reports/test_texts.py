"""Every code that a report can meet has a Chinese name."""

from __future__ import annotations

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


def test_sources_that_most_reports_cite() -> None:
    bases = ("average", "excluding_market_non_fossil")
    cited = {
        row["source"]
        for name in ("electricity", "heat", "gwp")
        for row in rows_of(name)
        if row.get("basis", "average") in bases
    }
    cited |= {row["source"] for row in rows_of("fuels") if row["set"] == "ndrc_sector"}
    cited |= {one.source for one in methods().values()}
    plain = {"IPCC 2006", "GB/T 2589-2020", "GB/T 32150-2015", "CETS-AG-03.01-V01-2024"}
    assert {one for one in cited - plain if not is_chinese(WORDS.source(one))} == set()


def test_reasons() -> None:
    assert WORDS.reason("sub-meter of EL-01") == "EL-01 的分表，已含在总表中"
    assert WORDS.reason("something new") == "something new"
