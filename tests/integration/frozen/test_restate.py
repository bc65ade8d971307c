"""What changed since an inventory was frozen, each cause worked by hand, exact to the gram.

Frozen on 12 February: of January's 744 hours 734 are known: 734 h × 40 kWh/h × 0.5 kg/kWh
= 14,680 kg.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from ledger.audit import verify
from ledger.explain import Question, explain
from ledger.frozen import FreezeError, Wanted, freeze, frozen_faults, frozen_inventory
from ledger.inventory import inventory
from ledger.restate import Restated, restate
from ledger.restating.meters import Cause
from ledger.restating.rows import Side, split
from ledger.totals import totals
from models.activity_entry import ActivityEntry
from models.activity_states import ActivityAction
from models.corrections import CorrectionKind, CorrectionReason
from models.corrections import Wanted as Correct
from models.registry import ActivityOrigin
from store.registry_db import Activity
from tests.integration.frozen.conftest import FILES, HOURS, JANUARY, World, registers

SIGNED = {"author": "Li Na", "reason": "report of January"}


def frozen(world: World, **wanted: Any) -> int:
    world.on(2, 12)
    found = freeze(world.books, Wanted(period="2026-01", **SIGNED, **wanted), "carbonpeak test")
    world.on(2, 13)
    return found.id


def grams(causes: dict[Cause, Fraction]) -> dict[str, int]:
    return {cause.value: round(amount * 1_000_000) for cause, amount in causes.items()}


def exact(found: Restated, name: str = "co2e_t", figure: str = "co2e_t") -> None:
    """Causes are the difference, to the gram, in every row and in total."""
    then, now = found.totals[name]
    assert round(sum(found.changes[figure].values()) * 1_000_000) == round(
        (Fraction(now or 0) - Fraction(then or 0)) * 1_000_000
    )
    for row in found.rows:
        change = Fraction(row.now["co2e_t"] or 0) - Fraction(row.then["co2e_t"] or 0)
        assert abs(sum(row.causes["co2e_t"].values()) - change) < Fraction(1, 10**9)
    assert not any(Cause.OTHER in causes for causes in found.changes.values())


def test_nothing_changed(world: World) -> None:
    number = frozen(world)
    found = restate(world.books, number)
    assert found.rows == []
    assert found.totals["co2e_t"] == (14.68, 14.68)


def test_a_corrected_factor_restates_and_the_frozen_one_stays(world: World) -> None:
    number = frozen(world)
    world.file("declared_factors.csv", FILES["declared_factors.csv"].replace("0.5", "0.6"))
    found = restate(world.books, number)
    assert found.totals["co2e_t"] == (14.68, pytest.approx(17.616))
    # 29,360 kWh × 0.1 kg/kWh
    assert grams(found.changes["co2e_t"]) == {"factor": 2_936_000}
    exact(found)
    row = next(row for row in found.rows if row.key["basis"] == "location")
    (told,) = row.references[Cause.FACTOR]
    assert told["operands"] == {"factor": {"then": 0.5, "now": 0.6}}
    ((line,),) = (change["lines"] for change in told["registry"])
    assert line.startswith("~ declared_factor steel electricity emission_factor from 2026-01-01")
    assert line.endswith("corrected: value 0.5 -> 0.6")
    assert told["reference_files"] == []
    _, kept = frozen_inventory(world.books, number)
    assert totals(kept, []).iloc[0]["co2e_t"] == 14.68


def test_a_factor_changed_from_a_date_on_leaves_the_past(world: World) -> None:
    number = frozen(world)
    head, line = FILES["declared_factors.csv"].splitlines()
    world.file(
        "declared_factors.csv",
        f"{head}\n{line.replace('2026-01-01,,', '2026-01-01,2026-02-01,')}\n"
        f"{line.replace('0.5', '0.7').replace('2026-01-01', '2026-02-01')}\n",
    )
    assert restate(world.books, number).rows == []


def test_late_readings_are_named_with_their_batch(world: World) -> None:
    number = frozen(world)
    world.send(HOURS - 9, registers(HOURS - 9, HOURS))
    found = restate(world.books, number)
    assert grams(found.changes["co2e_t"]) == {"late_readings": 10 * 40 * 500}
    exact(found)
    (told,) = found.rows[0].references[Cause.LATE_READINGS]
    assert (told["meter"], told["readings"], told["activity_change"]) == ("EL-01", 10, 400.0)
    (batch,) = told["batches"]
    newest = world.store.batches().to_pylist()[-1]
    assert (batch["batch"], batch["sha256"]) == (newest["batch"], newest["sha256"])


def test_a_transformer_ratio_put_right(world: World) -> None:
    number = frozen(world)
    world.file("meters.csv", FILES["meters.csv"].replace(",40,", ",50,"))
    found = restate(world.books, number)
    # 734 h × 10 kWh/h more × 0.5 kg/kWh
    assert grams(found.changes["co2e_t"]) == {"transformer_ratio": 734 * 10 * 500}
    exact(found)
    (told,) = found.rows[0].references[Cause.TRANSFORMER_RATIO]
    assert told["registry"][0]["lines"] == [
        "~ meter steel EL-01 corrected: multiplier 40.0 -> 50.0"
    ]


def test_a_correction_is_named_with_its_reason_and_author(world: World) -> None:
    number = frozen(world)
    # The last register of January was five lower than it should be: 5 × 40 × 0.5 kg.
    value = (JANUARY + timedelta(hours=HOURS - 10), 100.0 + HOURS - 10 + 5)
    wanted = Correct(
        kind=CorrectionKind.REPLACE, enterprise="steel", meter="EL-01", values=[value],
        reason=CorrectionReason.WRONG_ENTRY, note="digit", evidence="photo 3", author="Wang",
    )  # fmt: skip
    world.corrector.correct(wanted)
    found = restate(world.books, number)
    assert grams(found.changes["co2e_t"]) == {"correction": 100_000}
    exact(found)
    (told,) = found.rows[0].references[Cause.CORRECTION]
    (made,) = told["corrections"]
    assert (made["reason"], made["evidence"], made["author"]) == ("wrong_entry", "photo 3", "Wang")


CERTIFICATES = "id,enterprise,kind,technology,generated,amount_mwh,evidence,cancelled_on\n"
USED = "certificate,enterprise,period,amount_mwh\nGEC-1,steel,2026-01,10\n"


def test_a_cancelled_certificate_changes_the_market_based_figure(world: World) -> None:
    (world.folder / "certificate_uses.csv").write_text(USED)
    world.file("certificates.csv", f"{CERTIFICATES}GEC-1,steel,gec,wind,2026-01,10,extract 7,\n")
    number = frozen(world)
    world.file(
        "certificates.csv", f"{CERTIFICATES}GEC-1,steel,gec,wind,2026-01,10,extract 7,2026-02-12\n"
    )
    found = restate(world.books, number)
    # (29,360 - 10,000) kWh × 0.5 kg/kWh became 29,360 kWh × 0.5 kg/kWh; by location nothing moved.
    assert found.totals["scope2_market_co2e_t"] == (9.68, 14.68)
    assert grams(found.changes["co2e_market_t"]) == {"certificate": 5_000_000}
    assert found.changes["co2e_t"] == {}
    exact(found, "scope2_market_co2e_t", "co2e_market_t")
    (told,) = found.rows[0].references[Cause.CERTIFICATE]
    assert "cancelled_on (empty) -> 2026-02-12" in told["lines"][0]


def test_all_at_once_still_add_up(world: World) -> None:
    number = frozen(world)
    world.send(HOURS - 9, registers(HOURS - 9, HOURS))
    world.file("meters.csv", FILES["meters.csv"].replace(",40,", ",50,"))
    world.file("declared_factors.csv", FILES["declared_factors.csv"].replace("0.5", "0.6"))
    found = restate(world.books, number)
    assert found.totals["co2e_t"] == (14.68, pytest.approx(22.32))  # 744 × 50 × 0.6
    assert grams(found.changes["co2e_t"]) == {
        "late_readings": 10 * 40 * 500,
        "transformer_ratio": 744 * 10 * 500,
        "factor": 744 * 50 * 100,
    }
    exact(found)


def test_a_meter_that_became_a_sub_meter(world: World) -> None:
    both = FILES["meters.csv"].replace("valid_from\n", "parent,valid_from\n").replace("40,", "40,,")
    world.file("meters.csv", f"{both}steel,EL-02,electricity,counter,kWh,3600,1,,\n")
    world.send(0, [10.0 * hour for hour in range(11)], meter="EL-02")  # 100 kWh, counted
    number = frozen(world)
    world.file("meters.csv", f"{both}steel,EL-02,electricity,counter,kWh,3600,1,EL-01,\n")
    found = restate(world.books, number)
    assert grams(found.changes["co2e_t"]) == {"structure": -100 * 500}
    exact(found)


def test_as_of_the_freezing_the_frozen_one_comes_out_again(world: World) -> None:
    number = frozen(world)
    world.send(HOURS - 9, registers(HOURS - 9, HOURS))
    world.file("meters.csv", FILES["meters.csv"].replace(",40,", ",50,"))
    world.file("declared_factors.csv", FILES["declared_factors.csv"].replace("0.5", "0.6"))
    signed, kept = frozen_inventory(world.books, number)
    end = datetime(2026, 1, 31, 16, tzinfo=UTC)
    again = inventory(world.books, every="year", start=JANUARY, end=end, as_of=signed.frozen_at)
    pd.testing.assert_frame_equal(again.rows, kept.rows, check_dtype=False, rtol=1e-12)
    tree = explain(world.books, Question("2026-01", as_of=signed.frozen_at), depth=1)
    assert tree["value"] == pytest.approx(14.68, rel=1e-12)


def test_what_cannot_be_frozen_says_why(world: World) -> None:
    for given, field in (
        ({"author": " "}, "author"), ({"reason": ""}, "reason"), ({"period": "2027"}, "period"),
        ({"period": "2010"}, "period"),  # before anything is known
    ):  # fmt: skip
        wanted = Wanted(**({"period": "2026-01"} | SIGNED | given))
        with pytest.raises(FreezeError, match=field) as refused:
            freeze(world.books, wanted, "carbonpeak test")
        assert refused.value.field == field
    with pytest.raises(KeyError):
        frozen_inventory(world.books, 1)


def test_the_audit_finds_batches_that_are_no_longer_those(world: World) -> None:
    frozen(world)
    assert frozen_faults(world.books) == (1, [])
    found = verify(world.books)
    assert (found.frozen, found.frozen_faults, found.chain_faults) == (1, (), ())
    world.store.close()
    import duckdb  # noqa: PLC0415 - whoever tampers does not ask

    with duckdb.connect(str(world.folder.parent / "r.duckdb")) as connection:
        connection.execute("UPDATE batches SET sha256 = repeat('0', 64)")
    from store.duckdb_store import DuckDBStore  # noqa: PLC0415

    object.__setattr__(
        world.books, "store",
        DuckDBStore(world.folder.parent / "r.duckdb", writer="test", clock=world.now,
                    zone=world.books.registry().zone),
    )  # fmt: skip
    world.store = world.books.store
    count, (fault,) = frozen_faults(world.books)
    assert (count, fault.id) == (1, 1)
    assert "no longer what it was" in fault.detail


def entry(amount: float, replaces: int | None = None) -> ActivityEntry:
    return ActivityEntry(
        enterprise="steel", category="fugitive", code="SF6", period="2026-01", amount=amount,
        unit="kg", origin=ActivityOrigin.INVOICE, evidence="bottle label", replaces=replaces,
    )  # fmt: skip


def test_a_record_that_was_revised(world: World) -> None:
    activity = Activity(world.database)

    def approved(amount: float, replaces: int | None = None) -> int:
        (made,) = activity.enter([entry(amount, replaces)], "Wang", world.now(), submit=True)
        activity.move(made.id, ActivityAction.APPROVE, "Li", world.now())
        return made.id

    first = approved(2.0)
    number = frozen(world)
    approved(3.0, replaces=first)
    found = restate(world.books, number)
    # 1 kg of SF6 more: 23,500 kgCO2e by AR5
    assert grams(found.changes["co2e_t"]) == {"record": 23_500_000}
    exact(found)
    (told,) = found.rows[0].references[Cause.RECORD]
    assert [one["amount"] for one in told["then"]] == [2.0]
    assert [one["amount"] for one in told["now"]] == [3.0]
    assert told["now"][0]["decided_by"] == "Li"


def test_another_warming_potential_is_told_apart_from_the_factor() -> None:
    def side(amount: float, factor: float, gwp: float) -> Side:
        rows = pd.DataFrame({"activity_amount": [amount], "co2e_t": [amount * factor * gwp],
                             "factor_id": ["f"]})  # fmt: skip
        return Side(rows, pd.DataFrame({"scale": [1.0], "covered": [None], "factor": [factor],
                                        "gwp": [gwp]}))  # fmt: skip

    # 10 × 0.5 × 28 = 140 became 12 × 0.25 × 30 = 90: activity at the old coefficient 2 × 14; the
    # potential's part of what is now, 90 - 90 × 28 / 30; the rest is the factor's, 12 × (7 - 14).
    found = split(side(10, 0.5, 28), side(12, 0.25, 30), {Cause.RECORD: Fraction(2)}, "co2e_t",
                  certificates_changed=False)  # fmt: skip
    assert found == {Cause.RECORD: 28, Cause.GWP: 6, Cause.FACTOR: -84}
