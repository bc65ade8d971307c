"""``carbonpeak peak nowcast``, ``peak months`` and ``peak peers``: this year, and the others."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.peak_whose import By, Code, Whose, tell

NOWCAST = ["code", "subject", "unit", "year", "known_months", "known", "total", "low_80", "high_80",
           "last_year", "change", "limit", "probability", "reason"]  # fmt: skip
MONTHS = ["year", "month", "state", "known", "expected", "low_80", "high_80", "unit"]
PEERS = ["peer", "verdict", "peak_year", "below_peak", "missing_years", "rank", "rank_best",
         "rank_worst", "intensity_t_per_1e4_yuan", "intensity_rank", "reason"]  # fmt: skip


class Subject(StrEnum):
    """What of the year."""

    CO2E = "co2e_t"
    ENERGY_EQUIVALENT = "energy_tce_equivalent"
    ENERGY_CALORIFIC = "energy_tce_calorific"


def nowcast(
    by: By = Whose.PARK,
    code: Code = None,
    subject: Annotated[
        Subject | None, typer.Option(help="Emissions or energy; by default all.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """The running year's total as expected, its intervals, and whether its target holds.

    Example: carbonpeak peak nowcast --by enterprise --code axle-01 --subject co2e_t
    """
    wanted = {"by": by.value, "code": code, "subject": subject and subject.value}
    tell("/peak/nowcast", wanted, NOWCAST, data=data, json=json)


def months(
    by: By = Whose.PARK,
    code: Code = None,
    subject: Annotated[Subject, typer.Option(help="Emissions or energy.")] = Subject.CO2E,
    data: Data = None,
    json: Json = False,
) -> None:
    """The months of this year, known and expected, beside those of the years before.

    Example: carbonpeak peak months --by cluster --code equipment
    """
    wanted = {"by": by.value, "code": code, "subject": subject.value}
    tell("/peak/nowcast/months", wanted, MONTHS, data=data, json=json, said=False)


def peers(data: Data = None, json: Json = False) -> None:
    """Where the park stands among its peers by peak and by emissions per output.

    Example: carbonpeak peak peers
    """
    tell("/peak/peers", {}, PEERS, data=data, json=json)
