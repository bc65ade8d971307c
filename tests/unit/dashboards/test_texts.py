"""Both languages are complete, and every code that the product can answer has a name."""

import csv
import re
import string
from importlib.resources import files
from typing import get_args

import pytest

from api.monitoring import Standing
from dashboards.boards import Text, codes, environment_codes
from dashboards.console import texts
from models.carbon.chosen import Match
from models.carbon.declared import DECLARED_STATUS
from models.environment.hj212_marks import hj212_marks
from models.environment.limits import Averaging
from models.errors import Reason
from models.quantities import quantities
from models.readings import LAST_COUNTED, Quality
from models.registry.points import Medium, State

TABLES = {
    "words": texts.WORDS,
    "carriers": codes.CARRIERS,
    "qualities": codes.QUALITIES,
    "reasons": codes.REASONS,
    "findings": codes.FINDINGS,
    "matches": codes.MATCHES,
    "statuses": codes.STATUSES,
    "short_statuses": codes.SHORT_STATUSES,
    "media": environment_codes.MEDIA,
    "standings": environment_codes.STANDINGS,
    "averagings": environment_codes.AVERAGINGS,
    "marks": environment_codes.MARKS,
    "states": environment_codes.STATES,
    "bases": environment_codes.BASES,
}
ALL = [(f"{name}:{key}", text) for name, table in TABLES.items() for key, text in table.items()]
PUNCTUATION = {"words:comma", "words:short_factor"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("key", "text"), ALL, ids=[key for key, _ in ALL])
def test_both_languages_say_it(key: str, text: Text) -> None:
    assert text.en.strip()
    assert not re.search(r"[\u4e00-\u9fff]", text.en)
    assert key in PUNCTUATION or re.search(r"[\u4e00-\u9fffA-Z]", text.zh)
    assert places(text.zh) == places(text.en)


def test_every_reason_quality_and_carrier_has_a_name() -> None:
    assert set(codes.REASONS) == {reason.value for reason in Reason}
    assert set(codes.QUALITIES) == {quality.name.lower() for quality in Quality}
    carriers = {quantity.carrier for quantity in quantities().values() if quantity.carrier}
    assert carriers <= set(codes.CARRIERS)


def test_every_code_of_the_environment_has_a_name() -> None:
    assert set(environment_codes.MEDIA) == set(Medium)
    assert set(environment_codes.STATES) == set(State)
    assert set(environment_codes.AVERAGINGS) == set(Averaging)
    assert set(environment_codes.STANDINGS) == set(get_args(Standing))
    marks = {mark for mark in hj212_marks().values() if "2017" in mark.editions}
    assert set(environment_codes.MARKS) == {one.mark for one in marks}


def test_every_rule_and_status_of_a_factor_has_a_name() -> None:
    assert set(codes.MATCHES) == set(get_args(Match))
    folder = files("models") / "reference" / "factors"
    tables = [path for path in folder.iterdir() if path.name.endswith(".csv")]
    rows = (row for path in tables for row in csv.DictReader(path.read_text("utf-8").splitlines()))
    assert {row["status"] for row in rows} | {DECLARED_STATUS} == set(codes.STATUSES)
    assert set(codes.SHORT_STATUSES) == set(codes.STATUSES) - {"verified"}


def test_counted_qualities_are_those_that_the_accounts_count() -> None:
    counted = {quality.name.lower() for quality in Quality if quality <= LAST_COUNTED}
    assert counted == codes.COUNTED_QUALITIES


def test_a_code_without_a_name_stands_as_it_is() -> None:
    assert texts.named(codes.CARRIERS, "peat", "zh") == "peat"
