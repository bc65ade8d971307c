"""A scenario's assumptions as yearly rates, with what they may be instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.progress.roadmap.rules import RULES, Parameter, parameters
from models.registry.progress import Assumption

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a scenario is not projected: a code, and the words of it in both languages."""

    reason: str
    said_zh: str
    said_en: str


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one parameter in % a year, (clusters, years): ``value``, and how far the ends of
    the 90 % interval lie below and above it. ``chance`` (clusters, years) numbers what varies
    together: all years of one assumption's parameter and cluster; -1 varies with nothing.
    """

    value: Floats
    below: Floats
    above: Floats
    chance: npt.NDArray[np.int64]
    chances: int

    def drawn(self, normal: Floats) -> Floats:
        """Rates (draws, clusters, years) of standard normal numbers (draws, chances).

        z stands for value + z/1.6449 of the distance to the upper end, or to the lower one where z
        is negative: the ends are the 5 % and 95 % quantiles, the value is the median (own choice,
        a two-piece normal distribution by its quantiles; the interval need not be even).
        """
        padded = np.concatenate([normal, np.zeros((len(normal), 1))], axis=1)
        z: Floats = padded[:, self.chance] / RULES.normal_90  # -1 is the last: zero
        return self.value + np.where(z < 0, z * self.below, z * self.above)


def refusal(
    scenario: str, assumptions: Iterable[Assumption], clusters: Sequence[str], first: int
) -> Refusal | None:
    """Why a scenario cannot be projected from the year ``first`` on; None where it can."""
    own = [one for one in assumptions if one.scenario == scenario]
    if not own:
        return Refusal(
            "no_assumption",
            f"情景 {scenario} 没有任何假设，无法推算",
            f"scenario {scenario} has no assumption: it cannot be projected",
        )
    for one in own:
        fault = _fault(one)
        if fault is not None:
            return fault
    for parameter in parameters().values():
        if parameter.required:
            lacking = [
                cluster for cluster in clusters if not _known(own, parameter, cluster, first)
            ]
            if lacking:
                whose = ", ".join(lacking)
                return Refusal(
                    "assumption_missing",
                    f"情景 {scenario} 缺少自 {first} 年起的“{parameter.name_zh}”假设（{whose}）",
                    f"scenario {scenario} has no assumption of {parameter.code} from {first} on "
                    f"({whose})",
                )
    return None


def _fault(one: Assumption) -> Refusal | None:
    parameter = parameters().get(one.parameter)
    where = f"{one.scenario}/{one.parameter}/{one.from_year}"
    if parameter is None:
        return Refusal(
            "unknown_parameter", f"{where}：没有这个参数", f"{where}: there is no such parameter"
        )
    if one.cluster is not None and not parameter.by_cluster:
        return Refusal(
            "not_by_cluster",
            f"{where}：{parameter.name_zh}不分集群",
            f"{where}: {parameter.code} is not assumed by cluster",
        )
    given = [one.value] + [end for end in (one.low, one.high) if end is not None]
    if not all(parameter.least <= value <= parameter.most for value in given):
        return Refusal(
            "out_of_range",
            f"{where}：{max(given, key=abs):g} %/年超出 {parameter.least:g} 至 {parameter.most:g}",
            f"{where}: {max(given, key=abs):g} % a year is not between {parameter.least:g} and "
            f"{parameter.most:g}",
        )
    low = one.value if one.low is None else one.low
    high = one.value if one.high is None else one.high
    if not low <= one.value <= high:
        return Refusal(
            "interval", f"{where}：取值不在区间内", f"{where}: the value is outside its interval"
        )
    return None


def _known(own: Sequence[Assumption], parameter: Parameter, cluster: str, first: int) -> bool:
    return any(
        one.parameter == parameter.code
        and one.cluster in (None, cluster)
        and one.from_year <= first
        for one in own
    )


def rates(
    assumptions: Iterable[Assumption],
    scenario: str,
    parameter: str,
    clusters: Sequence[str],
    years: Sequence[int],
) -> Rates:
    """The rates of a parameter, zero where nothing is assumed.

    An assumption holds from its year until the next one of the same cluster; one of a cluster goes
    before those of all from its own first year on.
    """
    own = [one for one in assumptions if (one.scenario, one.parameter) == (scenario, parameter)]
    shape = len(clusters), len(years)
    value, below, above = (np.zeros(shape) for _ in range(3))
    chance = np.full(shape, -1, dtype=np.int64)
    numbers: dict[str | None, int] = {}
    for row, cluster in enumerate(clusters):
        for whose in (None, cluster):  # the cluster's own overwrites what is assumed for all
            for one in sorted(own, key=lambda one: one.from_year):
                if one.cluster != whose:
                    continue
                since = int(np.searchsorted(years, one.from_year))
                value[row, since:] = one.value
                below[row, since:] = one.value - (one.value if one.low is None else one.low)
                above[row, since:] = (one.value if one.high is None else one.high) - one.value
                chance[row, since:] = numbers.setdefault(whose, len(numbers))
    return Rates(value, below, above, chance, len(numbers))
