"""Unknown texts of a frame are None, as everything unknown is that is no number."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd


def none_where_unknown(frame: pd.DataFrame, texts: Iterable[str]) -> pd.DataFrame:
    """The frame with these columns as objects, None where pandas would have another word for it."""
    names = list(texts)
    objects = frame[names].astype(object)
    known = objects.where(objects.notna(), None)
    return frame.assign(**{name: known[name] for name in names})
