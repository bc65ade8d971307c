"""A panel's place on the page: its title and question, its content or why there is none."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from dashboards.boards import Panel
from dashboards.client import ApiError
from dashboards.console import texts
from dashboards.console.charts import Options


class Card:
    """One panel. Shows that it is loading until the first answer or error arrives.

    ``charts`` is how many charts stand above the text (each with a caption).
    """

    def __init__(
        self, panel: Panel, language: str, *, classes: str, captions: tuple[str, ...] = ()
    ) -> None:
        self._language = language
        self._shown_at = ""
        self._drawn: list[Options] = []
        self._section = ui.element("section").classes(f"card waiting {classes}")
        self._section.props(f'data-testid="panel-{panel.id}"')
        with self._section:
            self._html(
                Markup("<header><h2>{}</h2><p>{}</p></header>").format(
                    panel.title.in_language(language), panel.question.in_language(language)
                )
            )
            self._notice = self._html(Markup("")).classes("notice")
            self._charts = self._chart_places(panel, captions)
            self._body = self._html(
                Markup('<div class="loading" role="status"><span>{}</span></div>').format(
                    texts.word("loading", language)
                )
            ).classes("body")

    def show(self, content: Markup, at: str, charts: tuple[Options, ...] = ()) -> None:
        """Show an answer; ``at`` is the park's time it holds for."""
        self._shown_at = at
        self._section.classes(remove="waiting")
        self._notice.content = ""
        self._body.content = str(content)
        if list(charts) != self._drawn:
            self._drawn = list(charts)
            for chart, options in zip(self._charts, charts, strict=True):
                chart.options.clear()
                chart.options.update(options)
                chart.update()

    def fail(self, error: ApiError) -> None:
        """Say what went wrong. What was shown before stays, with the time it was true."""
        said = Markup('<div class="failed" role="alert"><b>{}</b><span>{}: {}</span></div>').format(
            texts.word("failed", self._language)
            if not self._shown_at
            else f"{texts.word('outdated', self._language)} {self._shown_at}",
            error.title,
            error.detail,
        )
        if self._shown_at:
            self._notice.content = str(said)
        else:
            self._body.content = str(said)

    def _chart_places(self, panel: Panel, captions: tuple[str, ...]) -> list[ui.echart]:
        if not captions:
            return []
        places = []
        with ui.element("div").classes(f"charts {panel.picture}"):
            for caption in captions:
                with ui.element("figure"):
                    places.append(ui.echart({}))
                    if caption:
                        self._html(Markup("<figcaption>{}</figcaption>").format(caption))
        return places

    @staticmethod
    def _html(content: Markup) -> ui.html:
        # Markup escapes whatever is put into it, so nothing is left to sanitize in the browser.
        return ui.html(str(content), sanitize=False)
