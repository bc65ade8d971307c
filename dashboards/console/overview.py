"""The page "park overview": where each panel stands, and when it looks at the API again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup
from nicegui import ui

from dashboards import boards
from dashboards.boards import API, PARK_OVERVIEW, Panel, Picture, Query, Text
from dashboards.client import Answer, ApiError, Client
from dashboards.console import charts, factors, figures, numbers, status, tables, texts
from dashboards.console.card import Card
from dashboards.console.head import LOGO, language_switch, page_links
from dashboards.console.view import View, enterprise_names

HEALTH = Query(f"{API}/health", root="")
NAMES_S = 60.0  # seconds that the enterprises' names may be old

# Where each panel stands in the grid (see console.css), in the order a reader meets them.
PLACES: Mapping[str, str] = {
    "year-co2e": "hero",
    "today-co2e": "small",
    "year-energy": "small",
    "year-energy-intensity": "small",
    "year-emission-intensity": "small",
    "years": "full",
    "months": "wide",
    "carriers": "narrow",
    "enterprises": "half",
    "live": "half",
    "ingest": "left",
    "rejections": "right-two",
    "findings": "left",
    "factors": "full",
}
LIVE = ("live", "ingest", "rejections")


class Overview:
    """One viewer's page."""

    def __init__(self, client: Client, language: str) -> None:
        self._client = client
        self._language = language
        self._board = PARK_OVERVIEW
        self._cards: dict[str, Card] = {}
        self._newest_received = ""
        self._figures_at = float("-inf")
        self._settled: object = None
        self._build()
        ui.timer(boards.LIVE_S, self.look)

    async def look(self) -> None:
        """Show what arrived; the figures too, when they are due."""
        try:
            health, names = await asyncio.gather(
                self._ask(HEALTH, boards.LIVE_S),
                self._ask(self._board.names, NAMES_S),
            )
        except ApiError as error:
            for card in self._cards.values():
                card.fail(error)
            self._status.content = str(
                Markup('<span class="state bad"><i></i>{}</span>').format(
                    texts.word("unreachable", self._language)
                )
            )
            return
        view = View(
            language=self._language,
            zone=ZoneInfo(health["park"]["time_zone"]),
            now=numbers.instant(health["time"]),
            names=enterprise_names(names),
        )
        panels = [self._board.panel(panel_id) for panel_id in PLACES]
        due = self._figures_due(health, view.now)
        await asyncio.gather(
            self._show_head(health, view),
            *(self._refresh(panel, view, health) for panel in panels if due or panel.id in LIVE),
        )

    def _figures_due(self, health: Answer, now: datetime) -> bool:
        settled = health["ledger"]["last_settled"]
        age = now.timestamp() - self._figures_at
        changed = settled != self._settled and age >= boards.SETTLED_S
        if age < boards.FIGURES_S and not changed:
            return False
        self._figures_at, self._settled = now.timestamp(), settled
        return True

    async def _show_head(self, health: Answer, view: View) -> None:
        park = health["park"]
        self._park.content = str(
            Markup("{}").format(view.say(Text(park["name_zh"], park["name_en"])))
        )
        with contextlib.suppress(ApiError):  # the panel of live readings says so
            latest = await self._answer("live")
            self._status.content = str(status.status_line(health, latest, view))

    async def _refresh(self, panel: Panel, view: View, health: Answer) -> None:
        card = self._cards[panel.id]
        try:
            content, drawn = await self._content(panel, view, health)
        except ApiError as error:
            card.fail(error)
        else:
            card.show(content, view.moment(health["time"]), drawn)

    async def _content(
        self, panel: Panel, view: View, health: Answer
    ) -> tuple[Markup, tuple[charts.Options, ...]]:
        if panel.picture is Picture.STATUS:
            return status.ingest(panel, health, view), ()
        answer = await self._answer(panel.id)
        match panel.picture:
            case Picture.FIGURE:
                notes = factors.notes(panel, await self._factor_uses(), view)
                return figures.figure(panel, answer, view, notes), ()
            case Picture.MONTHS | Picture.YEARS:
                said = Markup("") if answer["items"] else tables.empty(view)
                draw = charts.months if panel.picture is Picture.MONTHS else charts.years
                return said, (draw(panel, answer, view),)
            case Picture.SHARES:
                rings = tuple(
                    charts.shares(panel, measure, answer, view) for measure in panel.fields[1:]
                )
                return tables.carriers(panel, answer, view), rings
            case Picture.RANKING:
                return tables.ranking(panel, answer, view), ()
        return await self._table(panel, answer, view), ()

    async def _table(self, panel: Panel, answer: Answer, view: View) -> Markup:
        match panel.id:
            case "live":
                seen, rows = self._newest_received, answer["items"]
                self._newest_received = max((row["received"] for row in rows), default=seen)
                return tables.live(panel, answer, view, newer_than=seen)
            case "rejections":
                return tables.rejections(panel, answer, view)
            case "factors":
                return factors.table(panel, answer, view)
        year = self._board.panel("year-co2e")
        totals = (await self._answer(year.id))[year.query.root]
        return status.completeness(year, totals, view) + tables.findings(panel, answer, view)

    async def _factor_uses(self) -> list[factors.FactorUse]:
        try:
            answer = await self._answer("factors")
        except ApiError:  # the panel of the factors says so
            return []
        return factors.factor_uses(self._board.panel("factors"), answer)

    async def _answer(self, panel_id: str) -> Answer:
        panel = self._board.panel(panel_id)
        return await self._ask(panel.query, min(panel.refresh_s, boards.SETTLED_S))

    async def _ask(self, query: Query, max_age_s: float) -> Answer:
        # A little younger than asked, so that the next look is never answered by the last one.
        return await self._client.get(query.path, query.filled({}), max_age_s=max_age_s * 0.9)

    def _build(self) -> None:
        with ui.element("div").classes("page"):
            with ui.element("header").classes("top"):
                ui.html(LOGO, sanitize=False).classes("logo")
                with ui.element("div").classes("names"):
                    self._park = ui.html("", tag="h1", sanitize=False).props(
                        'data-testid="park-name"'
                    )
                    said = self._board.title.in_language(self._language)
                    product = texts.word("product", self._language)
                    ui.html(f"{said} · {product}", tag="p", sanitize=False)
                self._status = ui.html("", sanitize=False).classes("status")
                ui.html(str(language_switch(self._language)), sanitize=False).classes("switch")
                ui.html(str(page_links("", self._language)), sanitize=False).classes("ways")
            with ui.element("main").classes("grid-of-panels"):
                for panel_id, place in PLACES.items():
                    panel = self._board.panel(panel_id)
                    self._cards[panel_id] = Card(
                        panel, self._language, classes=place, captions=self._captions(panel)
                    )
            ui.html(texts.word("no_outside", self._language, api=API), tag="footer", sanitize=False)

    def _captions(self, panel: Panel) -> tuple[str, ...]:
        if panel.picture in (Picture.MONTHS, Picture.YEARS):
            return ("",)
        if panel.picture is Picture.SHARES:
            return tuple(texts.word(key, self._language) for key in ("emissions", "energy"))
        return ()
