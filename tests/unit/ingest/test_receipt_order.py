"""The clock jumps; which value holds does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from ingest.receipt_order import ReceiptOrder
from models.periods import to_us

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def at(*minutes: float) -> np.ndarray:
    return np.array([to_us(NOON + timedelta(minutes=m)) for m in minutes], dtype=np.int64)


def minutes(received: np.ndarray) -> list[float]:
    return ((received - to_us(NOON)) / 60e6).tolist()


def test_a_clock_set_back_gives_the_newest_receipt_again_until_it_has_caught_up() -> None:
    order = ReceiptOrder(None)
    assert minutes(order.ordered(at(0, 1))) == [0, 1]
    assert minutes(order.ordered(at(-60, -59))) == [1, 1]
    assert minutes(order.ordered(at(0.5, 2, 1.5))) == [1, 2, 2]


def test_the_newest_stored_receipt_counts_from_the_start() -> None:
    order = ReceiptOrder(lambda: NOON + timedelta(hours=8))  # a clock in local time, until now
    assert minutes(order.ordered(at(0))) == [480]


def test_a_clock_that_was_far_ahead_does_not_hold_for_ever() -> None:
    order = ReceiptOrder(lambda: NOON + timedelta(days=365))
    assert minutes(order.ordered(at(0))) == [0]
    assert minutes(order.ordered(at(-5))) == [0]


def test_a_store_that_is_away_is_asked_again() -> None:
    answers = iter([OSError("away"), NOON + timedelta(minutes=30)])

    def newest() -> datetime:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    order = ReceiptOrder(newest)
    assert minutes(order.ordered(at(0))) == [0]
    assert minutes(order.ordered(at(1))) == [30]
