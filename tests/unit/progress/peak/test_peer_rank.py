"""The park among its peers: verdicts, places and intensities worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.peer_rank import peer_rank
from models.registry import Scope, YearlyFigure

# 2015 to 2025, the maximum in 2018 (t); seven values fall after it: S = -21, n = 7, which is
# significant (p = 0.0027 by the normal approximation): peaked.
PEAKED = (90, 95, 98, 100, 97, 94, 91, 88, 85, 82, 79)
EARLIER = (95, 100, 98, 96, 94, 92, 90, 88, 86, 84, 82)  # the maximum in 2016
RISING = (50, 52, 54, 56, 58, 60, 62, 64, 66, 68, 70)


def figures(scope, code, values, first=2015, indicator="co2e_t", **more):
    return [
        YearlyFigure(
            scope, code, first + n, indicator, 1000.0 * value, "report", date(2026, 1, 1), **more
        )
        for n, value in enumerate(values)
        if value is not None
    ]


def output(scope, code, value, basis="constant 2020"):
    return figures(scope, code, [value], 2025, "output_1e4_yuan", price_basis=basis)


def asked(ledger, *some):
    entered = tuple(one for part in some for one in part)
    ledger.registry = replace(ledger.registry, yearly_figures=entered)
    frame = peer_rank(ledger.books)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {row["peer"]: row for row in rows}


OWN = figures(Scope.PARK, "p", PEAKED)


def test_the_earlier_peak_is_first_and_who_still_rises_last(ledger):
    rows = asked(
        ledger,
        OWN, output(Scope.PARK, "p", 158), figures(Scope.PEER, "north", EARLIER),
        output(Scope.PEER, "north", 100), figures(Scope.PEER, "south", RISING),
        output(Scope.PEER, "south", 700),
    )  # fmt: skip
    assert list(rows) == ["north", "p", "south"]
    assert [row["rank"] for row in rows.values()] == [1, 2, 3]
    assert [row["verdict"] for row in rows.values()] == ["peaked", "peaked", "at_maximum"]
    own = rows["p"]
    assert (own["own"], own["peak_year"], own["judged_until"], own["parks"]) == (
        True, 2018, 2025, 3,
    )  # fmt: skip
    assert own["below_peak"] == 1 - 79 / 100
    # 79/158, 82/100 and 70/700 t per 10^4 yuan
    levels = [row["intensity_t_per_1e4_yuan"] for row in rows.values()]
    assert levels == [0.82, 0.5, 0.1]
    assert [row["intensity_rank"] for row in rows.values()] == [3, 2, 1]
    assert "number 2 of 3 parks" in own["statement_en"]
    assert "在3个园区中排第2" in own["statement_zh"]


def test_a_peer_with_a_missing_year_leaves_the_rank_unknown(ledger):
    gap = [*EARLIER[:2], None, *EARLIER[3:]]
    rows = asked(ledger, OWN, figures(Scope.PEER, "north", gap))
    assert (rows["north"]["rank"], rows["north"]["reason"]) == (None, "series_missing")
    assert rows["north"]["missing_years"] == "2017"
    own = rows["p"]
    assert (own["rank"], own["rank_best"], own["rank_worst"]) == (None, 1, 2)
    assert (own["reason"], own["unknown_peers"]) == ("peers_unknown", "north")
    assert "Rank unknown: the standing of north is not known" in own["statement_en"]
    assert "its figures of 2017 are missing" in rows["north"]["statement_en"]
    assert "缺少2017年的数据" in rows["north"]["statement_zh"]


def test_a_series_that_ends_before_the_parks_is_missing_the_rest(ledger):
    rows = asked(ledger, OWN, figures(Scope.PEER, "north", EARLIER[:9]))
    assert rows["north"]["missing_years"] == "2024|2025"
    assert rows["north"]["intensity_t_per_1e4_yuan"] is None


def test_a_series_that_begins_after_the_parks_could_have_had_its_maximum_before(ledger):
    rows = asked(ledger, OWN, figures(Scope.PEER, "north", EARLIER[1:], 2016))
    assert (rows["north"]["missing_years"], rows["north"]["rank"]) == ("2015", None)
    assert (rows["p"]["rank_best"], rows["p"]["rank_worst"]) == (1, 2)


def test_a_boundary_that_gets_a_name_is_another_as_it_is_for_the_park(ledger):
    before = figures(Scope.PEER, "north", [300, 290, 280, 270])
    after = figures(Scope.PEER, "north", EARLIER[1:8], 2019, boundary="with the airport")
    row = asked(ledger, OWN, before, after)["north"]
    assert (row["boundary_changes"], row["peak_year"]) == ("2019", 2019)


def test_what_a_peer_tells_of_later_years_does_not_count(ledger):
    # In 2026, which the park has not finished, the peer tells a new maximum.
    rows = asked(ledger, OWN, figures(Scope.PEER, "north", [*EARLIER, 300]))
    assert (rows["north"]["verdict"], rows["north"]["last_year"]) == ("peaked", 2025)


def test_only_values_of_one_boundary_are_judged(ledger):
    before = figures(Scope.PEER, "north", EARLIER[:9], boundary="old")
    after = figures(Scope.PEER, "north", EARLIER[9:], 2024, boundary="with the airport")
    row = asked(ledger, OWN, before, after)["north"]
    assert (row["boundary_changes"], row["reason"]) == ("2024", "not_enough_years")


def test_outputs_at_other_prices_do_not_compare(ledger):
    rows = asked(
        ledger,
        OWN, output(Scope.PARK, "p", 158), figures(Scope.PEER, "north", EARLIER),
        output(Scope.PEER, "north", 100, "constant 2015"),
    )  # fmt: skip
    assert rows["north"]["intensity_t_per_1e4_yuan"] is None
    assert (rows["p"]["intensity_rank_best"], rows["p"]["intensity_rank_worst"]) == (1, 2)


def test_without_peers_or_own_years_it_is_said(ledger):
    alone = asked(ledger, OWN)["p"]
    assert (alone["rank"], alone["reason"]) == (None, "no_peers")
    assert "no figures of peers are entered" in alone["statement_en"]
    alone = asked(ledger, OWN, output(Scope.PARK, "p", 158))["p"]
    assert alone["statement_en"].endswith("Its emissions are 0.5 t per 10^4 yuan of output "
                                          "(constant prices of 2020).")  # fmt: skip
    assert "由低到高" not in alone["statement_zh"]
    none = asked(ledger, figures(Scope.PEER, "north", EARLIER))
    assert none["p"]["reason"] == "no_own_series"
    assert none["north"]["rank"] is None
    assert none["north"]["statement_en"].startswith("north, judged to 2025: ")
    assert "截至2025年" in none["north"]["statement_zh"]
