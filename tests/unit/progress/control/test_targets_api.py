"""Targets and dual control over the API: what is answered, to whom, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api import dual_control, targets
from api.dual_control import DualControlRow
from api.targets import BreakdownRow, LeadUnitRow, TargetRow
from models.registry import Scope
from tests.unit.progress.by_http import OF_A, OF_B, answers_fit, asking
from tests.unit.progress.control.test_targets import target


@pytest.fixture(scope="module")
def asked(metered_once):
    used = metered_once
    used.registry = replace(
        used.registry,
        targets=(
            target("co2_total", "2026", value=4000.0, lead_unit="经济发展局"),
            target("co2_total", "2026", code="p", scope=Scope.PARK, value=4100.0),
            target("co2_total", "2026-2030", code="p", scope=Scope.PARK, reduction=0.1,
                   base_year=2025),
        ),
    )  # fmt: skip
    return asking(used.books, targets.router, dual_control.router)


def test_what_is_answered_fits_its_model_as_json_and_csv(asked):
    answers = {
        "/targets?year=2026": (TargetRow, 3),
        "/targets/path": (TargetRow, 5),
        "/targets/breakdown": (BreakdownRow, 2),
        "/targets/lead-units": (LeadUnitRow, 1),
        "/dual-control?year=2025": (DualControlRow, 6),
        "/dual-control?year=2026&judged=true": (DualControlRow, 0),
    }
    answers_fit(asked, answers)
    tag = asked("/targets").headers["etag"]
    assert asked("/targets", **{"If-None-Match": tag}).status_code == 304


def test_an_enterprise_sees_its_own_and_nobody_elses(asked):
    own = asked("/targets", OF_A).json()["items"]
    assert {(row["scope"], row["code"]) for row in own} == {("enterprise", "a")}
    assert asked("/targets", OF_B).json()["items"] == []
    for path in (
        "/targets?enterprise=a",
        "/dual-control?enterprise=a",
        "/targets?scope=park",
        "/dual-control?cluster=c1",
        "/targets/breakdown",
        "/targets/lead-units",
    ):
        refused = asked(path, OF_B)
        assert refused.status_code == 403, path
        assert refused.headers["content-type"].startswith("application/problem+json")
    codes = {row["code"] for row in asked("/dual-control?year=2025", OF_A).json()["items"]}
    assert codes == {"a"}


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/targets?enterprise=nobody", 404, "enterprise"),
        ("/targets?cluster=nowhere", 404, "cluster"),
        ("/targets?cluster=c1&enterprise=a", 422, "cluster"),
        ("/dual-control?cluster=c1&scope=park", 422, "scope"),
        ("/targets?scope=town", 422, "scope"),
        ("/targets?year=twenty", 422, "year"),
        ("/targets/path?year=2026", 422, "year"),
    ],
)
def test_what_is_refused_names_its_field(asked, path, status, field):
    reply = asked(path)
    assert reply.status_code == status
    assert field in {one["field"] for one in reply.json()["errors"]}
