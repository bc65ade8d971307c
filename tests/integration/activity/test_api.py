"""Activity records and certificates by HTTP: the whole life, every refusal, tenants."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from store.registry_files import load
from tests.integration.activity.conftest import KEYS, Running, write

Make = Callable[..., dict[str, Any]]


def enter(api: Any, *records: dict[str, Any], **more: Any) -> Any:
    return api.post("/activity", json={"by": "Wang Fang", "records": records} | more)


def fields(response: Any) -> dict[str, str]:
    """Field and reason of every fault of a refusal."""
    assert response.status_code == 422, response.text
    return {error["field"]: error["reason"] for error in response.json()["errors"]}


def test_entered_submitted_approved_and_restated(running: Running, record: Make) -> None:
    with running.client() as api:
        made = enter(api, record(source_stream="forklifts", uncertainty_pct=2.0)).json()
        [row] = made["records"]
        assert (row["id"], row["state"], row["due"]) == (1, "draft", "2026-05-10")  # 40 days
        step = {"by": "Wang Fang"}
        assert api.post("/activity/1/approve", json=step).status_code == 409
        assert api.post("/activity/1/submit", json=step).json()["state"] == "submitted"
        refused = api.post("/activity/1/approve", json={"by": " wang FANG"})
        assert "'wang FANG' entered record 1 (as 'Wang Fang')" in fields(refused)["by"]
        approved = api.post("/activity/1/approve", json={"by": "Li Lei"}).json()
        assert (approved["state"], approved["decided_by"]) == ("approved", "Li Lei")

        twice = enter(api, record(source_stream="forklifts", amount=1))
        assert "record 1 (approved) states mobile_combustion" in fields(twice)["records.0.period"]
        again = record(source_stream="forklifts", amount=13, replaces=1)
        [second] = enter(api, again, submit=True).json()["records"]
        assert (second["id"], second["revision"]) == (1, 2)
        assert "note" in fields(api.post("/activity/1/refuse", json={"by": "Li Lei"}))
        api.post("/activity/1/approve", json={"by": "Li Lei"}).raise_for_status()
        found = api.get("/activity/1").json()
        assert [(one["revision"], one["state"]) for one in found["history"]] == [
            (1, "draft"), (1, "submitted"), (1, "approved"),
            (2, "submitted"), (2, "approved"),
        ]  # fmt: skip
        ends = [one["superseded_at"] is None for one in found["history"]]
        assert ends == [False, False, False, False, True]
        assert found["record"]["amount"] == 13
        assert [one["revision"] for one in api.get("/activity").json()["items"]] == [2]


def test_every_fault_of_every_record_is_named(running: Running, record: Make) -> None:
    wrong = [
        record(),
        record(code="dieseel"),
        record(unit="kWh", period="2026-01"),
        record(code="natural_gas", category="stationary_combustion", unit="m3"),
        record(enterprise="nobody"),
        record(category="smoke"),
        record(period="2026-13", evidence=" "),
        record(period="2199", amount=-1, uncertainty_pct=501),
        record(source_stream="lorries"),
        record(category="stationary_combustion", source_stream="forklifts"),
        # Another guideline's set has no such fuel for steel works: sets are not mixed.
        record(enterprise="mill", category="process", code="wool"),
        record(evidence_sha256="abc"),
    ]
    with running.client() as api:
        found = fields(enter(api, *wrong))
        assert api.get("/activity").json()["items"] == []
    assert set(found) == {
        "records.1.code", "records.2.unit", "records.3.unit", "records.4.enterprise",
        "records.5.category", "records.6.period", "records.6.evidence", "records.7.period",
        "records.7.amount", "records.7.uncertainty_pct", "records.8.source_stream",
        "records.9.source_stream", "records.10.code", "records.11.evidence_sha256",
    }  # fmt: skip
    assert found["records.2.unit"] == (
        "'kWh' is not a unit of diesel (like t): they measure different things"
    )
    assert "use Nm3 (0 °C) or Sm3 (20 °C)" in found["records.3.unit"]
    assert "axle declares forklifts" in found["records.8.source_stream"]
    assert "by guideline steel; known are" in found["records.10.code"]


def test_what_no_spreadsheet_and_no_database_should_meet(running: Running, record: Make) -> None:
    with running.client() as api:
        half, huge, early = (
            record(evidence="\ud800"), record(amount=1e300), record(period="1825")
        )  # fmt: skip
        body = json.dumps({"by": "Wang Fang", "records": [half, huge, early]})
        headers = {"Content-Type": "application/json"}
        found = fields(api.post("/activity", content=body, headers=headers))
        assert set(found) == {"records.0.evidence", "records.1.amount", "records.2.period"}
        assert "records.0.amount" in fields(enter(api, record(amount=True)))
        step = api.post("/activity/1/submit", content='{"by": "\\ud800"}', headers=headers)
        assert "by" in fields(step)
        enter(api, record(evidence='=HYPERLINK("http://x")', note="-1")).raise_for_status()
        table = api.get("/activity", headers={"Accept": "text/csv"}).text
        [row] = csv.DictReader(io.StringIO(table))
        assert (row["evidence"], row["note"]) == ('\'=HYPERLINK("http://x")', "'-1")


def test_own_materials_and_units_like_the_codes(running: Running, record: Make) -> None:
    with running.client() as api:
        codes = api.get("/activity/codes", params={"enterprise": "axle"}).json()["items"]
        of = {(one["category"], one["code"]): one for one in codes}
        assert of["scope3_1", "paper"]["origin"] == "declared"
        assert of["mobile_combustion", "diesel"]["unit"] == "t"
        assert of["fugitive", "HFC-134a"]["unit"] == "t"
        assert of["purchased_electricity", "electricity"]["unit"] == "kWh"
        paper = record(category="scope3_1", code="paper", unit="kg", origin="statistics")
        gas = record(category="fugitive", code="HFC-134a", unit="kg", amount=3)
        assert enter(api, paper, gas, dry_run=True).json()["dry_run"] is True
        assert "records.0.code" in fields(enter(api, paper | {"enterprise": "mill"}))
        assert api.get("/activity").json()["items"] == []


def test_lists_of_what_is_overdue_and_pages(running: Running, record: Make) -> None:
    with running.client() as api:
        months = [record(period=f"2026-{month:02d}") for month in (1, 2, 3)]
        enter(api, *months, record(period="2025"), record(enterprise="mill")).raise_for_status()
        overdue = api.get("/activity", params={"overdue": True, "enterprise": "axle"}).json()
        assert [one["id"] for one in overdue["items"]] == [4, 3, 2, 1]
        assert all(one["overdue"] for one in overdue["items"])
        first = api.get("/activity", params={"limit": 3}).json()
        rest = api.get("/activity", params={"limit": 3, "cursor": first["next"]}).json()
        assert [one["id"] for one in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]
        assert rest["next"] is None


def test_a_key_of_an_enterprise_reaches_its_own_only(running: Running, record: Make) -> None:
    with running.client(KEYS["axle"]) as axle, running.client(KEYS["mill"]) as mill:
        [own] = enter(axle, record()).json()["records"]
        assert enter(axle, record(enterprise="mill")).status_code == 403
        assert mill.get(f"/activity/{own['id']}").status_code == 404
        step = {"by": "Li Lei"}
        assert mill.post(f"/activity/{own['id']}/submit", json=step).status_code == 404
        assert mill.get("/activity").json()["items"] == []
        assert mill.get("/activity", params={"enterprise": "axle"}).status_code == 403
        assert mill.get("/activity/codes", params={"enterprise": "axle"}).status_code == 403
        assert [one["id"] for one in axle.get("/activity").json()["items"]] == [own["id"]]
        assert [one["id"] for one in mill.get("/certificates").json()["items"]] == ["G-2"]
        for path in ("/inventory", "/meters", "/activityx", "/readings"):
            assert axle.get(path).status_code == 403, path
        assert axle.post("/readings", json=[]).status_code == 403
    with running.client("guess") as stranger:
        assert stranger.get("/activity").status_code == 401


def test_a_cancelled_certificate_counts_nowhere_and_did_before(running: Running) -> None:
    with running.client() as api:
        first, other = api.get("/certificates").json()["items"]
        assert (first["used_mwh"], first["left_mwh"]) == (95.5, 24.5)  # 80 + 15.5 of 120
        assert (first["valid_to"], first["used_in"]) == ("2027-02", "2025-05 80; 2026 15.5")
        assert (other["used_mwh"], other["left_mwh"]) == (0, 50)
        before = first["recorded_at"]
    cancelled = "id,enterprise,kind,technology,generated,amount_mwh,evidence,cancelled_on\n"
    cancelled += "G-1,axle,gec,wind,2025-03,120,extract 7,2026-09-01\n"
    database = open_registry(Settings(data=running.data))
    [change] = load(database, write(running.files, certificates=cancelled)).changes
    assert change.fields["cancelled_on"][0] is None
    database.close()
    with running.client() as api:
        then = api.get("/certificates", params={"as_of": before}).json()["items"][0]
        assert (then["used_mwh"], then["cancelled_on"]) == (95.5, None)
    # The running service looks at the registry's version once a second.
    database = open_registry(Settings(data=running.data))
    held = database.snapshot().certificate_by_id["G-1"]
    database.close()
    assert (held.counts, str(held.cancelled_on)) == (False, "2026-09-01")
