"""What is slow to make is shared for a moment, and never longer than the registry stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ledger.kept import MOST, Kept
from models.registry import Park, Registry

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
PARK = Park("p", "园", "park", "吉林", "东北")
REGISTRY = Registry(PARK)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def maker(clock: Clock, took: float) -> Callable[[], object]:
    """Makes another object each time, which takes so many seconds."""

    def make() -> object:
        clock.at += took
        return object()

    return make


def test_what_is_slow_is_shared_for_ten_times_as_long() -> None:
    clock = Clock()
    kept, make = Kept(clock), maker(clock, 2.0)
    first = kept.of("a", REGISTRY, NOW, make)
    clock.at += 19.9  # 10 x 2 s = 20 s
    assert kept.of("a", REGISTRY, NOW + timedelta(seconds=20), make) is first
    clock.at += 0.2
    assert kept.of("a", REGISTRY, NOW + timedelta(seconds=20), make) is not first


def test_what_is_quick_is_made_anew() -> None:
    clock = Clock()
    kept, make = Kept(clock), maker(clock, 0.4)
    assert kept.of("a", REGISTRY, NOW, make) is not kept.of("a", REGISTRY, NOW, make)


def test_another_key_registry_or_time_is_made_anew() -> None:
    clock = Clock()
    kept, make = Kept(clock), maker(clock, 60.0)
    first = kept.of("a", REGISTRY, NOW, make)
    assert kept.of("b", REGISTRY, NOW, make) is not first
    assert kept.of("a", REGISTRY, NOW + timedelta(seconds=30), make) is first
    assert kept.of("a", REGISTRY, NOW + timedelta(seconds=31), make) is not first
    second = kept.of("a", REGISTRY, NOW, make)
    assert kept.of("a", Registry(PARK), NOW, make) is not second
    third = kept.of("a", REGISTRY, NOW, make)
    assert kept.of("a", REGISTRY, NOW - timedelta(seconds=1), make) is not third


def test_what_is_made_of_something_kept_counts_as_slow() -> None:
    clock = Clock()
    kept = Kept(clock)
    slow = maker(clock, 3.0)

    def made_of_it() -> tuple[object, object]:
        return kept.of("whole", REGISTRY, NOW, slow), object()

    whole = kept.of("whole", REGISTRY, NOW, slow)
    part = kept.of("part", REGISTRY, NOW, made_of_it)
    assert part[0] is whole
    assert kept.of("part", REGISTRY, NOW, made_of_it) is part


def test_the_oldest_is_let_go() -> None:
    clock = Clock()
    kept, make = Kept(clock), maker(clock, 1.5)
    first = kept.of(0, REGISTRY, NOW, maker(clock, 15.0))  # until 165
    for key in range(1, MOST):
        kept.of(key, REGISTRY, NOW, make)  # the last ends before 40
    assert kept.of(0, REGISTRY, NOW, make) is first
    kept.of(MOST, REGISTRY, NOW, make)
    assert kept.of(0, REGISTRY, NOW, make) is not first


def test_what_is_made_of_kept_values_is_as_old_as_they_are() -> None:
    """Months of 8:00:00 in an answer of 8:00:29: at 8:00:31 neither is told any more."""
    clock = Clock()
    kept, make = Kept(clock), maker(clock, 60.0)
    months = kept.of("months", REGISTRY, NOW, make)

    def of_months(now: datetime) -> tuple[object, object]:
        return kept.of("months", REGISTRY, now, make), make()

    def answer(now: datetime) -> tuple[object, object]:
        return kept.of("answer", REGISTRY, now, lambda: of_months(now))

    later = NOW + timedelta(seconds=29)
    first = answer(later)
    assert first[0] is months
    assert answer(NOW + timedelta(seconds=30)) is first
    second = answer(NOW + timedelta(seconds=31))
    assert second is not first
    assert second[0] is not months
