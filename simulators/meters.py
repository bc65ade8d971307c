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
from simulators.supply import Key, Supply, suppliers, supplies

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
    meter whose power it shows, or ``indoor`` or ``outdoor``, or is ``=value~swing``,
    a constant with the jitter of a transmitter.
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
    direction: str = "import"
    counterpart: str | None = None
    source_stream: str | None = None
    building: str | None = None

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
        """Whether it is no sub-meter and has an amount: what an inventory begins with."""
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
    units = {"natural_gas": firm.gas_unit, "heat": firm.heat_unit, "water": "m3", "steam": "t"}
    return units[quantity]


def loss_behind(group: list[Consumer]) -> float:
    """What a main meter carries for each unit that the consumers behind it use."""
    return 1.0 if group[0].installation else 1 + LOSSES[group[0].quantity]


def _amount_meter(firm: Firm, code: str, behind: list[Consumer], is_sub: bool) -> Meter:
    first = behind[0]
    loss = 1.0 if is_sub else loss_behind(behind)
    kind = firm.sub_kind if is_sub else "rate" if code in firm.rate_mains else "counter"
    named = is_sub or first.installation
    return replace(
        _sized(
            firm.code,
            code,
            first.quantity,
            _unit(firm, first.quantity, is_sub),
            kind,
            annual=sum(consumer.annual_2020 for consumer in behind) * loss,
            top=sum(peak(consumer, _LIFE_YEARS) for consumer in behind) * loss,
        ),
        name_zh=first.name_zh if named else MAIN_NAMES[first.quantity][0],
        name_en=first.name_en if named else MAIN_NAMES[first.quantity][1],
        parent=first.main if is_sub else None,
        direction=first.direction,
        counterpart=suppliers().get((firm.code, code)),
        source_stream=first.source_stream,
        building=first.building,
    )


def _supply_size(key: Key) -> tuple[float, float]:
    """Amount of a year of 2020's pace, and power that is not reached, in the usage unit."""
    if key in supplies():
        sizes = [(_supply_size(part), factor) for part, factor in supplies()[key].parts]
        annual = sum(size[0] * factor for size, factor in sizes)
        return annual, sum(size[1] * factor for size, factor in sizes)
    group = behind()[key]
    loss = loss_behind(group)
    annual = sum(consumer.annual_2020 for consumer in group) * loss
    return annual, sum(peak(consumer, _LIFE_YEARS) for consumer in group) * loss


def _supply_meter(supply: Supply) -> Meter:
    annual, top = _supply_size(supply.key)
    return replace(
        _sized(*supply.key, supply.quantity, supply.unit, "counter", annual=annual, top=top),
        name_zh=supply.name_zh,
        name_en=supply.name_en,
        direction=supply.direction,
        counterpart=supply.counterpart,
    )


def _sized(
    enterprise: str, code: str, quantity: str, unit: str, kind: str, *, annual: float, top: float
) -> Meter:
    """A meter with ratio, register, resolution and range for ``annual`` and ``top`` usage units."""
    usage_unit, per_unit = _usage_per_unit()[quantity, unit]
    annual, top = annual / per_unit, top / per_unit
    ratio = 1
    if quantity == "electricity" and unit == "kWh":
        ratio = next((r for r in RATIOS if annual / r <= ADVANCE), RATIOS[-1])
    advance = annual / ratio
    decimals = max(0, math.ceil(-math.log10(_ROUNDING * advance / 12)))
    rate_units = {"m3": "m3/h", "GJ": "GJ/h", "kWh": "kW", "MWh": "MW"}
    meter = Meter(
        enterprise=enterprise,
        code=code,
        quantity=quantity,
        kind=kind,
        unit=rate_units[unit] if kind == "rate" else unit,
        usage_unit=usage_unit,
        usage_per_unit=per_unit,
        interval_s=HOUR_S,
        # amounts of an interval and rates are small against a month's register
        decimals=decimals if kind == "counter" else decimals + 1,
        range_low=0.0,
        range_high=_rounded_up(top / ratio * _RANGE_MARGIN),
        name_zh="",
        name_en="",
        multiplier=float(ratio),
    )
    if kind != "counter":
        return meter
    # years of use that the register holds at least
    turns = 5.0 if meter.key in _rolling() else 20.0
    register_max = 10.0 ** max(math.ceil(math.log10(advance * turns)), 4)
    start = round(register_max * (0.02 + 0.2 * fraction("register", *meter.key)), decimals)
    return replace(meter, register_max=register_max, register_start=start)


def _level_meters(firm: Firm, mains: dict[str, Meter]) -> list[Meter]:
    result = []
    for row in table("levels.csv"):
        if row["layout"] not in (firm.layout, firm.code) or firm.size < float(row["metered_from"]):
            continue
        low, high, per_unit = -50.0, 60.0, 1.0
        if row["quantity"] == "pressure":
            low, high = 0.0, _rounded_up(2 * steady(row["shows"])[0])
        elif row["shows"].startswith("="):
            high = 600.0  # steam
        elif row["quantity"] == "power":
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


def steady(shows: str) -> tuple[float, float]:
    """Value and swing of what a level meter shows all the time (``=value~swing``)."""
    value, swing = shows.removeprefix("=").split("~")
    return float(value), float(swing)


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
        found += [_supply_meter(one) for one in supplies().values() if one.enterprise == firm.code]
        found += _level_meters(firm, built)
    chosen = [meter.key for meter in found if meter.kind == "rate"]
    incomers = [
        m
        for m in found
        if (m.quantity, m.kind, m.direction) == ("electricity", "counter", "import") and m.is_main
    ]
    incomers.sort(key=lambda meter: -meter.range_high * meter.scale)
    chosen += [meter.key for meter in incomers[: QUARTER_HOURLY - len(chosen)]]
    return tuple(
        replace(meter, interval_s=STEP_S) if meter.key in chosen else meter for meter in found
    )
