"""What stands at the head of every page: the mark, the way to the other pages, the languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
# Addresses relative to each other, so that they hold wherever the console is mounted. What is read
# together stands together: the park now, its way to the peak, its enterprises, what it rests on.
GROUPS: Sequence[Mapping[str, tuple[str, Text]]] = (
    {
        "": (PARK_OVERVIEW.id, PARK_OVERVIEW.title),
        "environment": (ENVIRONMENT.id, ENVIRONMENT.title),
        "alarms": (ALARMS.id, ALARMS.title),
        "senders": (SENDERS.id, SENDERS.title),
    },
    {
        "control": (CONTROL_BOARD.id, CONTROL_BOARD.title),
        "indicators": (INDICATORS.id, INDICATORS.title),
        "peak": (PEAK.id, PEAK.title),
        "roadmap": (ROADMAP.id, ROADMAP.title),
    },
    {
        "assessment": (ASSESSMENT.id, ASSESSMENT.title),
        "allowances": (ALLOWANCES.id, ALLOWANCES.title),
    },
    {
        "factors": ("factors", Text("排放因子", "Factors")),
        "explain": ("explain", Text("数据溯源", "Explain")),
    },
)


def page_links(current: str, language: str) -> Markup:
    """Links to the pages; the one that is read is marked. A narrow page shows them when asked."""
    groups = Markup("").join(
        Markup("<div>{}</div>").format(
            Markup("").join(
                Markup('<a href="{}" {} data-testid="page-{}">{}</a>').format(
                    f"./{path}",
                    Markup('aria-current="true"') if path == current else "",
                    page_id,
                    title.in_language(language),
                )
                for path, (page_id, title) in group.items()
            )
        )
        for group in GROUPS
    )
    return Markup(
        '<nav class="pages" aria-label="{}"><label class="menu" data-testid="menu">'
        '<input type="checkbox"><span>{}</span></label>{}</nav>'
    ).format(texts.word("pages", language), texts.word("menu", language), groups)


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
