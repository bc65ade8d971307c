"""The checks of a reading, one by one and in their order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from ingest.decode.columns import Refused, Rows, Sent
from ingest.lookup import Lookup
from ingest.validate import Validated, Validation
from models import units
from models.errors import Reason, UnitError
from models.periods import to_us
from models.quantities import Kind
from models.readings import Quality
from models.registry import Cluster, Direction, Enterprise, Meter, Park, Registry

RECEIVED = datetime(2026, 6, 1, 12, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
MAY = datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)

METERS = (
    # Two versions: MWh up to the end of March, kWh from May on; nothing in April.
    Meter(1, "E1", "changed", "electricity", Kind.COUNTER, "kWh", 900, valid_from=MAY),
    Meter(1, "E1", "changed", "electricity", Kind.COUNTER, "MWh", 900, valid_to=APRIL),
    Meter(2, "E1", "six", "electricity", Kind.COUNTER, "kWh", 900, register_max=1e6, range_high=5),
    Meter(3, "E1", "export", "electricity", Kind.COUNTER, "kWh", 900, direction=Direction.EXPORT),
    Meter(4, "E1", "amount", "electricity", Kind.INTERVAL, "kWh", 900, range_high=100),
    Meter(5, "E1", "power", "power", Kind.LEVEL, "kW", 900, range_low=-10, range_high=10),
    Meter(6, "E1", "flow", "natural_gas", Kind.RATE, "Nm3/h", 900),
    Meter(7, "E1", "temp", "temperature", Kind.LEVEL, "degC", 900, range_high=100),
    Meter(8, "E2", "gas", "natural_gas", Kind.COUNTER, "Nm3", 900),
)  # fmt: skip
REGISTRY = Registry(
    Park("p", "园", "park", "吉林", "东北"),
    (Cluster("c", "c", "c"),),
    (Enterprise("E1", "一", "one", "c"), Enterprise("E2", "二", "two", "c")),
    METERS,
)


def validate(
    *readings: dict[str, Any], registry: Registry = REGISTRY
) -> tuple[Validated, list[Refused]]:
    rows = Rows()
    for number, reading in enumerate(readings):
        sent = Sent(
            ts=reading.get("ts", "2026-05-20T00:00:00Z"),
            value=reading.get("value", 1.0),
            unit=reading.get("unit"),
            quality=reading.get("quality"),
            enterprise=reading.get("named"),
        )
        addressed = reading.get("enterprise", "E1")
        rows.add(0, [sent], [number], enterprise=addressed, meter=reading.get("meter", "six"))
    undecoded: list[Refused] = []
    columns = rows.columns(undecoded, unaddressed=True)
    assert undecoded == []
    received = np.full(len(columns), to_us(RECEIVED))
    return Validation(columns, Lookup(registry), received).run()


def refusal(registry: Registry = REGISTRY, **reading: Any) -> Refused:
    """The one refusal of one reading."""
    accepted, (refused,) = validate(reading, registry=registry)
    assert len(accepted.rows) == 0
    return refused


def stored(**reading: Any) -> tuple[float, Quality]:
    """Value and quality of a reading that is accepted."""
    accepted, refused = validate(reading)
    assert refused == []
    return float(accepted.value[0]), Quality(accepted.quality[0])


def test_the_version_that_is_valid_at_the_time_gives_the_unit() -> None:
    before = {"meter": "changed", "ts": "2026-03-31T23:59:59.999999Z", "value": 2000, "unit": "kWh"}
    after = before | {"ts": "2026-05-01T00:00:00Z"}
    accepted, refused = validate(before, after)
    assert refused == []
    assert accepted.value.tolist() == [2.0, 2000.0]
    assert accepted.meter_key.tolist() == [1, 1]


@pytest.mark.parametrize("ts", ["2026-04-01T00:00:00Z", "2026-04-30T23:59:59.999999Z"])
def test_between_two_versions_there_is_no_meter(ts: str) -> None:
    refused = refusal(meter="changed", ts=ts)
    assert refused.reason is Reason.UNKNOWN_METER
    assert refused.detail.startswith("meter: 'changed' is not valid at 2026-04-")


@pytest.mark.parametrize(
    ("ts", "stored"),
    [("2026-03-31T23:45:00Z", 2.0),  # of March: 2,000 kWh in its unit, MWh
     ("2026-04-01T00:00:00Z", 2.0),  # the last quarter of March
     ("2026-04-01T00:00:00.000001Z", 2000.0),
     ("2026-05-01T00:00:00Z", 2000.0),  # its last quarter of April, and its end
     ("2026-05-01T00:15:00Z", None),
     ("2026-06-01T00:00:00Z", 7200.0)],  # where a version begins after a gap: of none before it
)  # fmt: skip
@pytest.mark.parametrize("kind", [Kind.INTERVAL, Kind.MEAN])
def test_an_interval_is_of_the_version_in_which_it_lies(
    kind: Kind, ts: str, stored: float | None
) -> None:
    # 2,000 kWh are 2 MWh and 7,200 MJ; so are their means of power, here in the same units.
    units = ("MWh", "kWh", "MJ") if kind is Kind.INTERVAL else ("MW", "kW", "MJ/h")
    lives = ((None, APRIL), (APRIL, MAY), (JUNE, None))
    quantity = "electricity" if kind is Kind.INTERVAL else "power"
    meters = tuple(
        Meter(1, "E1", "of", quantity, kind, unit, 900, valid_from=begin, valid_to=end)
        for unit, (begin, end) in zip(units, lives, strict=True)
    )
    registry = Registry(REGISTRY.park, REGISTRY.clusters, REGISTRY.enterprises, meters)
    accepted, refused = validate(
        {"meter": "of", "ts": ts, "value": 2000, "unit": units[1]}, registry=registry
    )
    assert accepted.value.tolist() == ([] if stored is None else pytest.approx([stored]))
    assert [one.reason for one in refused] == ([Reason.UNKNOWN_METER] if stored is None else [])


def test_before_the_first_version_there_is_no_meter() -> None:
    late = Registry(REGISTRY.park, REGISTRY.clusters, REGISTRY.enterprises, METERS[:1])
    refused = refusal(late, meter="changed", ts="2026-04-30T00:00:00Z")
    assert refused.reason is Reason.UNKNOWN_METER


def test_ten_minutes_ahead_is_the_limit() -> None:
    assert stored(ts="2026-06-01T12:10:00Z") == (1.0, Quality.GOOD)
    refused = refusal(ts="2026-06-01T12:10:00.000001Z")
    assert (refused.reason, refused.detail[:4]) == (Reason.BAD_TIME, "ts: ")


@pytest.mark.parametrize(
    ("meter", "value"),
    [("six", -0.001), ("six", 1_000_000.001), ("six", float("nan")), ("temp", float("inf")),
     ("amount", float("-inf"))],
)  # fmt: skip
def test_what_a_register_cannot_show_is_refused(meter: str, value: float) -> None:
    refused = refusal(meter=meter, value=value)
    assert refused.reason is Reason.OUT_OF_RANGE
    assert refused.detail.startswith("value: ")


def test_the_maximum_is_of_the_meters_unit() -> None:
    assert stored(value=1000, unit="MWh") == (1e6, Quality.GOOD)
    assert refusal(value=1001, unit="MWh").reason is Reason.OUT_OF_RANGE
    # 1e306 GWh are 1e312 kWh, which no float holds.
    assert refusal(value=1e306, unit="GWh").reason is Reason.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("meter", "value", "quality"),
    [
        ("six", 0, Quality.GOOD),
        ("six", 999_999, Quality.GOOD),  # range_high is of a counter's rate, not of its register
        ("export", -5, Quality.GOOD),  # a register that may run backwards
        ("amount", 100, Quality.GOOD),
        ("amount", 100.5, Quality.SUSPECT),
        ("amount", -0.5, Quality.SUSPECT),  # electricity's own lowest is 0
        ("power", -10, Quality.GOOD),
        ("power", -10.5, Quality.SUSPECT),
        ("power", 10.5, Quality.SUSPECT),
        ("flow", -1, Quality.SUSPECT),
        ("flow", 1e12, Quality.GOOD),  # no range declared
        ("temp", -300, Quality.GOOD),  # no lowest declared
        ("temp", 100.5, Quality.SUSPECT),
    ],
)
def test_beyond_its_range_a_value_is_suspect(meter: str, value: float, quality: Quality) -> None:
    assert stored(meter=meter, value=value) == (value, quality)


def test_suspicion_does_not_mend_a_worse_quality() -> None:
    assert stored(meter="amount", value=500, quality="offline") == (500.0, Quality.OFFLINE)
    assert stored(meter="amount", value=500, quality="manual") == (500.0, Quality.SUSPECT)


def test_the_first_check_that_fails_gives_the_reason() -> None:
    everything = {
        "enterprise": "E9", "named": "E2", "meter": "nobody", "ts": "2050-01-01T00:00:00Z",
        "unit": "m3", "value": float("nan"),
    }  # fmt: skip
    mended = {
        Reason.UNKNOWN_ENTERPRISE: {"enterprise": "E1"},
        Reason.WRONG_OWNER: {"named": "E1"},
        Reason.UNKNOWN_METER: {"meter": "six"},
        Reason.BAD_TIME: {"ts": "2026-05-20T00:00:00Z"},
        Reason.BAD_UNIT: {"unit": "kWh"},
        Reason.OUT_OF_RANGE: {"value": 1.0},
    }
    reading = everything
    for reason, better in mended.items():
        assert refusal(**reading).reason is reason
        reading = reading | better
    assert stored(**reading) == (1.0, Quality.GOOD)


def test_another_enterprises_meter_is_as_unknown_as_any() -> None:
    refused = refusal(meter="gas")
    assert refused.reason is Reason.UNKNOWN_METER
    assert refused.detail.replace("gas", "none") == refusal(meter="none").detail
    assert refusal(meter=None).reason is Reason.UNKNOWN_METER
    assert refusal(enterprise=None).detail.startswith("enterprise: missing")


@pytest.mark.parametrize(("unit", "says"), [("kWh", "different"), ("m3", "Sm3"), ("zz", "known")])
def test_a_gas_meter_takes_no_other_kind_of_unit(unit: str, says: str) -> None:
    refused = refusal(enterprise="E2", meter="gas", unit=unit)
    assert refused.reason is Reason.BAD_UNIT
    assert refused.detail.startswith(f"unit: {unit!r}")
    assert says in refused.detail


def test_one_bad_reading_of_many_is_refused_alone() -> None:
    readings = [{"value": float(number)} for number in range(100)]
    readings[41]["value"] = -1.0
    accepted, (refused,) = validate(*readings)
    assert refused.item == 41
    assert accepted.rows.tolist() == [number for number in range(100) if number != 41]


def test_an_empty_registry_knows_nobody() -> None:
    empty = Registry(REGISTRY.park)
    assert refusal(empty).reason is Reason.UNKNOWN_ENTERPRISE
    accepted, refused = validate(registry=empty)
    assert (len(accepted.rows), refused) == (0, [])


def test_a_unit_is_looked_up_once_for_each_version(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def conversion(unit: str, to: str) -> tuple[float, float]:
        asked.append((unit, to))
        return units.conversion(unit, to)

    monkeypatch.setattr("ingest.lookup.conversion", conversion)
    lookup = Lookup(REGISTRY)
    # Versions in the order of time: MWh comes first though it was registered last.
    assert [lookup.unit(version, "MWh") for version in (0, 1, 0, 1)] == [(1, 0), (1000, 0)] * 2
    assert isinstance(lookup.unit(0, "m3"), UnitError)
    assert lookup.unit(0, "m3") is lookup.unit(0, "m3")
    assert asked == [("MWh", "MWh"), ("MWh", "kWh"), ("m3", "MWh")]


def test_places_are_of_meters_not_of_versions() -> None:
    lookup = Lookup(REGISTRY)
    place = lookup.place("E1", "changed")
    assert (lookup.first[place], lookup.count[place]) == (0, 2)
    assert lookup.key[lookup.first[lookup.place("E2", "gas")]] == 8
    assert lookup.place("E2", "six") == lookup.place(None, None) == -1
