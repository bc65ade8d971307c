"""Nowcast and peers over the API: what is answered, to whom, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api import peak_nowcast, peak_peers
from api.peak_nowcast import NowcastMonthRow, NowcastRow
from api.peak_peers import PeerRow
from models.registry import Scope, Subject
from tests.unit.carbon.conftest import day
from tests.unit.progress.by_http import OF_A, answers_fit, asking
from tests.unit.progress.nowcast.test_nowcast_of_books import target
from tests.unit.progress.peak.test_peer_rank import EARLIER, OWN, figures


@pytest.fixture(scope="module")
def asked(metered_once):
    used = metered_once
    used.write(1, day(2024), day(2025), 1000.0)
    used.registry = replace(
        used.registry,
        targets=(target(Subject.CO2_TOTAL, "2026", 5000.0),),
        yearly_figures=(*OWN, *figures(Scope.PEER, "north", EARLIER)),
    )
    return asking(used.books, peak_nowcast.router, peak_peers.router)


def test_what_is_answered_fits_its_model_as_json_and_csv(asked):
    answers = {
        "/peak/nowcast?by=enterprise&code=a": (NowcastRow, 3),
        "/peak/nowcast?subject=co2e_t": (NowcastRow, 1),
        "/peak/nowcast/months?by=enterprise&code=a": (NowcastMonthRow, 36),
        "/peak/peers": (PeerRow, 2),
    }
    answers_fit(asked, answers)
    first = asked("/peak/peers")
    again = asked("/peak/peers", **{"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_an_enterprise_sees_its_own_nowcast_and_no_other(asked):
    own = asked("/peak/nowcast?by=enterprise", OF_A).json()["items"]
    assert {row["code"] for row in own} == {"a"}
    assert own[0]["probability"] > 0.99  # 5,000 t are allowed, 4,092 t expected
    for path in (
        "/peak/nowcast?by=enterprise&code=b", "/peak/nowcast", "/peak/nowcast?by=cluster",
        "/peak/nowcast/months?by=enterprise&code=b", "/peak/peers",
    ):  # fmt: skip
        assert asked(path, OF_A).status_code == 403, path


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/peak/nowcast?subject=gas", 422, "subject"),
        ("/peak/nowcast?by=enterprise&code=nobody", 404, "nobody"),
        ("/peak/nowcast/months?by=enterprise", 422, "code"),
        ("/peak/nowcast?until=2026", 422, "until"),
    ],
)
def test_what_cannot_be_answered_is_named(asked, path, status, said):
    reply = asked(path)
    assert reply.status_code == status
    assert said in reply.text
