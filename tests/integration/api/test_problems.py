"""Every error of every route is one problem body (RFC 9457)."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from models.errors import FactorNotFoundError, UnitError


def problem(response, status):
    """The body of a problem, its shape checked."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert all(isinstance(body[name], str) and body[name] for name in ("type", "title", "detail"))
    if "errors" in body:
        assert body["errors"]
        assert all(set(error) == {"field", "reason"} for error in body["errors"])
    return body


# A value that no parameter takes: no number, no word of the park's time, no name.
NONSENSE = "\x00%%bad"
KNOWN = {"enterprise": "steel", "meter": "EL-01", "rejection_id": "1", "correction_id": "1"} | {
    "carrier": "natural_gas",
    "factor_id": "ndrc_sector/heat",
    "number": "1",
    "activity_id": "1",
    "alarm_id": "1",
    "appeal_id": "1",
    "point": "DA001",
    "pollutant": "a21002",
}
# Parameters that any text may be put to: rejections tell what was addressed, registered or not.
FREE = {
    (f"/api/v1/rejections{rest}", name)
    for rest in ("", "/counts")
    for name in ("enterprise", "meter")
} | {("/api/v1/factors", "search"), ("/api/v1/alarms", "assignee")}


def test_every_route_answers_bad_parameters_with_the_one_body(park):
    document = park.client.get("/api/v1/openapi.json").json()
    walked = 0
    for path, operations in document["paths"].items():
        if "get" not in operations:
            continue
        operation = operations["get"]
        assert operation["responses"]["default"]["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
        filled = path.replace("{rejection_id}", "1").replace("{correction_id}", "1")
        body = problem(park.client.get(filled, params={"nonsense": "1"}), 422)
        assert "nonsense" in [error["field"] for error in body["errors"]]
        if "post" not in operations:
            problem(park.client.post(filled), 405)
        parameters = operation.get("parameters", [])
        required = {one["name"]: KNOWN[one["name"]] for one in parameters if one["required"]}
        for parameter in parameters:
            name = parameter["name"]
            if parameter["in"] == "path":
                response = park.client.get(path.replace("{" + name + "}", "x"))
            elif (path, name) in FREE:
                continue
            else:
                response = park.client.get(filled, params=required | {name: NONSENSE})
            body = problem(response, 404 if response.status_code == 404 else 422)
            assert name in [error["field"] for error in body["errors"]], (path, body)
            walked += 1
    assert walked > 45


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("usage?start=2026-13", "start", "'2026-13' is not a date"),
        ("usage?start=2026-02-30", "start", "'2026-02-30' is not a date"),
        ("usage?end=tomorrow", "end", "'tomorrow' is not 2026, 2026-03"),
        ("usage?start=2026-01-01T00:00:00", "start", "has no offset from UTC"),
        ("usage?start=2026-03&end=2026-02", "start", "'2026-03' is not before end '2026-02'"),
        ("usage?start=0001", "start", "not of the years 1970 to 2200"),
        ("usage?every=week", "every", "'hour', 'day', 'month', 'year' or 'total'"),
        ("inventory?year=2026&start=2026-01", "year", "not both"),
        ("inventory?end=2026-01", "start", "is needed where end is given"),
        ("inventory?year=2031", "year", "2031-01-01 has not begun"),
        ("inventory?start=2026-05", "start", "2026-05-01 has not begun"),
        ("inventory?by=colour", "by", "'colour' is none of period, enterprise"),
        ("inventory?by=carrier,carrier", "by", "names a group twice"),
        ("inventory?scope=4", "scope", "'1', '2' or '3'"),
        ("intensity?by=carrier", "by", "'enterprise', 'cluster' or 'park'"),
        ("readings?enterprise=steel", "meter", "Field required"),
        ("readings?enterprise=steel&meter=EL-01&as_of=2026-01-01T00:00", "as_of", "no offset"),
        ("latest?limit=0", "limit", "greater than or equal to 1"),
        ("latest?limit=10001", "limit", "less than or equal to 10000"),
        ("latest?cursor=%25%25", "cursor", "is no cursor of this list"),
        ("latest?enterprize=steel", "enterprize", "is no parameter of this address"),
        ("rejections?reason=bored", "reason", "'malformed', 'too_large'"),
        ("rejections?cursor=W10", "cursor", "is no cursor of this list"),
        ("rejections/-1", "rejection_id", "greater than or equal to 0"),
        ("rejections/99999999999999999999", "rejection_id", "less than or equal to"),
    ],
)
def test_a_bad_parameter_is_named_with_its_reason(park, query, field, reason):
    body = problem(park.client.get(f"/api/v1/{query}"), 422)
    assert body["type"] == "urn:carbonpeak:problem:invalid-parameter"
    (error,) = body["errors"]
    assert error["field"] == field
    assert reason in error["reason"]
    assert field in body["detail"]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("usage?enterprise=nobody", "enterprise: 'nobody' is not registered"),
        ("usage?meter=EL-99", "meter: 'EL-99' is not registered"),
        ("usage?enterprise=glass&meter=EL-02", "meter: 'EL-02' is not registered at 'glass'"),
        ("readings?enterprise=glass&meter=EL-02", "meter: 'EL-02' is not registered at 'glass'"),
        ("findings?enterprise=nobody", "enterprise: 'nobody' is not registered"),
        ("latest?quantity=luck", "quantity: 'luck' is not in the table of quantities"),
        ("meters?enterprise=nobody", "enterprise: 'nobody' is not registered"),
        ("enterprises?cluster=none", "cluster: 'none' is not registered"),
        ("inventory?cluster=none", "cluster: 'none' is not registered"),
        ("inventory?carrier=dung", "carrier: 'dung' is not a carrier in the table of quantities"),
        ("factors?set=ours", "set: 'ours' is not in the factor library"),
        ("factors?region=Mars", "region: 'Mars' is not in the factor library"),
        ("rejections/4711", "rejection_id: 4711 is not the number of a rejection"),
        ("rejections/4711/payload", "rejection_id: 4711 is not the number of a rejection"),
    ],
)
def test_an_unknown_name_is_not_found(park, query, detail):
    body = problem(park.client.get(f"/api/v1/{query}"), 404)
    assert body["type"] == "urn:carbonpeak:problem:unknown-name"
    assert body["detail"] == detail


