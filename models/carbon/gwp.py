"""Global warming potentials over 100 years, of gases and of the blends that cool machines."""

from __future__ import annotations

from functools import cache

from models.carbon.chosen import Gwp
from models.carbon.factor_files import Row, number, rows_of
from models.errors import FactorNotFoundError

DEFAULT_ASSESSMENT = "AR5"

# From the surest to the least sure: a blend is no surer than its least sure component.
STATUSES = ("verified", "verified-secondary", "from memory")

# A mass that is already told as CO2e.
EQUIVALENT = "CO2e"


@cache
def _rows() -> dict[tuple[str, str], Row]:
    """GWP rows by (assessment, gas)."""
    return {(row["assessment"], row["code"]): row for row in rows_of("gwp")}


@cache
def assessments() -> tuple[str, ...]:
    """The assessment reports that the library holds, in the order of the file."""
    return tuple(dict.fromkeys(row["assessment"] for row in rows_of("gwp")))


@cache
def gwp(gas: str, assessment: str = DEFAULT_ASSESSMENT) -> Gwp:
    """GWP-100 of a gas or blend, t CO2e per t, as an assessment report of the IPCC prints it.

    A blend's is the sum over its components of mass share times GWP (IPCC 2006, volume 3,
    chapter 7, treats blends by their components). ``CO2e`` itself counts 1. Raises
    FactorNotFoundError, naming the assessments or the gases that are known.
    """
    if assessment not in assessments():
        raise FactorNotFoundError(f"GWP {assessment} (known: {', '.join(assessments())})")
    row = _rows().get((assessment, "CO2" if gas == EQUIVALENT else gas))
    if row is not None:
        return Gwp(
            gas=gas,
            assessment=assessment,
            value=number(row, "value"),
            factor_id=row["id"],
            source=row["source"],
            clause=row["clause"],
            status=row["status"],
        )
    components = [one for one in rows_of("blends") if one["code"] == gas]
    if not components:
        raise FactorNotFoundError(f"GWP of {gas} by {assessment}")
    parts = [(number(one, "value"), gwp(one["component"], assessment), one) for one in components]
    statuses = {one.status for _, one, _ in parts} | {row["status"] for _, _, row in parts}
    return Gwp(
        gas=gas,
        assessment=assessment,
        value=sum(share * one.value for share, one, _ in parts),
        factor_id=f"{parts[0][1].factor_id.rpartition('/')[0]}/{gas}",
        source=f"{components[0]['source']}; GWP: {parts[0][1].source}",
        clause=" + ".join(f"{share:g} × {one.gas}" for share, one, _ in parts),
        status=max(statuses, key=STATUSES.index),
    )
