"""Signs that a measurement may not be what it says: for an officer to judge, never verdicts.

Each check is a pure function of arrays of hours that gives runs of hours (or days) with the numbers
it saw; what bounds it is in ``models/reference/plausibility_rules.csv``, dated. Honest series give
few findings: how few is measured in the tests.
"""

from __future__ import annotations

from models.environment.plausibility.process import (
    Unusual,
    fallen_without_treatment,
    flue_gas_against_fuel,
    oxygen_of_air_at_load,
    oxygen_of_load_when_idle,
    running_and_idle,
    theoretical_volume,
    treatment_off,
)
from models.environment.plausibility.rules import RULES, Rules
from models.environment.plausibility.runs import Runs, runs
from models.environment.plausibility.sameness import Copies, copied_days, copied_series, stuck
from models.environment.plausibility.smoothness import Smooth, too_smooth
from models.environment.plausibility.stated import (
    Stated,
    amount_otherwise,
    converted_otherwise,
    implied_reference_oxygen,
)

__all__ = [
    "RULES",
    "Copies",
    "Rules",
    "Runs",
    "Smooth",
    "Stated",
    "Unusual",
    "amount_otherwise",
    "converted_otherwise",
    "copied_days",
    "copied_series",
    "fallen_without_treatment",
    "flue_gas_against_fuel",
    "implied_reference_oxygen",
    "oxygen_of_air_at_load",
    "oxygen_of_load_when_idle",
    "running_and_idle",
    "runs",
    "stuck",
    "theoretical_volume",
    "too_smooth",
    "treatment_off",
]
