"""A document written as xlsx, docx or pdf; the same figures in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from reports.document import Document
from reports.render.docx import docx
from reports.render.pdf import pdf
from reports.render.xlsx import xlsx

Format = Literal["xlsx", "docx", "pdf"]

MEDIA_TYPES: Mapping[Format, str] = MappingProxyType(
    {
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pdf": "application/pdf",
    }
)

_WRITERS: Mapping[Format, Callable[[Document], bytes]] = {"xlsx": xlsx, "docx": docx, "pdf": pdf}


def render(document: Document, form: Format) -> bytes:
    """The document's bytes in this format."""
    return _WRITERS[form](document)
