"""touched hours: what is still to settle, and what strikes it off."""

from models.readings import Quality
from store.interface import Batch


def test_the_hours_that_hold_new_readings(store, make):
    store.append(
        Batch(
            readings=make.readings((1, 0, 1), (1, 0.99, 2), (1, 1, 3), (2, 5.5, 4), (2, -900.1, 4))
        )
    )
    touched = store.touched()
    assert make.hours(touched.hours) == [(1, 0), (1, 1), (2, -901), (2, 5)]
    assert touched.hours.schema.names == ["meter_key", "hour"]


def test_an_hour_touched_often_is_one(store, make):
    for value in (1, 2, 3):
        store.append(Batch(readings=make.readings((1, 0.1 * value, value))))
    assert make.hours(store.touched().hours) == [(1, 0)]


def test_what_does_not_count_touches_too(store, make):
    store.append(Batch(readings=make.readings((1, 0, 1, 0, Quality.FAULT))))
    assert make.hours(store.touched().hours) == [(1, 0)]


def settle(store, make, windows, touched):
    nothing = make.usage()
    store.put_usage(make.windows(*windows), nothing, make.findings(), touched)


def test_duplicates_touch_nothing(store, make):
    store.append(Batch(readings=make.readings((1, 0, 1))))
    settle(store, make, [(1, 0, 1)], store.touched())
    store.append(Batch(readings=make.readings((1, 0, 1, 1))))
    assert store.touched().hours.num_rows == 0
    assert store.counts()["touched"] == 0


def test_settled_hours_inside_the_windows_are_struck_off(store, make):
    store.append(Batch(readings=make.readings((1, 0, 1), (1, 1, 1), (1, 2, 1), (2, 0, 1))))
    settle(store, make, [(1, 0, 2)], store.touched())
    assert make.hours(store.touched().hours) == [(1, 2), (2, 0)]
    settle(store, make, [(1, 2, 3), (2, -100, 100)], store.touched())
    assert store.touched().hours.num_rows == 0


def test_an_hour_touched_again_since_stays(store, make):
    store.append(Batch(readings=make.readings((1, 0, 1), (1, 1, 1))))
    touched = store.touched()
    store.append(Batch(readings=make.readings((1, 0.5, 2))))
    settle(store, make, [(1, 0, 2)], touched)
    assert make.hours(store.touched().hours) == [(1, 0)]
    settle(store, make, [(1, 0, 2)], store.touched())
    assert store.touched().hours.num_rows == 0


def test_without_settled_nothing_is_struck_off(store, make):
    store.append(Batch(readings=make.readings((1, 0, 1))))
    settle(store, make, [(1, 0, 1)], None)
    assert make.hours(store.touched().hours) == [(1, 0)]


def test_nothing_touched_at_first(store):
    touched = store.touched()
    assert touched.hours.num_rows == 0
    assert set(touched.seen.values()) <= {0}
