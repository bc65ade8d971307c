"""The ledger of rights of a small registry: every figure by hand."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.certificates_moved import certificates_moved
from ledger.movement_findings import movement_findings
from ledger.movements import balance_sheet, movements
from models.registry import (
    Certificate,
    CertificateKind,
    CertificateUse,
    Cluster,
    Enterprise,
    Movement,
    Park,
    Registry,
)


def moved(number, enterprise, kind, on, amount, **more):
    instrument = more.pop("instrument", "allowance")
    if instrument == "allowance":
        more.setdefault("vintage", 2025)
    return Movement(number, enterprise, instrument, kind, date.fromisoformat(on), amount,
                    f"paper {number}", **more)  # fmt: skip


def registered(*some, **more):
    return Registry(
        park=Park("p", "园区", "Park", "吉林", "东北"),
        clusters=(Cluster("c", "甲", "One"),),
        enterprises=(Enterprise("a", "甲厂", "A", "c"), Enterprise("b", "乙厂", "B", "c")),
        movements=some,
        **more,
    )


BOOK = registered(
    moved("1", "a", "pre_allocation", "2026-03-02", 700),
    moved("2", "a", "allocation", "2026-09-20", 350),
    moved("3", "a", "sale", "2026-10-01", 100, counterpart="b", price_yuan=80.0),
    moved("4", "b", "purchase", "2026-10-01", 100, counterpart="a", price_yuan=80.0),
    moved("5", "a", "freeze", "2026-10-02", 200),
    moved("6", "a", "surrender", "2026-12-20", 700, for_year=2025),
    moved("7", "a", "initial", "2026-01-01", 5.25, instrument="discharge_right", item="w01018"),
)


def test_movements_with_their_running_balance():
    found = movements(BOOK, enterprise="a", instrument="allowance")
    assert found["id"].tolist() == ["1", "2", "3", "5", "6"]
    assert found["change"].tolist() == [700, 350, -100, -200, -700]
    assert found["held"].tolist() == [700, 1050, 950, 750, 50]
    assert found["from_account"].tolist()[2:4] == ["held", "held"]
    assert found["to_account"].tolist()[2:4] == ["market", "frozen"]
    # 100 t x 80 yuan = 8,000 yuan.
    assert found["value_1e4_yuan"].tolist()[2] == pytest.approx(0.8)
    assert found["kind_zh"].tolist()[0] == "预分配"
    assert found["vintage"].tolist() == [2025] * 5


def test_of_a_day_later_movements_are_not_there():
    assert movements(BOOK, enterprise="a", on=date(2026, 9, 20))["id"].tolist() == ["1", "2", "7"]


def test_balances_on_a_day_and_after_all():
    found = balance_sheet(BOOK, enterprise="a", on=date(2026, 10, 2))
    allowance, right = found.to_dict("records")
    assert [allowance[name] for name in ("issued", "bought", "held", "frozen", "surrendered")] == [
        1050, -100, 750, 200, 0,
    ]  # fmt: skip
    assert (right["item"], right["held"], right["unit"]) == ("w01018", 5.25, "t")
    after = balance_sheet(BOOK)
    assert after["sum"].tolist() == [0, 0, 0]
    assert after[after["enterprise"] == "a"]["surrendered"].tolist() == [700, 0]
    parts = after["held"] + after["frozen"] + after["surrendered"]
    assert parts.tolist() == (after["issued"] + after["bought"] + after["carried_in"]).tolist()


def test_an_empty_book():
    assert movements(registered()).empty
    assert balance_sheet(registered()).empty
    assert movement_findings(registered()).empty


def test_books_in_order_have_no_findings():
    assert movement_findings(BOOK).empty


def test_what_does_not_agree_is_told():
    book = registered(
        moved("1", "a", "allocation", "2026-03-02", 50),
        moved("2", "a", "sale", "2026-04-01", 60, counterpart="b"),
        moved("3", "a", "carried_out", "2026-03-03", 5),
    )
    found = movement_findings(book).to_dict("records")
    assert [(row["finding"], row["amount"]) for row in found] == [
        ("one_sided", 60), ("overdrawn", 15), ("carried_apart", 5),
    ]  # fmt: skip
    told = {row["finding"]: row for row in found}
    assert "2026-04-01" in told["overdrawn"]["statement_en"]
    assert "15 t" in told["overdrawn"]["statement_zh"]
    assert "b has no record" in told["one_sided"]["statement_en"]
    assert movement_findings(book, "b").empty


def gec(number, amount, **more):
    return Certificate(number, "a", CertificateKind.GEC, "wind", "2026-01", amount, "paper", **more)


def certificate(number, kind, amount, item, **more):
    return moved(number, "a", kind, "2026-02-01", amount, instrument="green_certificate", item=item,
                 **more)  # fmt: skip


def test_certificates_against_their_movements():
    book = registered(
        certificate("1", "purchase", 100, "G1", counterpart="x"),
        certificate("2", "use", 60, "G1", for_year=2026),
        certificate("3", "purchase", 90, "G2", counterpart="x"),
        certificate("4", "issue", 10, "G4"),
        certificate("5", "purchase", 30, "G5", counterpart="x"),
        certificate("6", "use", 30, "G5", for_year=2026),
        certificates=(gec("G1", 100.0), gec("G2", 100.0), gec("G3", 70.0), gec("G5", 30.0)),
        certificate_uses=(
            CertificateUse("G1", "a", "2026-01", 20.0), CertificateUse("G1", "a", "2026-03", 40.0),
        ),
    )  # fmt: skip
    found = certificates_moved(book).set_index("certificate")
    assert found["state"].to_dict() == {
        "G1": "agrees",
        "G2": "amount_differs",
        "G3": "not_moved",
        "G4": "not_recorded",
        "G5": "use_differs",
    }
    assert found.loc["G1", "held_mwh"] == 40
