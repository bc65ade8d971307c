"""A document as PDF/A by typst: the template ``report.typ`` is given the content as data.

Content never becomes source text of the template, so that no name can be taken for a command. The
same document gives the same bytes. The Chinese font is a package's (SIL Open Font License), not the
machine's: every machine writes the same pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import msgspec
import typst

from models.errors import CarbonpeakError
from reports.document import Chapter, Document, Paragraph, Points, Table
from reports.render.shown import is_figure, shown

FONT = "Noto Sans CJK SC"


class RenderError(CarbonpeakError):
    """The pages could not be set as they must look."""


def font_folder() -> Path:
    """Where the Chinese font lies."""
    return Path(manimgx_fonts_cjk.__file__).parent


def pdf(document: Document, fonts: Path | None = None) -> bytes:
    """The document's bytes.

    Raises RenderError where a character has no glyph (PDF/A does not allow it: a page with boxes in
    place of Chinese is none), the font among them, and where typst warns of anything.
    """
    folder = font_folder() if fonts is None else fonts
    try:
        written, warnings = typst.compile_with_warnings(
            Path(__file__).with_name("report.typ"),
            font_paths=[folder],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": msgspec.json.encode(_content(document)).decode()},
            pdf_standards="a-2b",
            timestamp=int(document.made.timestamp()),
        )
    except typst.TypstError as error:
        raise RenderError(f"pdf: {error}") from error
    if warnings:
        raise RenderError(f"pdf: {'; '.join(sorted({str(one) for one in warnings}))}")
    return written


def _content(document: Document) -> dict[str, Any]:
    """The document as plain data, figures as they are shown."""
    return {
        "font": FONT,
        "title": document.title,
        "subtitle": document.subtitle,
        "facts": list(document.facts),
        "mark": document.mark,
        "imprint": list(document.imprint),
        "words": dict(document.words),
        "chapters": [_chapter(chapter) for chapter in document.chapters],
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "title": chapter.title,
        "landscape": chapter.landscape,
        "blocks": [_block(block) for block in chapter.blocks],
    }


def _block(block: Paragraph | Points | Table) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text}
    if isinstance(block, Points):
        return {"kind": "points", "items": list(block.items)}
    columns = [column for column in block.columns if not column.detail]
    return {
        "kind": "table",
        "title": block.title,
        "note": block.note,
        "widths": [column.width for column in columns],
        "head": [column.title for column in columns],
        "rows": [
            {
                "total": row.total,
                "cells": [
                    {"text": shown(cell), "figure": is_figure(cell)}
                    for cell in (row.cells.get(column.key) for column in columns)
                ],
            }
            for row in block.rows
        ],
    }
