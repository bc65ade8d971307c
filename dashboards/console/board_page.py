"""The page of a board: its panels under the head, looked at again and again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup
from nicegui import ui

from dashboards.boards import API, Board, Panel, Query, Text
from dashboards.client import Answer, ApiError, Client
from dashboards.console import numbers, pictures, texts
from dashboards.console.card import Card
from dashboards.console.head import LOGO, language_switch, page_links
from dashboards.console.view import View, enterprise_names

HEALTH = Query(f"{API}/health", root="")

Draw = Callable[[Panel, Answer, View], Markup]


@dataclass(frozen=True)
class Layout:
    """A board's place among the pages, and which of its panels stand where.

    ``places`` are classes of console.css by panel, in the order in which a reader meets them;
    ``drawn`` what is not drawn by its picture. ``names`` is the panel whose answer names more than
    the enterprises, and what it makes of a view.
    """

    path: str
    board: Board
    places: Mapping[str, str]
    drawn: Mapping[str, Draw]
    names: tuple[str, Callable[[View, Answer], View]] | None = None


class BoardPage:
    """One viewer's page."""

    def __init__(self, client: Client, language: str, layout: Layout) -> None:
        self._client = client
        self._language = language
        self._layout = layout
        self._cards: dict[str, Card] = {}
        self._build()
        ui.timer(layout.board.refresh_s, self.look)

    async def look(self) -> None:
        """Show every panel as it is now."""
        board = self._layout.board
        try:
            health, names = await asyncio.gather(
                self._ask(HEALTH, board.refresh_s), self._ask(board.names, board.refresh_s)
            )
        except ApiError as error:
            for card in self._cards.values():
                card.fail(error)
            return
        park = health["park"]
        called = Text(park["name_zh"], park["name_en"])
        view = View(
            language=self._language,
            zone=ZoneInfo(park["time_zone"]),
            now=numbers.instant(health["time"]),
            names={**enterprise_names(names), park["code"]: called},
        )
        said = view.say(called)
        self._park.content = str(Markup("{}").format(said))
        view = await self._with_names(view)
        await asyncio.gather(*(self._refresh(board.panel(one), view) for one in self._cards))

    async def _with_names(self, view: View) -> View:
        if self._layout.names is None:
            return view
        panel_id, named = self._layout.names
        with contextlib.suppress(ApiError):  # the panel says so
            view = named(view, await self._answer(self._layout.board.panel(panel_id)))
        return view

    async def _refresh(self, panel: Panel, view: View) -> None:
        card = self._cards[panel.id]
        try:
            answer = await self._answer(panel)
        except ApiError as error:
            card.fail(error)
        else:
            own = self._layout.drawn.get(panel.id)
            said, charts = (
                pictures.draw(panel, answer, view)
                if own is None
                else (own(panel, answer, view), ())
            )
            card.show(said, numbers.moment(view.now, view.zone), charts)

    async def _answer(self, panel: Panel) -> Answer:
        return await self._ask(panel.query, max(panel.refresh_s, self._layout.board.refresh_s))

    async def _ask(self, query: Query, max_age_s: float) -> Answer:
        # A little younger than asked, so that the next look is never answered by the last one.
        return await self._client.get(query.path, query.filled({}), max_age_s=max_age_s * 0.9)

    def _build(self) -> None:
        title = self._layout.board.title.in_language(self._language)
        with ui.element("div").classes("page"):
            with ui.element("header").classes("top"):
                ui.html(LOGO, sanitize=False).classes("logo")
                with ui.element("div").classes("names"):
                    self._park = ui.html("", tag="h1", sanitize=False)
                    said = f"{title} · {texts.word('product', self._language)}"
                    ui.html(said, tag="p", sanitize=False)
                ui.html(str(language_switch(self._language)), sanitize=False).classes("switch")
                links = str(page_links(self._layout.path, self._language))
                ui.html(links, sanitize=False).classes("ways")
            with ui.element("main").classes("grid-of-panels"):
                for panel_id, place in self._layout.places.items():
                    panel = self._layout.board.panel(panel_id)
                    own = panel_id in self._layout.drawn
                    self._cards[panel_id] = Card(
                        panel,
                        self._language,
                        classes=place,
                        captions=() if own else pictures.captions(panel),
                    )
            ui.html(texts.word("no_outside", self._language, api=API), tag="footer", sanitize=False)
