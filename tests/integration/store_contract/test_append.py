"""append: what is stored, what is a duplicate, what is refused, what survives reopening."""

import numpy as np
import pyarrow as pa
import pytest

from models.periods import to_us
from models.readings import NEW_READINGS, READINGS, TIMESTAMP, Quality, Source
from store.interface import RESENT, Appended, Batch


def values(store, meters=(1,), **options):
    return store.readings(list(meters), **options)["value"].to_pylist()


def test_rows_come_back_as_they_went_in_with_their_batch(store, make):
    before = store.append(Batch(readings=make.readings((9, 0, 0))))
    new = make.readings((1, 0, 1.5, 0.1, Quality.SUSPECT, Source.HTTP), (2, -9e5, -1e308, 0.1))
    appended = store.append(Batch(readings=new))
    assert appended.batch > before.batch
    assert appended == Appended(appended.batch, stored=2, duplicates=0, rejection_ids=())
    found = store.readings([1, 2])
    assert found.schema == READINGS
    assert found.select(NEW_READINGS.names).to_pylist() == new.to_pylist()
    assert found["batch"].to_pylist() == [appended.batch] * 2


def test_everything_is_there_after_reopening(open_store, make):
    store = open_store()
    store.append(Batch(readings=make.readings((1, 0, 1), (2, 0, 7), (1, 1.5, 2))))
    refused = store.append(
        Batch(rejections=make.rejections({"reason": "malformed", "payload": b"{"}))
    )
    before = [
        store.readings([1, 2]),
        store.latest(),
        store.touched(),
        store.batches(),
        store.counts(),
        store.rejections(with_payload=True),
    ]
    store.close()
    store = open_store()
    after = [
        store.readings([1, 2]),
        store.latest(),
        store.touched(),
        store.batches(),
        store.counts(),
        store.rejections(with_payload=True),
    ]
    assert after == before
    # Numbers and the chain go on where they stopped.
    appended = store.append(
        Batch(make.readings((1, 2, 3)), make.rejections({"reason": "bad_time"}))
    )
    assert appended.batch > max(store.batches()["batch"].to_pylist()[:-1])
    ids = store.rejections()["rejection_id"].to_pylist()
    assert ids == [*appended.rejection_ids, refused.rejection_ids[0]]
    assert ids[0] > ids[1]
    assert store.verify_chain() == []


def test_a_closed_store_answers_no_more(open_store, make):
    store = open_store()
    store.close()
    with pytest.raises(Exception, match=r"(?i)closed"):
        store.readings([1])
    with pytest.raises(Exception, match=r"(?i)closed"):
        store.latest()
    with pytest.raises(Exception, match=r"(?i)closed"):
        store.append(Batch(readings=make.readings((1, 0, 1))))


def test_an_identical_resend_of_the_latest_row_is_a_duplicate(store, make):
    first = store.append(Batch(readings=make.readings((1, 0, 5), (2, 0, 6))))
    appended = store.append(
        Batch(readings=make.readings((1, 0, 5, 1), (2, 0, 6, 1, Quality.GOOD, Source.HTTP)))
    )
    assert (appended.stored, appended.duplicates) == (0, 2)
    assert store.counts()["readings"] == 2
    assert store.counts()["batches"] == 1  # what stores nothing leaves no batch
    assert appended.batch == first.batch


def test_resends_are_counted_by_meter_and_local_day_of_receipt(open_store, make):
    store = open_store()
    assert store.resent([1, 2]) == RESENT.empty_table()
    store.append(Batch(readings=make.readings((1, 0, 5), (2, 0, 6))))
    # START is 08:00 in the park: 15 hours later is the same day, 17 hours later the next.
    assert store.append(Batch(make.readings((1, 0, 5, 15), (2, 0, 6, 15)))).duplicates == 2
    assert store.append(Batch(make.readings((2, 0, 6, 15.5)))).duplicates == 1
    assert store.append(Batch(make.readings((1, 0, 5, 17), (3, 1, 9, 17)))).duplicates == 1
    store.close()
    store = open_store()
    first, second = make.at(-8), make.at(16)  # midnights of the park
    assert [tuple(row.values()) for row in store.resent([1, 2]).to_pylist()] == [
        (1, first, 1),
        (1, second, 1),
        (2, first, 2),
    ]
    assert store.resent([1, 2], second).to_pylist() == [{"meter_key": 1, "day": second, "n": 1}]
    assert store.resent([2], None, second)["n"].to_pylist() == [2]
    assert store.resent([3]).num_rows == store.resent([]).num_rows == 0
    assert store.verify_chain() == []


def test_an_identical_resend_is_known_after_reopening(open_store, make):
    open_store().append(Batch(readings=make.readings((1, 0, 5), (1, 1, 6))))
    store = open_store()
    assert store.append(Batch(readings=make.readings((1, 1, 6, 1)))).duplicates == 1


@pytest.mark.parametrize(
    "resend",
    [
        (1, 0, 5.5, 1),  # another value
        (1, 0, 5, 1, Quality.SUBSTITUTED),  # another quality
        (1, 0.5, 5, 1),  # another time
        (2, 0, 5, 1),  # another meter
        (1, 0, 5, 1, Quality.GOOD, Source.CORRECTION),  # is to hold over what comes later
        (1, 0, 5, -1),  # received before: what was known then differs
    ],
)
def test_what_differs_is_no_duplicate(store, make, resend):
    store.append(Batch(readings=make.readings((1, 0, 5))))
    assert store.append(Batch(readings=make.readings(resend))).duplicates == 0


