"""The page "senders": who sends what is expected, and who does not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from markupsafe import Markup
from nicegui import ui

from dashboards.boards import API, SENDERS, Field, Kind, Panel, Query, Text
from dashboards.client import Answer, ApiError, Client
from dashboards.console import numbers, tables, texts
from dashboards.console.card import Card
from dashboards.console.head import LOGO, language_switch, page_links
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View, enterprise_names

HEALTH = Query(f"{API}/health", root="")
ROWS = 12  # of a table at most; the API and Grafana have the others
PANELS = ("completeness", "worst-meters", "sender-findings", "rejection-counts")
EMPTY = {"sender-findings": "none_found", "rejection-counts": "none_rejected"}


class Senders:
    """One viewer's page."""

    def __init__(self, client: Client, language: str) -> None:
        self._client = client
        self._language = language
        self._cards: dict[str, Card] = {}
        self._build()
        ui.timer(SENDERS.refresh_s, self.look)

    async def look(self) -> None:
        """Show every panel as it is now."""
        try:
            health, names = await asyncio.gather(self._ask(HEALTH), self._ask(SENDERS.names))
        except ApiError as error:
            for card in self._cards.values():
                card.fail(error)
            return
        view = View(
            language=self._language,
            zone=ZoneInfo(health["park"]["time_zone"]),
            now=numbers.instant(health["time"]),
            names=enterprise_names(names),
        )
        park = health["park"]
        said = view.say(Text(park["name_zh"], park["name_en"]))
        self._park.content = str(Markup("{}").format(said))
        await asyncio.gather(*(self._refresh(SENDERS.panel(one), view) for one in PANELS))

    async def _refresh(self, panel: Panel, view: View) -> None:
        card = self._cards[panel.id]
        try:
            answer = await self._ask(panel.query)
        except ApiError as error:
            card.fail(error)
        else:
            card.show(table(panel, answer, view), numbers.moment(view.now, view.zone))

    async def _ask(self, query: Query) -> Answer:
        max_age_s = SENDERS.refresh_s * 0.9
        return await self._client.get(query.path, query.filled({}), max_age_s=max_age_s)

    def _build(self) -> None:
        with ui.element("div").classes("page"):
            with ui.element("header").classes("top"):
                ui.html(LOGO, sanitize=False).classes("logo")
                with ui.element("div").classes("names"):
                    self._park = ui.html("", tag="h1", sanitize=False)
                    said = SENDERS.title.in_language(self._language)
                    ui.html(f"{said} · {texts.word('product', self._language)}", tag="p",
                            sanitize=False)  # fmt: skip
                ui.html(str(page_links("senders", self._language)), sanitize=False).classes(
                    "status"
                )
                ui.html(str(language_switch(self._language)), sanitize=False)
            with ui.element("main").classes("grid-of-panels"):
                for panel_id in PANELS:
                    self._cards[panel_id] = Card(
                        SENDERS.panel(panel_id), self._language, classes="full"
                    )
            ui.html(texts.word("no_outside", self._language, api=API), tag="footer", sanitize=False)


def table(panel: Panel, answer: Answer, view: View) -> Markup:
    """The rows of an answer, a column a field; on a narrow page each row becomes a block."""
    found = rows(panel.query, answer)
    if not found:
        return tables.empty(view, EMPTY.get(panel.id, "no_data"))
    other = "detail" if view.language == "zh" else "detail_zh"
    fields = [field for field in panel.fields if field.name != other]
    head = Markup("").join(
        Markup('<th class="{}">{}</th>').format(_side(field), _title(field, view))
        for field in fields
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<td class="{} {}" data-title="{}">{}</td>').format(
                    _side(field), _state(field, row), _title(field, view), _cell(field, row, view)
                )
                for field in fields
            )
        )
        for row in found[:ROWS]
    )
    rest = len(found) - ROWS
    more = Markup("")
    if rest > 0:
        more = Markup('<p class="caption">{}</p>').format(view.word("more_rows", n=rest))
    return Markup(
        '<table class="grid plain" data-testid="{}-table"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table>{}"
    ).format(panel.id, head, body, more)


def _title(field: Field, view: View) -> str:
    if field.name in ("detail", "detail_zh"):
        return view.word("detail")
    unit = view.unit(field.unit) if field.unit not in ("", "1") else ""
    return f"{view.say(field.title)} {unit}".strip()


def _side(field: Field) -> str:
    return "right" if field.kind is Kind.NUMBER else ""


def _state(field: Field, row: Row) -> str:
    value = read(row, field.name)
    if field.limit is None or not numbers.known(value):
        return "none" if value in (0, None) else ""  # left out where there is no room
    if value < field.limit.bad_below:
        return "bad"
    return "doubted" if value < field.limit.doubted_below else ""


def _cell(field: Field, row: Row, view: View) -> str:
    value = read(row, field.name)
    codes: Mapping[str, Text] = field.codes or {}
    if value is None:
        return "—"
    if field.name == "enterprise":
        return view.enterprise(value)
    if field.kind is Kind.TIME:
        return view.moment(value)
    if field.kind is Kind.TEXT:
        return texts.named(codes, value, view.language)
    if field.unit == "1":
        return numbers.percent(value)
    return numbers.number(value, field.decimals) if field.decimals else numbers.count(value)
