"""A document written as xlsx, docx or pdf; the same figures in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Literal

from reports.document import Document

Format = Literal["xlsx", "docx", "pdf"]

MEDIA_TYPES: Mapping[Format, str] = MappingProxyType(
    {
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pdf": "application/pdf",
    }
)


def render(document: Document, form: Format) -> bytes:
    """The document's bytes in this format."""
    # Its writer is imported here: what they write with takes 17 MB of memory, and most services
    # never write a document.
    write: Callable[[Document], bytes] = getattr(import_module(f"{__name__}.{form}"), form)
    return write(document)
