"""Appeals in databases of both kinds: filed, answered once, asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.progress.assessment.appeals import Appeal, AppealError, AppealState
from store.registry_db import Appeals, RegistryDatabase

AT = datetime(2026, 3, 5, 2, 0, 0, 123456, tzinfo=UTC)
ONE = Appeal(
    "axle", 2025, "energy_quota", "两条线共用一块电表", "电表图", "Wang Fang", AT, 61.25, "C"
)


def test_an_appeal_is_kept_with_what_it_was_filed_against(database: RegistryDatabase) -> None:
    appeals = Appeals(database)
    filed = appeals.file(ONE)
    assert filed == replace(ONE, id=filed.id)
    assert filed.id > 0
    assert appeals.one(filed.id) == filed
    assert appeals.one(filed.id + 1) is None
    whole = appeals.file(replace(ONE, criterion=None, score=None, grade=None, enterprise="heat"))
    assert appeals.select() == [whole, filed]
    assert appeals.select(enterprise="axle") == [filed]
    assert appeals.select(year=2024) == []
    assert appeals.select(before_id=whole.id) == [filed]
    assert appeals.select(limit=1) == [whole]


def test_an_appeal_is_answered_once(database: RegistryDatabase) -> None:
    appeals = Appeals(database)
    number = appeals.file(ONE).id
    later = AT + timedelta(days=3)
    done = appeals.answer(number, AppealState.UPHELD, note="改按分表核算", by="Li Lei", now=later)
    assert appeals.one(number) == done
    assert (done.state, done.answered_by, done.answered_at) == (AppealState.UPHELD, "Li Lei", later)
    assert done.note == ONE.note
    with pytest.raises(AppealError, match=f"state: appeal {number} is upheld already"):
        appeals.answer(number, AppealState.DISMISSED, note="no", by="Li Lei", now=later)
    assert appeals.select(state=AppealState.OPEN) == []
    assert appeals.select(state=AppealState.UPHELD) == [done]
    with pytest.raises(KeyError):
        appeals.answer(number + 1, AppealState.UPHELD, note="yes", by="Li Lei", now=later)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (replace(ONE, note="  "), "note"),
        (replace(ONE, filed_by=""), "by"),
        (replace(ONE, evidence="x" * 10_001), "evidence"),
    ],
)
def test_an_appeal_that_says_nothing_is_refused(
    database: RegistryDatabase, wanted: Appeal, field: str
) -> None:
    appeals = Appeals(database)
    with pytest.raises(AppealError) as refused:
        appeals.file(wanted)
    assert refused.value.field == field
    assert appeals.select() == []


def test_an_answer_needs_a_reason_and_a_withdrawal_none(database: RegistryDatabase) -> None:
    appeals = Appeals(database)
    number = appeals.file(ONE).id
    for state in (AppealState.UPHELD, AppealState.DISMISSED):
        with pytest.raises(AppealError, match="note: is empty"):
            appeals.answer(number, state, note=" ", by="Li Lei", now=AT)
    with pytest.raises(AppealError, match="by: is empty"):
        appeals.answer(number, AppealState.UPHELD, note="yes", by=" ", now=AT)
    with pytest.raises(AppealError, match="'open' is no answer"):
        appeals.answer(number, AppealState.OPEN, note="yes", by="Li Lei", now=AT)
    done = appeals.answer(number, AppealState.WITHDRAWN, note="", by="Wang Fang", now=AT)
    assert done.state is AppealState.WITHDRAWN


def test_the_database_holds_no_answered_appeal_without_a_time(database: RegistryDatabase) -> None:
    number = Appeals(database).file(ONE).id
    wrong = text("UPDATE assessment_appeal SET state = 'upheld' WHERE id = :id")
    with (
        pytest.raises(IntegrityError, match="ck_assessment_appeal_answered"),
        database.engine.begin() as connection,
    ):
        connection.execute(wrong, {"id": number})
