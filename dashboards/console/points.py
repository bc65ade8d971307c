"""Monitoring points by medium: each pollutant's last hour as a bar beside its limit."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from markupsafe import Markup

from dashboards.boards import Panel
from dashboards.boards.environment_codes import AVERAGINGS, MARKS, MEDIA, STANDINGS, STATES
from dashboards.client import Answer
from dashboards.console import numbers, tables, texts
from dashboards.console.rows import Row, rows
from dashboards.console.view import View

SHOWN = 12  # points of a medium; those that stand worst
FULL = 1.25  # share of the limit at which a bar ends
ORDER = tuple(STANDINGS)  # from the worst that needs somebody to what is only not there
WORST = {"beyond": 0, "near": 1, "no_value": 2}  # how points are ordered; others come after


def points(panel: Panel, answer: Answer, view: View) -> Markup:
    """A block a medium, in it a card a point, in it a line a pollutant."""
    found = rows(panel.query, answer)
    if not found:
        return tables.empty(view)
    media = {medium: [row for row in found if row["medium"] == medium] for medium in MEDIA}
    hour = Markup('<p class="caption">{}</p>').format(
        view.word("hour_from", hour=view.moment(found[0]["hour"])[:16])
    )
    return hour + Markup("").join(_medium(medium, of, view) for medium, of in media.items() if of)


def _medium(medium: str, found: list[Row], view: View) -> Markup:
    def place(row: Row) -> tuple[str, str]:
        return row["enterprise"], row["point"]

    cards = [list(of) for _, of in groupby(sorted(found, key=place), key=place)]
    cards.sort(key=_badness)
    standing = Counter(_worst(card) for card in cards)
    counts = Markup("").join(
        Markup('<span class="chip {}">{} <b>{}</b></span>').format(
            name, texts.named(STANDINGS, name, view.language), standing[name]
        )
        for name in ORDER
        if standing[name]
    )
    rest = len(cards) - SHOWN
    more = Markup("")
    if rest > 0:
        more = Markup('<p class="caption">{}</p>').format(view.word("more_points", n=rest))
    return Markup(
        '<section class="medium" data-testid="medium-{}"><h3>{} <small>{}</small></h3>'
        '<div class="chips">{}</div><div class="points">{}</div>{}</section>'
    ).format(
        medium,
        texts.named(MEDIA, medium, view.language),
        view.word("points_count", n=len(cards)),
        counts,
        Markup("").join(_point(card, view) for card in cards[:SHOWN]),
        more,
    )


def _worst(card: list[Row]) -> str:
    return min((str(row["standing"]) for row in card), key=_rank)


def _rank(standing: str) -> int:
    return WORST.get(standing, len(WORST) + ORDER.index(standing))


def _badness(card: list[Row]) -> tuple[int, float]:
    share = max((row["share"] for row in card if numbers.known(row["share"])), default=0.0)
    return _rank(_worst(card)), -share


def _point(card: list[Row], view: View) -> Markup:
    first = card[0]
    states = {state for row in card for state in str(row["state"] or "").split("|") if state}
    said = Markup("").join(
        Markup('<span class="chip">{}</span>').format(texts.named(STATES, one, view.language))
        for one in sorted(states)
    )
    return Markup(
        '<article class="point {}" data-testid="point"><h4>{}<small>{}</small>{}</h4>'
        "<ul>{}</ul></article>"
    ).format(
        _worst(card),
        view.point(first["enterprise"], first["point"]),
        view.enterprise(first["enterprise"]),
        said,
        Markup("").join(_line(row, view) for row in card),
    )


def _line(row: Row, view: View) -> Markup:
    share = row["share"]
    unit = view.unit(row["unit"])
    width = 100 * min(share, FULL) / FULL if numbers.known(share) else 0.0
    if numbers.known(row["value"]):
        value = f"{numbers.measured(row['value'])} {unit}".rstrip()
    else:
        mark = row["mark"]
        code = row["standing"]
        value = (
            texts.named(MARKS, mark, view.language)
            if mark not in (None, "N")
            else texts.named(STANDINGS, code, view.language)
        )
    bar = Markup("")
    if numbers.known(share):
        bar = Markup('<span class="bar"><i style="width:{:.1f}%"></i><u></u></span>').format(width)
    return Markup(
        '<li class="{}" data-testid="{}"><span class="name">{}</span><b>{}</b>'
        '<span class="limit">{}</span>{}</li>'
    ).format(
        row["standing"],
        f"value-{row['pollutant']}",
        view.pollutant(row["pollutant"]),
        value,
        _limit(row, unit, view),
        bar,
    )


def _limit(row: Row, unit: str, view: View) -> str:
    if row["limit"] is None:
        return ""
    limit = f"{numbers.measured(row['limit'])} {unit}".rstrip()
    if row["bound"] == "min":
        return view.word("at_least_limit", limit=limit)
    if row["averaging"] == "hour":
        return view.word("of_limit", limit=limit)
    mean = texts.named(AVERAGINGS, row["averaging"], view.language)
    return view.word("of_limit_mean", mean=mean, limit=limit)
