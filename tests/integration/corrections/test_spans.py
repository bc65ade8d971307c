"""Corrections of spans: amounts of meters with a ratio, days of intervals, and undoing them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.corrections.park import Park, opened_park

METERS = """enterprise,code,quantity,kind,unit,interval_s,multiplier,valid_from,valid_to
E1,C1,electricity,counter,kWh,3600,80,,
E1,I1,electricity,interval,kWh,3600,80,,
E1,R1,electricity,interval,kWh,3600,10,,2026-03-02T00:00:00+08:00
E1,R1,electricity,interval,kWh,3600,20,2026-03-02T00:00:00+08:00,
"""
# Hours 0 to 48 of 1 and 2 March in the park, an hour's reading at its end.
HOURS = [f"2026-03-{1 + hour // 24:02d}T{hour % 24:02d}:00:00+08:00" for hour in range(49)]


@pytest.fixture
def park(tmp_path, without_console) -> Iterator[Park]:
    """Registers of 0, 1, 2 ..., and amounts of 1 an hour, both times 80."""
    opened = opened_park(tmp_path, METERS)
    rows = [{"meter": "C1", "ts": ts, "value": hour} for hour, ts in enumerate(HOURS)]
    rows += [{"meter": "I1", "ts": ts, "value": 1} for ts in HOURS[1:]]
    push(opened, rows)
    yield opened
    opened.service.stop()


def push(park: Park, rows: list[dict[str, object]]) -> None:
    asked = {"enterprise": "E1"}
    answer = park.client.post("/api/v1/readings", params=asked, json=rows)
    assert answer.json()["rejected"] == 0, answer.text
    park.service.ledger.settle_now()


def days(park: Park, meter: str) -> list[float]:
    asked = {"enterprise": "E1", "meter": meter, "every": "day"}
    return [row["amount"] for row in park.get("usage", **asked)["items"]]


@pytest.mark.parametrize("meter", ["C1", "I1"])
def test_an_amount_is_what_was_used(park: Park, meter: str) -> None:
    """480 kWh in three hours are 480 in the usage, whatever the ratio of the transformer."""
    park.done("substitute", meter=meter, start=HOURS[45], end=HOURS[48], amount=480.0)
    assert days(park, meter)[:2] == [24 * 80, 21 * 80 + 480]


def test_an_amount_over_a_change_of_the_ratio(park: Park) -> None:
    """Two hours of either: what the meter would have shown is 1 and 1, then 0.5 and 0.5."""
    park.done("substitute", meter="R1", start=HOURS[22], end=HOURS[26], amount=40.0)
    asked = {"enterprise": "E1", "meter": "R1", "start": HOURS[22], "end": HOURS[27]}
    shown = [row["value"] for row in park.get("readings", **asked)["items"]]
    assert shown == [1, 1, 0.5, 0.5]
    assert days(park, "R1") == [20, 20]


@pytest.mark.parametrize("meter", ["C1", "I1"])
def test_an_amount_does_not_count_beside_readings(park: Park, meter: str) -> None:
    """A reading at five past is no step of the span: it would count beside the amount."""
    odd = "2026-03-02T20:05:00+08:00"
    push(park, [{"meter": meter, "ts": odd, "value": 44.08}])
    asked = {"meter": meter, "start": HOURS[43], "end": HOURS[46], "amount": 240.0}
    refused = park.correct("substitute", **asked)
    assert refused.status_code == 422
    assert "2026-03-02T12:05:00+00:00" in refused.json()["detail"]
    park.done("void", meter=meter, start=odd, end="2026-03-02T20:06:00+08:00")
    park.done("substitute", **asked)
    before = days(park, meter)
    assert before[0] == 24 * 80
    if meter == "I1":
        assert before[1] == 21 * 80 + 240


def test_a_span_of_too_many_values(park: Park) -> None:
    """Before they are made."""
    asked = {"start": "1990-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z", "amount": 1.0}
    refused = park.correct("substitute", meter="I1", **asked)
    assert "at most 100,000" in refused.json()["detail"]


@pytest.mark.parametrize("meter", ["C1", "I1"])
@pytest.mark.parametrize("span", [(HOURS[24], HOURS[48]), ("2026-03-02", "2026-03-02")])
def test_the_same_span_undoes_a_substitution(park: Park, meter: str, span: tuple[str, str]) -> None:
    """Its last value stands at the end of the span."""
    value = {"C1": 49, "I1": 1}[meter]
    push(park, [{"meter": meter, "ts": "2026-03-03T01:00:00+08:00", "value": value}])
    before = days(park, meter)
    park.done("substitute", meter=meter, start=span[0], end=span[1], amount=2400.0)
    assert days(park, meter)[1] == 2400
    park.done("restore", meter=meter, start=span[0], end=span[1])
    assert days(park, meter) == before


def test_a_day_of_intervals_ends_with_the_reading_of_midnight(park: Park) -> None:
    """The reading of 0:00 on 2 March is the last hour of 1 March, which stays."""
    made = park.done("void", meter="I1", start="2026-03-02", end="2026-03-02")
    assert [one["ts"] for one in (made["values"][0], made["values"][-1])] == [
        "2026-03-01T17:00:00Z", "2026-03-02T16:00:00Z",
    ]  # fmt: skip
    assert days(park, "I1") == [24 * 80]
    park.done("restore", meter="I1", start="2026-03", end="2026-03")
    assert days(park, "I1") == [24 * 80, 24 * 80]
    # An instant is an instant: from 0:00 on.
    made = park.done("void", meter="I1", start=HOURS[24], end=HOURS[25])
    assert [one["ts"] for one in made["values"]] == ["2026-03-01T16:00:00Z"]


def test_the_registers_of_an_exchange_have_a_unit_too(park: Park) -> None:
    """0.0305 MWh are 30.5 kWh: half a unit of the old register, and half of the new one."""
    at = HOURS[30].replace(":00:00", ":30:00")
    registers = {"final_value": 0.0305, "initial_value": 0.0305, "unit": "MWh"}
    park.done("exchange", meter="C1", ts=at, **registers)
    (exchange,) = park.service.registry().exchanges
    assert (exchange.final_value, exchange.initial_value) == pytest.approx((30.5, 30.5))
    refused = park.correct("exchange", meter="C1", ts=at, **registers | {"unit": "m3"})
    assert refused.status_code == 422
    assert "unit" in refused.json()["detail"]


def test_an_instant_that_is_no_part_of_an_amount_is_not_undone(park: Park) -> None:
    """Two values that were declared one by one, at 0:30 and 2:00: of [0:00, 2:00) is the first."""
    times = [HOURS[24].replace("T00:00", "T00:30"), HOURS[26]]
    park.done("substitute", meter="I1", values=[{"ts": ts, "value": 3} for ts in times])
    undone = park.done("restore", meter="I1", start=HOURS[24], end=HOURS[26])
    assert [one["ts"] for one in undone["values"]] == ["2026-03-01T16:30:00Z"]
