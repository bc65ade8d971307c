"""Puts the console onto an application: pages, language of the viewer, and the way to the API."""

from __future__ import annotations

from importlib import import_module
from importlib.resources import files

from fastapi import FastAPI, Request
from markupsafe import Markup
from nicegui import app as console
from nicegui import ui

from dashboards.boards import (
    ALARMS,
    ALLOWANCES,
    ASSESSMENT,
    CONTROL_BOARD,
    ENVIRONMENT,
    INDICATORS,
    PARK_OVERVIEW,
    PEAK,
    ROADMAP,
    SENDERS,
    Text,
)
from dashboards.client import Client
from dashboards.console import (
    alarms,
    allowances,
    assessment,
    control,
    environment,
    explained,
    indicators,
    library,
    peak,
    roadmap,
    senders,
    texts,
)
from dashboards.console.board_page import BoardPage
from dashboards.console.head import LOGO
from dashboards.console.overview import Overview

STYLE = (files("dashboards.console") / "console.css").read_text(encoding="utf-8")


def mount(
    app: FastAPI, *, storage_secret: str, key: str | None = None, base: str = "/console"
) -> None:
    """Serve the console under ``base`` of ``app``; it asks the API that ``app`` itself serves.

    It asks with ``key``. ``storage_secret`` signs the cookie that remembers the viewer's language.
    Call it once in a process: NiceGUI keeps its pages for the process.
    """
    client = Client.mounted(app, key)

    @ui.page("/")
    def overview(request: Request, lang: str | None = None) -> None:
        Overview(client, begin(request, lang, PARK_OVERVIEW.title))

    @ui.page("/senders")
    def senders_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, SENDERS.title), senders.LAYOUT)

    @ui.page("/alarms")
    def alarms_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, ALARMS.title), alarms.LAYOUT)

    @ui.page("/environment")
    def environment_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, ENVIRONMENT.title), environment.LAYOUT)

    @ui.page("/indicators")
    def indicators_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, INDICATORS.title), indicators.LAYOUT)

    @ui.page("/control")
    def control_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, CONTROL_BOARD.title), control.LAYOUT)

    @ui.page("/peak")
    def peak_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, PEAK.title), peak.LAYOUT)

    @ui.page("/roadmap")
    def roadmap_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, ROADMAP.title), roadmap.LAYOUT)

    @ui.page("/assessment")
    def assessment_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, ASSESSMENT.title), assessment.LAYOUT)

    @ui.page("/allowances")
    def allowances_page(request: Request, lang: str | None = None) -> None:
        BoardPage(client, begin(request, lang, ALLOWANCES.title), allowances.LAYOUT)

    @ui.page("/factors")
    async def factors(request: Request, lang: str | None = None) -> None:
        language = begin(request, lang, library.TITLE)
        await library.page(client, language, request.query_params)

    @ui.page("/explain")
    async def explain(request: Request, lang: str | None = None) -> None:
        language = begin(request, lang, explained.TITLE)
        await explained.page(client, language, request.query_params)

    import_module("nicegui.ui_run_with").gc = _Unsearched  # type: ignore[attr-defined]
    ui.run_with(
        app,
        mount_path=base,
        title="carbonpeak",
        favicon=str(Markup(LOGO.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))),
        dark=False,
        tailwind=False,
        storage_secret=storage_secret,
        show_welcome_message=False,
    )


class _Unsearched:
    """In the place of ``gc`` as NiceGUI starts, which looks for its server among all objects.

    It needs the server to end it, which we do ourselves; and while the list of all objects is there
    whatever another thread makes a tuple of fails with a SystemError (CPython gives out tuples that
    are not finished, and does not finish one that somebody else holds).
    """

    @staticmethod
    def get_objects() -> list[object]:
        """None of them."""
        return []


def begin(request: Request, lang: str | None, title: Text) -> str:
    """Title, style and language of a page; the viewer's language."""
    language = language_of(request, lang)
    ui.page_title(f"carbonpeak · {title.in_language(language)}")
    ui.add_head_html(f"<style>{STYLE}</style>")
    ui.add_head_html(
        f'<script>document.documentElement.lang = "{texts.HTML_LANG[language]}"</script>'
    )
    return language


def language_of(request: Request, asked: str | None) -> str:
    """The viewer's language: asked for now, remembered, or the browser's first; else Chinese."""
    if asked is not None and asked in texts.LANGUAGES:
        console.storage.browser["language"] = asked
        return asked
    remembered = console.storage.browser.get("language")
    if remembered in texts.LANGUAGES:
        return str(remembered)
    wanted = request.headers.get("accept-language", "").lower().split(",")
    for tag in wanted:
        if tag.strip()[:2] in texts.LANGUAGES:
            return tag.strip()[:2]
    return "zh"
