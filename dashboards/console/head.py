"""What stands at the head of every page: the mark, the way to the other pages, the languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup

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
from dashboards.console import texts

LOGO = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" '
    'fill="#1f7a6c"/><path d="M5 24c4-1 6-4 8-8s3-7 5-7 3 3 4 6 2 5 5 6" fill="none" '
    'stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>'
    '<circle cx="18" cy="9" r="2.2" fill="#f2c078"/></svg>'
)
# Addresses relative to each other, so that they hold wherever the console is mounted.
PAGES: Mapping[str, tuple[str, Text]] = MappingProxyType(
    {
        "": (PARK_OVERVIEW.id, PARK_OVERVIEW.title),
        "alarms": (ALARMS.id, ALARMS.title),
        "environment": (ENVIRONMENT.id, ENVIRONMENT.title),
        "control": (CONTROL_BOARD.id, CONTROL_BOARD.title),
        "indicators": (INDICATORS.id, INDICATORS.title),
        "peak": (PEAK.id, PEAK.title),
        "roadmap": (ROADMAP.id, ROADMAP.title),
        "assessment": (ASSESSMENT.id, ASSESSMENT.title),
        "allowances": (ALLOWANCES.id, ALLOWANCES.title),
        "senders": (SENDERS.id, SENDERS.title),
        "factors": ("factors", Text("排放因子", "Factors")),
        "explain": ("explain", Text("数据溯源", "Explain")),
    }
)


def page_links(current: str, language: str) -> Markup:
    """Links to the pages; the one that is read is marked."""
    links = Markup("").join(
        Markup('<a href="{}" {} data-testid="page-{}">{}</a>').format(
            f"./{path}",
            Markup('aria-current="true"') if path == current else "",
            page_id,
            title.in_language(language),
        )
        for path, (page_id, title) in PAGES.items()
    )
    return Markup('<nav class="languages pages" aria-label="{}">{}</nav>').format(
        texts.word("pages", language), links
    )


def language_switch(language: str) -> Markup:
    """Links to the page in each language; the one in use is marked."""
    return Markup('<nav class="languages" aria-label="{}">{}</nav>').format(
        texts.word("language", language),
        Markup("").join(
            Markup('<a href="?lang={}" lang="{}" {} data-testid="lang-{}">{}</a>').format(
                code,
                texts.HTML_LANG[code],
                Markup('aria-current="true"') if code == language else "",
                code,
                name,
            )
            for code, name in texts.LANGUAGES.items()
        ),
    )
