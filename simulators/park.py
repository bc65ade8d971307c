"""What the demo park consists of, read from its data files: firms and their consumers of energy.

Plain data; nothing of the product is imported, so that the truth stays independent of it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from simulators.grid import DATA

# The shape that stands for the firm's own shift in layouts.csv.
_FIRMS_SHIFT = "production"


@dataclass(frozen=True, slots=True)
class Firm:
    """A fictional enterprise. ``output_2020`` in 10^4 yuan; growth and fall per year as shares."""

    code: str
    output_2020: float
    output_growth: float
    intensity_fall: float
    layout: str
    shift: str
    electricity_unit: str
    gas_unit: str
    heat_unit: str
    sub_kind: str
    rate_mains: frozenset[str]
    row: dict[str, str]  # the registry's columns

    @property
    def use_growth(self) -> float:
        """Growth of its energy use per year, as a share."""
        return (1 + self.output_growth) * (1 - self.intensity_fall) - 1

    @property
    def size(self) -> float:
        """Output of 2020 in 100 million yuan."""
        return self.output_2020 / 1e4


@dataclass(frozen=True, slots=True)
class Consumer:
    """One load behind a main meter. ``annual_2020`` in the quantity's usage unit a year.

    ``direction``, ``source_stream`` and ``building`` are those of the main meter. An installation
    (photovoltaics, a charging station) has a main meter of its own, without losses behind it.
    """

    firm: str
    main: str
    code: str
    quantity: str
    annual_2020: float
    growth: float
    shape: str
    response: str
    metered: bool
    name_zh: str
    name_en: str
    installation: bool = False
    direction: str = "import"
    source_stream: str | None = None
    building: str | None = None

    @property
    def meter(self) -> str:
        """Code of its sub-meter, if it has one."""
        return f"{self.main}-{self.code}"


def table(name: str) -> list[dict[str, str]]:
    """Rows of a data file of the demo park."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def profiles() -> dict[str, dict[str, str]]:
    """Energy per 10^4 yuan of output by quantity, and the layout, of each kind of firm."""
    return {row["profile"]: row for row in table("profiles.csv")}


@cache
def firms() -> tuple[Firm, ...]:
    """All firms, in the order of the file."""
    return tuple(
        Firm(
            code=row["code"],
            output_2020=float(row["output_2020_1e8_yuan"]) * 1e4,
            output_growth=float(row["output_growth_pct"]) / 100,
            intensity_fall=float(row["intensity_fall_pct"]) / 100,
            layout=profiles()[row["profile"]]["layout"],
            shift=row["shift"],
            electricity_unit=row["electricity_unit"],
            gas_unit=row["gas_unit"],
            heat_unit=row["heat_unit"],
            sub_kind=row["sub_kind"],
            rate_mains=frozenset(row["rate_mains"].split()),
            row=row,
        )
        for row in table("enterprises.csv")
    )


@cache
def consumers() -> tuple[Consumer, ...]:
    """All consumers, firm by firm; the shares of a quantity in a layout sum to 1."""
    layouts, installed = table("layouts.csv"), table("installations.csv")
    found: list[Consumer] = []
    for firm in firms():
        found += [
            _of_layout(firm, row, intensity)
            for row in layouts
            if row["layout"] == firm.layout
            and (intensity := float(profiles()[firm.row["profile"]][row["quantity"]])) > 0
        ]
        found += [_installation(row) for row in installed if row["enterprise"] == firm.code]
    return tuple(found)


def _of_layout(firm: Firm, row: dict[str, str], intensity: float) -> Consumer:
    return Consumer(
        firm=firm.code,
        main=row["main"],
        code=row["code"],
        quantity=row["quantity"],
        annual_2020=float(row["share"]) * intensity * firm.output_2020,
        growth=firm.use_growth,
        shape=firm.shift if row["shape"] == _FIRMS_SHIFT else row["shape"],
        response=row["response"],
        metered=bool(row["metered_from"])
        and firm.size >= float(row["metered_from"])
        and row["main"] not in firm.rate_mains,
        name_zh=row["name_zh"],
        name_en=row["name_en"],
    )


def _installation(row: dict[str, str]) -> Consumer:
    return Consumer(
        firm=row["enterprise"],
        main=row["meter"],
        code="ALL",
        quantity=row["quantity"],
        annual_2020=float(row["annual_2020"]),
        growth=float(row["growth_pct"]) / 100,
        shape=row["shape"],
        response=row["response"],
        metered=False,
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        installation=True,
        direction=row["direction"],
        source_stream=row["source_stream"] or None,
        building=row["building"] or None,
    )
