"""Columns of instants as whole microseconds, and back: what is reckoned with quickly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd


def microseconds(instants: pd.Series) -> npt.NDArray[np.int64]:
    """Microseconds since 1970 UTC of a column of instants, none of them null."""
    values: npt.NDArray[np.int64] = instants.dt.as_unit("us").astype("int64").to_numpy()
    return values


def instants(us: npt.NDArray[np.int64]) -> pd.DatetimeIndex:
    """The UTC instants of microseconds since 1970."""
    return pd.DatetimeIndex(us.astype("datetime64[us]")).tz_localize("UTC")
