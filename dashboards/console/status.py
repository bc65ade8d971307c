"""How the machine is: broker, store, newest reading, and what came in since the start."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.boards import SHARE, Panel
from dashboards.client import Answer
from dashboards.console import numbers
from dashboards.console.rows import read
from dashboards.console.view import View


def status_line(health: Answer, latest: Answer, view: View) -> Markup:
    """Broker, store and the newest reading's time, for the head of the page."""
    broker, store = health["broker"], health["store"]
    newest = max((row["ts"] for row in latest["items"]), default=None, key=numbers.instant)
    states = [
        _state(
            "store-state",
            view.word("store"),
            store["kind"],
            f"{numbers.count(store['readings'])} {view.word('readings')}",
            good=True,
        )
    ]
    if broker["kind"] != "none":
        connected = bool(broker["connected"])
        said = view.word("connected" if connected else "disconnected")
        states.insert(
            0, _state("broker-state", view.word("broker"), broker["kind"], said, good=connected)
        )
    return Markup('{}<span>{} <b data-testid="newest-reading">{}</b></span>').format(
        Markup("").join(states),
        view.word("newest_reading"),
        view.moment(newest) if newest else view.word("no_reading"),
    )


def _state(testid: str, part: str, kind: str, said: str, *, good: bool) -> Markup:
    return Markup('<span class="state {}" data-testid="{}"><i></i>{} <b>{}</b> {}</span>').format(
        "" if good else "bad", testid, part, kind, said
    )


def ingest(panel: Panel, health: Answer, view: View) -> Markup:
    """What was accepted, doubled and refused since the service started."""
    cells = Markup("").join(
        Markup('<div><dd data-testid="{id}">{value}</dd><dt>{title}</dt></div>').format(
            id=field.name.replace(".", "-").replace("_", "-"),
            value=numbers.count(read(health, field.name)),
            title=view.say(field.title),
        )
        for field in panel.fields
    )
    return Markup('<dl class="counters">{}</dl><p class="note">{} {}</p>').format(
        cells, view.word("since_start"), view.moment(health["started"])
    )


def completeness(panel: Panel, totals: Answer, view: View) -> Markup:
    """Coverage and estimated share of the panel's period as bars."""
    return Markup("").join(
        Markup(
            '<div class="gauge"><span>{title}</span><b data-testid="quality-{id}">{value}</b>'
            '<span class="bar"><i class="{id}" style="width:{width:.2f}%"></i></span></div>'
        ).format(
            id=field.name.replace("_", "-"),
            title=view.say(field.title),
            value=numbers.percent(read(totals, field.name)),
            width=100 * (read(totals, field.name) or 0),
        )
        for field in panel.fields
        if field.unit == SHARE
    )
