"""The checker: exact books pass, and a planted error is found."""

import json

import pytest

from simulators.check import compare
from simulators.grid import local
from simulators.truth import write_truth


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    path = tmp_path_factory.mktemp("truth") / "truth.jsonl"
    return write_truth(path, local("2025-01-01T00:00"), local("2025-03-01T00:00"))


@pytest.fixture(scope="module")
def books(truth):
    """What a correct ledger says."""
    records = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    return {
        (r["enterprise"], r["meter"], r["month"]): r["amount"] + r["explained"]
        for r in records
        if r["record"] == "month"
    }


def rows(books):
    return [(*key, amount) for key, amount in books.items()]


def test_correct_books_pass(truth, books) -> None:
    result = compare(truth, rows(books))
    assert result.good
    assert {(row.enterprise, row.meter) for row in result.affected} >= {("EQ05", "H1")}


def test_planted_error_of_one_percent_is_found(truth, books) -> None:
    wrong = books | {("EQ01", "E1", "2025-02"): books["EQ01", "E1", "2025-02"] * 1.01}
    result = compare(truth, rows(wrong))
    assert [(row.enterprise, row.meter, row.month) for row in result.bad] == [
        ("EQ01", "E1", "2025-02")
    ]
    assert result.bad[0].unexplained_rel == pytest.approx(0.01)
    assert "EQ01/E1" in result.text()
    assert "1 beyond tolerance" in result.text()


def test_two_millionths_on_a_clean_meter_are_found(truth, books) -> None:
    wrong = books | {("EQ01", "E1", "2025-01"): books["EQ01", "E1", "2025-01"] * (1 + 2e-6)}
    assert len(compare(truth, rows(wrong)).bad) == 1


def test_books_that_ignore_a_gap_are_found(truth, books) -> None:
    # a ledger that books the gap's energy on the hour after it moves far more than the line does
    key = "EQ05", "H1", "2025-01"
    assert not compare(truth, rows(books | {key: books[key] * 0.97})).good


def test_missing_month_is_bad(truth, books) -> None:
    missing = {key: amount for key, amount in books.items() if key != ("EQ01", "G1", "2025-01")}
    result = compare(truth, rows(missing))
    assert [row.ledger for row in result.bad] == [None]
    assert not compare(truth, [*rows(missing), ("EQ01", "G1", "2025-01", float("nan"))]).good


def test_standstill_months_are_compared_absolutely(tmp_path) -> None:
    def record(month: str, amount: float) -> str:
        named = {"record": "month", "enterprise": "A", "meter": "H1", "month": month, "unit": "GJ"}
        return json.dumps(
            {**named, "amount": amount, "explained": 0.0, "faults": [], "complete": True}
        )

    truth = tmp_path / "truth.jsonl"
    truth.write_text(
        record("2025-06", 100.0) + "\n" + record("2025-07", 0.0) + "\n", encoding="utf-8"
    )
    assert compare(truth, [("A", "H1", "2025-06", 100.0), ("A", "H1", "2025-07", 0.0)]).good
    assert not compare(truth, [("A", "H1", "2025-06", 100.0), ("A", "H1", "2025-07", 0.1)]).good
