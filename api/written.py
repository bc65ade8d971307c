"""Text that a person writes and that is kept."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_HALF = re.compile("[\0\ud800-\udfff]")


def _whole(text: str) -> str:
    if _HALF.search(text):
        raise ValueError("has a NUL or half a character (a surrogate), which no text can keep")
    return text


# JSON can escape half of a surrogate pair ("\\ud800"); no database and no file can hold it.
Written = Annotated[str, AfterValidator(_whole)]
