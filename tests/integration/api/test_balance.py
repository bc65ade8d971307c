"""/balance: steel's EL-01 (40 kWh an hour) against its sub-meter EL-02 (10 kWh an hour)."""

from __future__ import annotations


def test_the_current_year_by_month(park):
    answer = park.get("balance")
    months = {"2026-01": 744, "2026-02": 672, "2026-03": 744}
    *known, april = answer["items"]
    assert [row["period"] for row in known] == list(months)
    for row in known:
        hours = months[row["period"]]
        assert (row["enterprise"], row["meter"], row["unit"]) == ("steel", "EL-01", "kWh")
        assert abs(row["amount"] - 40 * hours) < 1e-6
        assert abs(row["loss"] - 30 * hours) < 1e-6
        assert abs(row["loss_share"] - 0.75) < 1e-12
        assert (row["parts"], row["unknown"]) == (1, None)
    # both have their last reading at the very beginning of April: what follows is unknown
    assert (april["period"], april["unknown"], april["balanced"]) == ("2026-04", "EL-02", 0.0)
    assert [april[name] for name in ("amount", "parts_amount", "loss", "loss_share")] == [None] * 4
    assert answer["units"]["loss"] == "{unit}"


def test_names_that_stand_for_nothing_are_refused(park):
    for params, field in (
        ({"meter": "none"}, "meter"),
        ({"enterprise": "none"}, "enterprise"),
        ({"quantity": "none"}, "quantity"),
    ):
        body = park.client.get("/api/v1/balance", params=params)
        assert body.status_code in {404, 422}
        assert body.json()["errors"][0]["field"] == field


def test_an_enterprise_without_sub_meters_has_no_balance(park):
    assert park.get("balance", enterprise="glass")["items"] == []
