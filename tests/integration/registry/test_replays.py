"""The record of replays: the last of each rejection, and what is settled for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.registry_db import RegistryDatabase, Replay, ReplayOutcome, Replays

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
ID = 1_795_000_000_000_123  # as a store gives them whose numbers are microseconds


def made(outcome: ReplayOutcome, hours: int = 0, number: int = ID, **more: object) -> Replay:
    at = AT + timedelta(hours=hours)
    return Replay(number, outcome, replayed_at=at, replayed_by="officer", **more)  # type: ignore[arg-type]


def test_it_comes_back_as_it_was(database: RegistryDatabase) -> None:
    replays = Replays(database)
    one = made(ReplayOutcome.PARTLY, accepted=3, duplicates=2, superseded=1, refused=4,
               batch=ID + 1, reason="bad_unit", detail="unit: 'kWh' 不行")  # fmt: skip
    other = made(ReplayOutcome.ACCEPTED, number=2, accepted=1, batch=7)
    replays.record([one, other])
    assert replays.of([ID, 2, 3]) == {ID: one, 2: other}
    assert replays.of([]) == {}


def test_what_is_settled_stays(database: RegistryDatabase) -> None:
    replays = Replays(database)
    for outcome, number in ((ReplayOutcome.ACCEPTED, 1), (ReplayOutcome.SUPERSEDED, 2)):
        settled = made(outcome, number=number, accepted=1)
        replays.record([settled])
        replays.record([made(ReplayOutcome.REFUSED, 1, number, reason="bad_time", refused=1)])
        assert replays.of([number]) == {number: settled}


def test_a_refusal_is_written_again_only_where_it_says_something_new(
    database: RegistryDatabase,
) -> None:
    replays = Replays(database)
    first = made(ReplayOutcome.REFUSED, reason="unknown_meter", refused=1)
    replays.record([first])
    replays.record([made(ReplayOutcome.REFUSED, 1, reason="unknown_meter", refused=1)])
    assert replays.of([ID]) == {ID: first}
    second = made(ReplayOutcome.REFUSED, 2, reason="out_of_range", refused=1)
    replays.record([second])
    assert replays.of([ID]) == {ID: second}
    third = made(ReplayOutcome.ACCEPTED, 3, accepted=1, batch=9)
    replays.record([third])
    assert replays.of([ID]) == {ID: third}


def test_what_could_not_be_tried_is_not_written(database: RegistryDatabase) -> None:
    replays = Replays(database)
    replays.record([made(ReplayOutcome.IMPOSSIBLE, detail="payload: expired")])
    assert replays.of([ID]) == {}


def test_more_than_fit_into_one_question(database: RegistryDatabase) -> None:
    replays = Replays(database)
    replays.record([made(ReplayOutcome.ACCEPTED, number=number) for number in range(1_200)])
    found = replays.of(list(range(1_500)))
    assert sorted(found) == list(range(1_200))
