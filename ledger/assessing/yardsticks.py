"""What enterprises are measured against: their industry's intensity and the park's means per mu."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.assessing.facts import Facts

MEAN_OF = 3  # enterprises at least: a mean of fewer tells one of another's figures
ENTERED_YEARS = 5  # an entered yardstick is used for so many years
INTENSITIES = {
    "energy_intensity": ("energy_tce_equivalent", "industry_energy_tce_per_1e4_yuan"),
    "co2_intensity": ("co2e_t", "industry_co2e_t_per_1e4_yuan"),
}


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A value with its kind and what it is of; ``n`` enterprises are behind a mean."""

    value: float
    kind: str
    of: str
    n: int | None = None
    source: str | None = None


def division(industry: str | None) -> str | None:
    """The division (two digits) of a GB/T 4754 code such as C3611 or 3611."""
    digits = (industry or "").lstrip("ABCDEFGHIJKLMNOPQRST")
    return digits[:2] if len(digits) >= 2 else None


def intensity(facts: Facts, code: str, year: int, criterion: str) -> tuple[float | None, str]:
    """Energy (equivalent value) or emissions per 10^4 yuan of output, and the output's prices;
    with None the reason: no_accounts, no_output, output_not_positive, amount_negative ...

    Negative energy or emissions (more is sold than bought) make no intensity: it would be the best.
    """
    row = facts.year(code, year)
    amount, output = INTENSITIES[criterion][0], None if row is None else row["output_1e4_yuan"]
    if row is None or row["origin"] is None:
        return None, "no_accounts" if row is None else str(row["reason"] or "no_accounts")
    lacking = [
        reason
        for is_so, reason in (
            (output is None, "no_output"),
            (output is not None and not output > 0, "output_not_positive"),
            (row[amount] is None, "figure_unknown"),
            (row[amount] is not None and row[amount] < 0, "amount_negative"),
        )
        if is_so
    ]
    if lacking:
        return None, lacking[0]
    return float(row[amount] / output), str(row["price_basis"])


def industry_yardstick(facts: Facts, code: str, year: int, criterion: str) -> Yardstick | None:
    """What was entered for the enterprise's industry in the last years, else the mean (sum over
    sum, itself among them) of its division, its cluster or the park, whichever first has three
    enterprises; of outputs at the same prices only.
    """
    of_industry = division(facts.enterprises[code].industry)
    value, basis = intensity(facts, code, year, criterion)
    if value is None:
        return None
    entered = _entered(facts, of_industry, year, criterion, basis)
    if entered is not None:
        return entered
    cluster = facts.enterprises[code].cluster
    groups: list[tuple[str, str, Iterable[str]]] = [
        ("cluster_mean", cluster, _codes(facts, cluster=cluster)),
        ("park_mean", facts.registry.park.code, facts.enterprises),
    ]
    if of_industry is not None:
        groups.insert(0, ("division_mean", of_industry, _codes(facts, of_division=of_industry)))
    for kind, of, codes in groups:
        found = _mean(facts, codes, year, criterion, basis)
        if found is not None:
            return Yardstick(found[0], kind, of, found[1])
    return None


def land_yardstick(facts: Facts, year: int, criterion: str, basis: str) -> Yardstick | None:
    """The park's mean per mu: the sum of all who have the figure (money: at the same prices) and
    land, over their land.
    """
    amounts, land, number = 0.0, 0.0, 0
    for code, one in facts.enterprises.items():
        value, prices = facts.for_land(code, year, criterion)
        if value is not None and prices == basis and one.land_area_mu:
            amounts, land, number = amounts + value, land + one.land_area_mu, number + 1
    if number < MEAN_OF or not amounts > 0:
        return None
    return Yardstick(amounts / land, "park_mean", facts.registry.park.code, number)


def _entered(
    facts: Facts, of_division: str | None, year: int, criterion: str, basis: str
) -> Yardstick | None:
    if of_division is None:
        return None
    for back in range(ENTERED_YEARS):
        figures = facts.park.figures.items(
            "park", facts.registry.park.code, year - back, INTENSITIES[criterion][1]
        )
        figure = figures.get(of_division)
        if figure is not None and figure.price_basis == basis:
            return Yardstick(
                figure.value, "entered_industry", of_division, None,
                f"{figure.source}, {figure.year}",
            )  # fmt: skip
    return None


def _codes(
    facts: Facts, *, cluster: str | None = None, of_division: str | None = None
) -> list[str]:
    return [
        code
        for code, one in facts.enterprises.items()
        if cluster in (None, one.cluster) and of_division in (None, division(one.industry))
    ]


def _mean(
    facts: Facts, codes: Iterable[str], year: int, criterion: str, basis: str
) -> tuple[float, int] | None:
    amount, output, number = 0.0, 0.0, 0
    for code in codes:
        value, prices = intensity(facts, code, year, criterion)
        row = facts.year(code, year)
        if value is None or row is None or prices != basis:
            continue
        amount += row[INTENSITIES[criterion][0]]
        output += row["output_1e4_yuan"]
        number += 1
    return (amount / output, number) if number >= MEAN_OF and amount > 0 else None
