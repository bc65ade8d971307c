"""The meters of the demo park, derived from firms and layouts: unit, ratio, register and range.

Main meters carry the sum of their consumers and the losses behind them; sub-meters carry one
consumer each; level and mean meters show a power or a temperature and are never accounted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from simulators.grid import STEP_S, Ints
from simulators.load import peak
from simulators.noise import fraction
from simulators.park import Consumer, Firm, consumers, firms, table

HOUR_S = 3600
QUARTER_HOURLY = 40  # meters that report every 15 minutes; all others every hour

# Losses between a main meter and what its consumers use, as a share of the use.
LOSSES = {"electricity": 0.02, "natural_gas": 0.004, "heat": 0.015, "water": 0.01}

MAIN_NAMES = {
    "electricity": ("总进线用电", "Incomer, electricity"),
    "natural_gas": ("天然气总表", "Natural gas, main"),
    "heat": ("热力总表", "Heat, main"),
    "water": ("自来水总表", "Water, main"),
}

# Current times voltage transformer ratios in use; the smallest that keeps the register's yearly
# advance below ADVANCE is chosen.
RATIOS = (1, 20, 30, 40, 60, 80, 120, 160, 200, 300, 400, 800, 1000, 1500, 2000, 3000, 4000, 6000,
          8000, 12000, 20000)  # fmt: skip
ADVANCE = 100_000

_LIFE_YEARS = 9  # ranges hold from 2020 for so long
_RANGE_MARGIN = 1.25
_ROUNDING = 2e-8  # of a mean month: the register's resolution is at least as fine


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter. ``usage_per_unit`` turns its unit into the usage unit, ratio not applied.

    ``interval_s`` is its expected interval. ``shows`` names, for level and mean meters, the main
    meter whose power it shows, or ``indoor`` or ``outdoor``.
    """

    enterprise: str
    code: str
    quantity: str
    kind: str
    unit: str
    usage_unit: str
    usage_per_unit: float
    interval_s: int
    decimals: int
    range_low: float
    range_high: float
    name_zh: str
    name_en: str
    multiplier: float = 1.0
    register_max: float | None = None
    register_start: float = 0.0
    parent: str | None = None
    shows: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Enterprise and code."""
        return self.enterprise, self.code

    @property
    def scale(self) -> float:
        """Usage units per unit of the register, ratio applied."""
        return self.usage_per_unit * self.multiplier

    @property
    def stride(self) -> int:
        """Steps of the 15-minute grid between two readings."""
        return self.interval_s // STEP_S

    def reading_steps(self, first: int, last: int) -> Ints:
        """Grid points at which it reports in the time from ``first`` to ``last``, both included.

        An amount or mean of an interval comes at the interval's end, so not at ``first``.
        """
        start = -(-first // self.stride) * self.stride
        if self.kind in ("interval", "mean"):
            start = (first // self.stride + 1) * self.stride
        return np.arange(start, last + 1, self.stride, dtype=np.int64)

    @property
    def has_amounts(self) -> bool:
        """Whether it measures an amount."""
        return self.kind in ("counter", "interval", "rate")

    @property
    def is_main(self) -> bool:
        """Whether it is accounted: an amount, and no sub-meter."""
        return self.has_amounts and self.parent is None


@cache
def _usage_per_unit() -> dict[tuple[str, str], tuple[str, float]]:
    return {
        (row["quantity"], row["unit"]): (row["usage_unit"], float(row["usage_per_unit"]))
        for row in table("units.csv")
    }


@cache
def _rolling() -> frozenset[tuple[str, str]]:
    """Meters whose register is so small that it turns over within the years of the demo."""
    rows = table("faults.csv")
    return frozenset((row["enterprise"], row["meter"]) for row in rows if row["kind"] == "rollover")


def _rounded_up(value: float) -> float:
    """The next number of two significant digits that is not smaller."""
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step) * step:.6g}")


def _unit(firm: Firm, quantity: str, is_sub: bool) -> str:
    if quantity == "electricity":
        return "kWh" if is_sub else firm.electricity_unit
    return {"natural_gas": firm.gas_unit, "heat": firm.heat_unit, "water": "m3"}[quantity]


def _amount_meter(firm: Firm, code: str, behind: list[Consumer], is_sub: bool) -> Meter:
    quantity = behind[0].quantity
    unit = _unit(firm, quantity, is_sub)
    usage_unit, per_unit = _usage_per_unit()[quantity, unit]
    loss = 1.0 if is_sub else 1 + LOSSES[quantity]
    kind = firm.sub_kind if is_sub else "rate" if code in firm.rate_mains else "counter"
    annual = sum(consumer.annual_2020 for consumer in behind) * loss / per_unit
    ratio = 1
    if quantity == "electricity" and unit == "kWh":
        ratio = next((r for r in RATIOS if annual / r <= ADVANCE), RATIOS[-1])
    advance = annual / ratio
    top = sum(peak(consumer, _LIFE_YEARS) for consumer in behind) * loss / per_unit / ratio
    decimals = max(0, math.ceil(-math.log10(_ROUNDING * advance / 12)))
    meter = Meter(
        enterprise=firm.code,
        code=code,
        quantity=quantity,
        kind=kind,
        unit={"m3": "m3/h", "GJ": "GJ/h", "kWh": "kW", "MWh": "MW"}[unit]
        if kind == "rate"
        else unit,
        usage_unit=usage_unit,
        usage_per_unit=per_unit,
        interval_s=HOUR_S,
        # amounts of an interval and rates are small against a month's register
        decimals=decimals if kind == "counter" else decimals + 1,
        range_low=0.0,
        range_high=_rounded_up(top * _RANGE_MARGIN),
        name_zh=behind[0].name_zh if is_sub else MAIN_NAMES[quantity][0],
        name_en=behind[0].name_en if is_sub else MAIN_NAMES[quantity][1],
        multiplier=float(ratio),
        parent=behind[0].main if is_sub else None,
    )
    if kind != "counter":
        return meter
    turns = (
        5.0 if meter.key in _rolling() else 20.0
    )  # years of use that the register holds at least
    register_max = 10.0 ** max(math.ceil(math.log10(advance * turns)), 4)
    start = round(register_max * (0.02 + 0.2 * fraction("register", *meter.key)), decimals)
    return replace(meter, register_max=register_max, register_start=start)


def _level_meters(firm: Firm, mains: dict[str, Meter]) -> list[Meter]:
    result = []
    for row in table("levels.csv"):
        if row["layout"] != firm.layout or firm.size < float(row["metered_from"]):
            continue
        low, high, per_unit = -50.0, 60.0, 1.0
        if row["quantity"] == "power":
            per_unit = 1000.0 if row["unit"] == "MW" else 1.0
            main = mains[row["shows"]]
            low, high = 0.0, _rounded_up(main.range_high * main.scale / per_unit)
        result.append(
            Meter(
                enterprise=firm.code,
                code=row["code"],
                quantity=row["quantity"],
                kind=row["kind"],
                unit=row["unit"],
                usage_unit="kW" if row["quantity"] == "power" else row["unit"],
                usage_per_unit=per_unit,
                interval_s=HOUR_S,
                decimals=4 if row["unit"] == "MW" else 2,
                range_low=low,
                range_high=high,
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                shows=row["shows"],
            )
        )
    return result


@cache
def behind() -> dict[tuple[str, str], list[Consumer]]:
    """The consumers behind each amount meter, by (enterprise, meter)."""
    result: dict[tuple[str, str], list[Consumer]] = {}
    for consumer in consumers():
        result.setdefault((consumer.firm, consumer.main), []).append(consumer)
        if consumer.metered:
            result[consumer.firm, consumer.meter] = [consumer]
    return result


@cache
def meters() -> tuple[Meter, ...]:
    """All meters, firm by firm, each main meter before its sub-meters."""
    found: list[Meter] = []
    for firm in firms():
        groups = {code: group for (owner, code), group in behind().items() if owner == firm.code}
        mains = {code for code in groups if "-" not in code}
        built = {
            code: _amount_meter(firm, code, group, is_sub=code not in mains)
            for code, group in groups.items()
        }
        found += [built[code] for code in sorted(built)]
        found += _level_meters(firm, built)
    chosen = [meter.key for meter in found if meter.kind == "rate"]
    incomers = [
        m for m in found if m.is_main and m.quantity == "electricity" and m.kind == "counter"
    ]
    incomers.sort(key=lambda meter: -meter.range_high * meter.scale)
    chosen += [meter.key for meter in incomers[: QUARTER_HOURLY - len(chosen)]]
    return tuple(
        replace(meter, interval_s=STEP_S) if meter.key in chosen else meter for meter in found
    )