def test_several_faults_are_all_named(park):
    body = problem(park.client.get("/api/v1/readings?limit=0&colour=red"), 422)
    assert {error["field"] for error in body["errors"]} == {
        "enterprise", "meter", "limit", "colour",
    }  # fmt: skip


def test_an_unknown_address_and_a_wrong_method(park):
    body = problem(park.client.get("/api/v1/nothing"), 404)
    assert body["type"] == "about:blank"
    assert body["detail"] == "there is nothing at /api/v1/nothing"
    response = park.client.delete("/api/v1/usage")
    assert problem(response, 405)["detail"] == "DELETE is not possible at /api/v1/usage"
    assert response.headers["allow"] == "GET"


def test_a_form_that_we_do_not_have(park):
    response = park.client.get("/api/v1/usage", headers={"Accept": "application/xml"})
    assert problem(response, 406)["type"] == "urn:carbonpeak:problem:not-acceptable"


def test_too_many_rows_are_refused_before_they_are_computed(park, monkeypatch):
    counts = park.books.store.counts()
    monkeypatch.setattr(type(park.books.store), "counts", lambda _: counts | {"usage": 100_000_000})
    # 5 meters and 1,200 days of 24 hours are 144,000 rows; from 1990 on they are far more.
    assert park.client.get("/api/v1/usage?every=hour&start=2023").status_code == 200
    for path in ("usage", "inventory"):
        response = park.client.get(f"/api/v1/{path}?every=hour&start=1990&end=2026")
        body = problem(response, 422)
        assert body["type"] == "urn:carbonpeak:problem:too-many-rows"
        assert "the limit is 200,000" in body["detail"]
    assert park.client.get("/api/v1/usage?every=hour").status_code == 422
    assert park.client.get("/api/v1/usage?every=year&start=1990").status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "kind", "detail"),
    [
        (
            FactorNotFoundError("electricity in 吉林, 2009"),
            409,
            "urn:carbonpeak:problem:factor-not-found",
            "no factor for electricity in 吉林, 2009",
        ),
        (
            UnitError("m3", "Nm3", "no reference state"),
            409,
            "urn:carbonpeak:problem:books-cannot-answer",
            "unit: 'm3' cannot be converted to 'Nm3': no reference state",
        ),
        (
            ZeroDivisionError("secret detail"),
            500,
            "about:blank",
            "ZeroDivisionError; the service's log has the details",
        ),
    ],
)
def test_errors_below_the_routes(park, error, status, kind, detail):
    def failing():
        raise error

    app = create_app(ApiContext(park.books, health=failing))
    client = TestClient(app, raise_server_exceptions=False)
    body = problem(client.get("/api/v1/health"), status)
    assert body["type"] == kind
    assert body["detail"] == detail


