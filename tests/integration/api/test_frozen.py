"""/explain and /inventories over HTTP: by path, refused with reasons, frozen and compared.

Steel: 2,160 h × 40 kWh × 0.5 kg/kWh = 43.2 t; glass: 1,416 h × 5 kWh × 0.8 kg/kWh = 5.664 t.
"""

from __future__ import annotations

import pytest


def test_a_figure_by_its_path(park):
    whole = park.get("explain", period="2026", depth=1)["figure"]
    assert whole["value"] == pytest.approx(43.2 + 5.664)
    assert [(one["id"], one["value"]) for one in whole["operands"]] == [
        ("demo-park/glass", pytest.approx(5.664)), ("demo-park/steel", pytest.approx(43.2))
    ]  # fmt: skip
    assert {one["meter"] for one in whole["evidence"]["left_out"]} == {"EL-02", "TEMP"}
    row = "demo-park/steel/purchased_electricity.electricity.location"
    asked = {"period": "2026", "path": row, "depth": 0}
    part = park.client.get("/api/v1/explain", params=asked).json()["figure"]
    assert (part["id"], part["folded"], part["operands"]) == (row, True, [])
    assert part["source"]["document"] == "meter test"
    mine = park.get("explain", period="2026-02", cluster="materials", what="energy")["figure"]
    assert mine["value"] == pytest.approx(672 * 5 * 0.0036)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"period": "2026", "path": "demo-park/none"}, 404, "path"),
        ({"period": "2026", "enterprise": "x"}, 404, "enterprise"),
        ({"period": "2026", "enterprise": "steel", "cluster": "equipment"}, 422, "cluster"),
        ({"period": "March"}, 422, "period"),
        ({"period": "2027"}, 422, "period"),
        ({"period": "2026", "gwp": "AR9"}, 422, "gwp"),
        ({"period": "2026", "what": "soot"}, 422, "what"),
        ({"period": "2026", "hours": "noon"}, 422, "hours"),
    ],
)
def test_what_cannot_be_explained_names_the_field(park, query, status, field):
    response = park.client.get("/api/v1/explain", params=query)
    assert response.status_code == status, response.text
    assert [one["field"] for one in response.json()["errors"]] == [field]


def test_frozen_read_again_and_compared(park):
    signed = {"author": "Li Na", "reason": "first quarter", "every": "month"}
    made = park.client.post("/api/v1/inventories", json={"period": "2026", **signed}).json()
    assert (made["boundary"], made["code"], made["author"]) == ("park", "demo-park", "Li Na")
    assert made["co2e_t"] == pytest.approx(48.864)
    assert park.get("inventories")["items"][0] == made
    kept = park.get(f"inventories/{made['id']}")
    today = park.get("inventory", year="2026", every="month")
    location = [row for row in kept["items"] if row["basis"] == "location"]
    assert location == today["items"]
    assert kept["frozen"]["chain_heads"]["test"]["sha256"]
    compared = park.get(f"inventories/{made['id']}/restate")
    assert (compared["rows"], compared["changes"]) == ([], [])
    assert compared["totals"]["co2e_t"]["change"] == 0.0
    for body, field in (({"author": ""}, "author"), ({"period": "soon"}, "period"),
                        ({"boundary": "group", "code": "x"}, "group"),
                        # The park's would be signed as steel's; the year as no year's name.
                        ({"code": "steel"}, "code"), ({"period": "２０２６"}, "period"),
                        ({"period": "2026\n"}, "period")):  # fmt: skip
        refused = park.client.post("/api/v1/inventories", json={"period": "2026", **signed, **body})
        assert refused.status_code in (404, 422)
        assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert park.client.get("/api/v1/inventories/99/restate").status_code == 404
    assert park.client.get("/api/v1/inventories/99999999999999999999").status_code == 422