def test_duplicates_within_a_batch(store, make):
    appended = store.append(
        Batch(readings=make.readings((1, 0, 5), (1, 0, 5), (2, 0, 5), (1, 0, 5), (1, 0, 6)))
    )
    assert (appended.stored, appended.duplicates) == (3, 2)
    assert values(store, every_row=True) == [5, 6]


def test_back_and_forth_within_a_batch_is_kept(store, make):
    store.append(Batch(readings=make.readings((1, 0, 5))))
    appended = store.append(Batch(readings=make.readings((1, 0, 5), (1, 0, 6), (1, 0, 5))))
    assert appended.duplicates == 1
    assert values(store) == [5]
    assert values(store, every_row=True) == [5, 6, 5]


def test_a_repeated_row_that_wins_over_one_stored_between_is_kept(store, make):
    # Received at 5, 8 and 7: the last of the batch holds, though its twin stands before it.
    store.append(Batch(readings=make.readings((1, 0, 200, 7), (1, 9, 0, 7))))
    store.append(Batch(readings=make.readings((1, 0, 100, 5), (1, 0, 100, 8))))
    assert values(store, end=make.at(1)) == [100]
    assert values(store, end=make.at(1), as_of=make.at(7.5)) == [200]


def test_repeats_within_a_batch_after_reopening(open_store, make):
    # Received at 5, 7 and 8: the third holds, though its twin stands before it in the batch.
    store = open_store()
    store.append(Batch(readings=make.readings((1, 0, 6, 7), (1, 9, 0, 1))))
    store.close()
    store = open_store()
    store.append(Batch(readings=make.readings((1, 0, 5, 5), (1, 0, 5, 8))))
    assert values(store, end=make.at(1)) == [5]


def test_a_device_cannot_undo_a_correction_by_resending_its_value(store, make):
    store.append(Batch(readings=make.readings((1, 0, 5))))
    store.append(Batch(readings=make.readings((1, 0, 5, 1, Quality.GOOD, Source.CORRECTION))))
    store.append(Batch(readings=make.readings((1, 0, 99, 2))))
    assert values(store) == [5]


def test_not_a_number_is_equal_to_itself(store, make):
    store.append(Batch(readings=make.readings((1, 0, float("nan")))))
    assert store.append(Batch(readings=make.readings((1, 0, float("nan"), 1)))).duplicates == 1


def test_readings_and_rejections_of_one_batch(store, make):
    batch = Batch(
        make.readings((1, 0, 5)),
        make.rejections({"reason": "bad_value", "item": 3}, {"reason": "bad_unit", "item": 7}),
    )
    appended = store.append(batch)
    assert appended.rejection_ids == tuple(sorted(set(appended.rejection_ids)))
    assert store.rejections()["rejection_id"].to_pylist() == list(appended.rejection_ids[::-1])
    assert store.rejections()["item"].to_pylist() == [7, 3]
    (record,) = store.batches().to_pylist()
    assert (record["readings"], record["rejections"]) == (1, 2)


def test_wrong_columns_are_refused_and_nothing_is_stored(store, make):
    with pytest.raises(ValueError, match="columns"):
        store.append(Batch(readings=make.readings((1, 0, 5)).drop_columns(["source"])))
    with pytest.raises(ValueError, match="columns"):
        store.append(Batch(make.readings((1, 0, 5)), make.findings((1, 0, "reset", ""))))
    assert store.counts()["readings"] == 0


def test_a_reading_without_a_value_is_refused(store, make):
    new = make.readings((1, 0, 5), (1, 1, 6))
    new = new.set_column(2, "value", pa.array([5.0, None]))
    with pytest.raises(ValueError, match=r"^value: "):
        store.append(Batch(readings=new))
    assert store.counts()["readings"] == 0


def test_an_empty_batch_changes_nothing(store):
    assert store.append(Batch()) == Appended(0, 0, 0, ())
    assert store.counts()["batches"] == 0


def test_chunks_do_not_matter(store, make):
    whole = make.readings((1, 0, 5), (2, 0, 6), (1, 1, 7))
    parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 0), whole.slice(1)])
    store.append(Batch(readings=parts))
    assert store.readings([1, 2]).select(NEW_READINGS.names).to_pylist() == [
        whole.to_pylist()[index] for index in (0, 2, 1)
    ]
    assert store.verify_chain() == []


def test_a_batch_of_half_a_million(store, make):
    meters, quarters = 2_500, 200
    one = make.readings((1, 0, 5))
    columns = {name: pa.repeat(one[name][0], meters * quarters) for name in NEW_READINGS.names}
    index = np.arange(meters * quarters)
    columns["meter_key"] = pa.array(index % meters, pa.int32())
    columns["ts"] = pa.array(to_us(make.start) + index // meters * 900_000_000).cast(TIMESTAMP)
    new = pa.table(columns, schema=NEW_READINGS)
    assert store.append(Batch(readings=new)).stored == meters * quarters
    assert store.touched().hours.num_rows == meters * quarters // 4
    assert store.latest([0, meters - 1])["ts"].to_pylist() == [make.at(49.75)] * 2
    assert store.verify_chain() == []