def test_a_missing_factor_is_told_by_the_inventory(empty_park):
    """No set has electricity of 1999, and no later year is taken instead."""
    begin = datetime(1999, 3, 1, tzinfo=UTC)
    empty_park.send("steel", "EL-01", np.arange(49), begin=begin)
    body = problem(empty_park.client.get("/api/v1/inventory?year=1999"), 409)
    assert body["type"] == "urn:carbonpeak:problem:factor-not-found"
    assert "electricity" in body["detail"]
    assert "1999" in body["detail"]


def posts(park):
    """Every address that takes a body, its places filled with what need not exist."""
    document = park.client.get("/api/v1/openapi.json").json()
    numbers = dict.fromkeys(("activity_id", "alarm_id", "appeal_id"), "1")
    places = numbers | {"enterprise": "steel", "point": "DA001"}
    for path, operations in document["paths"].items():
        action = "acknowledge" if path.startswith("/api/v1/alarms") else "submit"
        if "post" in operations:
            yield path.format(**places, action=action)


def test_what_a_posting_address_does_not_know_is_refused(park):
    """``?dry_run=true``, or ``"dryrun": true``, did what was only to be tried."""
    paths = list(posts(park))
    assert len(paths) == 9
    for path in paths:
        asked = park.client.post(path, params={"dry_run": "true"}, json={"dryrun": True})
        fields = [error["field"] for error in problem(asked, 422)["errors"]]
        assert {"dry_run", "dryrun"} <= set(fields), (path, fields)


def test_half_a_character_in_what_is_told_back_is_no_failure(park):
    """JSON can escape half of a surrogate pair, which the problem's own JSON could not hold."""
    context = ApiContext(park.books, health=lambda: {"status": "ok"})
    client = TestClient(
        create_app(context, Keys(enterprises={"steel": "s" * 16})), raise_server_exceptions=False
    )
    record = (
        '"enterprise": "\\ud800", "category": "mobile_combustion", "code": "diesel", "unit": "t",'
        '"period": "2026-01", "amount": 1, "origin": "invoice", "evidence": "e"'
    )
    headers = {"Authorization": f"Bearer {'s' * 16}", "Content-Type": "application/json"}
    content = f'{{"by": "W", "records": [{{{record}}}]}}'
    body = problem(client.post("/api/v1/activity", content=content, headers=headers), 403)
    assert body["errors"][0]["reason"] == "this key is steel's, not \\ud800's"


def test_a_body_is_held_up_to_its_limit_only(park):
    """33,554,432 bytes are 32 MiB."""
    for path in posts(park):
        body = problem(park.client.post(path, content=b" " * ((32 << 20) + 1)), 413)
        assert body["detail"] == "payload: at most 33,554,432 bytes; send it in parts"
    problem(park.client.post("/api/v1/corrections", content=b" " * (32 << 20)), 422)


@pytest.mark.parametrize("path", ["rights", "certificates", "activity", "activity/codes", "titles"])
def test_an_empty_name_is_no_name_and_not_everybody(park, path):
    """``?enterprise=`` was answered with all of them, and once with a failure."""
    problem(park.client.get(f"/api/v1/{path}", params={"enterprise": ""}), 404)
