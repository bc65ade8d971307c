"""An hour of a discharge down to readings: concentration x flow, each from the means of a meter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from ledger.discharging import gas as of_gas
from ledger.discharging.bases import ConvertedBasis, FlowBasis, texts
from ledger.discharging.channel_hours import SERIES, Asked, ChannelHours, Grid, channel_hours
from ledger.discharging.layout_channels import MOLAR_MASS_OF, concentration_unit, is_fraction
from ledger.discharging.layouts import NO, NO2, NOX, Layout
from ledger.discharging.outlet_hours import WATER_FLOW, OutletHours, outlet_hours
from ledger.explaining.hour import instant
from ledger.explaining.node import Node, constant
from models.environment.flue_gas import KELVIN, MOLAR_MASS, MOLAR_VOLUME, STANDARD_KPA
from models.environment.hj212_codes import hj212_codes
from models.periods import HOUR_US, to_us
from models.quantities import Kind, quantities
from models.readings import LAST_COUNTED, Quality, Source
from models.registry import Meter
from models.registry.points import Channel, Medium

ANNEX_D = "HJ 212-2017 annex D"


@dataclass(frozen=True)
class ExplainedHour:
    """One hour of one pollutant of an outlet; ``substituted`` kg stand in for it."""

    asked: Asked
    layout: Layout
    pollutant: str
    at: datetime
    substituted: float | None

    @classmethod
    def of(
        cls, asked: Asked, layout: Layout, pollutant: str, at: datetime, substituted: float | None
    ) -> ExplainedHour:
        """The hour that begins at ``at``."""
        grid = Grid(to_us(at) // HOUR_US, 1)
        return cls(Asked(asked.books, asked.registry, grid), layout, pollutant, at, substituted)

    def node(self, value: float | None) -> Node:
        """Its mass ``value`` in kg."""
        return Node(
            instant(self.at) or "", self._name("mass of the hour"), self._name_zh("小时排放量"),
            self._op(value), value, "kg", formula=self._formula, clause=self._clause,
            evidence=self._evidence, unfold=self._operands, hour=instant(self.at),
        )  # fmt: skip

    @cached_property
    def _hours(self) -> OutletHours:
        return outlet_hours(self.asked, [self.layout], pollutant=self.pollutant)

    @cached_property
    def _channels(self) -> ChannelHours:
        places = [(*self.layout.place, code) for code in self.layout.channels]
        return channel_hours(self.asked, places, lambda _: True)

    @property
    def _is_water(self) -> bool:
        return self.layout.point.medium is Medium.WASTE_WATER

    def _op(self, value: float | None) -> Any:
        return "product" if self._is_measured and value is not None else "constant"

    @cached_property
    def _is_measured(self) -> bool:
        """Whether the mass is concentration times a flow of the whole hour."""
        basis = int(self._hours.flow_basis[0, 0])
        return bool(
            self._hours.valid[0, 0]
            and not np.isnan(self._hours.mass[0, 0])
            and basis in (FlowBasis.MEASURED, FlowBasis.VELOCITY, FlowBasis.AMOUNT)
        )

    @property
    def _formula(self) -> str | None:
        if self._is_measured:
            return "C × Q × 10⁻³" if self._is_water else "C × Q × 10⁻⁶"
        if self.substituted is not None:
            return "what stands in for a lost hour"
        return None

    @property
    def _clause(self) -> str | None:
        if self._is_measured:
            return ANNEX_D
        if self.substituted is None:
            return None
        return "HJ 356-2019" if self._is_water else "HJ 75-2017 tables 5 and 6"

    @property
    def _evidence(self) -> dict[str, Any]:
        hours = self._hours
        mark = int(hours.mark[0, 0])
        return {
            "valid": bool(hours.valid[0, 0]),
            "valid_minutes": float(hours.minutes[0, 0]),
            "stopped": bool(hours.stopped[0, 0]),
            "mark": Quality(mark).name.lower() if mark else None,
            "flow_basis": texts(hours.flow_basis, FlowBasis)[0, 0],
            "conc_converted": _known(hours.converted[0, 0]),
            "converted_basis": texts(hours.converted_basis, ConvertedBasis)[0, 0],
            "reference_oxygen_pct": _known(hours.reference_oxygen[0, 0]),
            "substituted_kg": self.substituted,
        }

    def _operands(self) -> list[Node]:
        if not self._is_measured:
            return []
        scale = 1e-3 if self._is_water else 1e-6
        unit = "kg/g" if self._is_water else "kg/mg"
        return [
            self._concentration(),
            self._flow(),
            constant("scale", "to kilograms", "换算为千克", scale, unit),
        ]

    def _concentration(self) -> Node:
        if self.pollutant == NOX and NOX not in self.layout.channels:
            value = float(self._hours.measured[0, 0])
            ratio = MOLAR_MASS["NO2"] / MOLAR_MASS["NO"]
            parts = [
                self._product("no", "NO as NO2", "NO 折算为 NO2", "mg/m3", [
                    self._state_of(NO),
                    constant("ratio", "molar masses NO2 / NO", "摩尔质量比", ratio, "1"),
                ]),
                self._state_of(NO2),
            ]  # fmt: skip
            return Node("C", "nitrogen oxides as NO2", "氮氧化物（以 NO2 计）", "total", value,
                        "mg/m3", formula="C_NO × 46/30 + C_NO2", clause=ANNEX_D,
                        unfold=lambda: parts)  # fmt: skip
        return self._state_of(self.pollutant, "C")

    def _state_of(self, code: str, key: str | None = None) -> Node:
        """A concentration in dry gas at standard state, or in the water."""
        channel = self.layout.channels[code]
        node = self._mean(code)
        value = node.value
        unit = concentration_unit(code)
        operands = [node]
        if is_fraction(channel):
            mass = MOLAR_MASS_OF.get(code, np.nan)
            node = self._product("mg", "as mass", "体积分数换算", unit, [
                node, constant("M/22.4", "molar mass / molar volume", "摩尔质量/摩尔体积",
                               mass / MOLAR_VOLUME, "mg/m3/ppm"),
            ])  # fmt: skip
            value, operands = node.value, [node]
        if not self._is_water and channel.wet:
            operands.append(self._dry_share())
        if not self._is_water and not channel.standard_state and not is_fraction(channel):
            operands.append(self._standard_share())
        if len(operands) == 1:
            return _keyed(node, key or code)
        for one in operands[1:]:
            value = None if value is None or one.value is None else value / one.value
        return Node(
            key or code, f"{self._english(code)}, dry gas at standard state",
            f"{hj212_codes()[code].name_zh}（标态干基）", "quotient", value, unit,
            formula="C / (1 − X) / share of the volume", clause=ANNEX_D, unfold=lambda: operands,
        )  # fmt: skip

    def _dry_share(self) -> Node:
        moisture = self._mean(of_gas.MOISTURE)
        part = Node(
            "X", "moisture", "含湿量", "quotient",
            None if moisture.value is None else moisture.value / 100, "1",
            unfold=lambda: [moisture, constant("100", "percent", "百分数", 100.0, "%")],
        )  # fmt: skip
        operands = [constant("1", "whole", "整体", 1.0, "1"), part]
        value = None if part.value is None else 1.0 - part.value
        return Node("dry", "dry share of the gas", "干气份额", "difference", value, "1",
                    formula="1 − X", clause=ANNEX_D, unfold=lambda: operands)  # fmt: skip

    def _standard_share(self) -> Node:
        static, air = self._mean(of_gas.STATIC_PRESSURE), self._air_pressure()
        pressure = _sum("p", "absolute pressure", "绝对压力", "kPa", [air, static])
        temperature = self._mean(of_gas.TEMPERATURE)
        kelvin = _sum("T", "temperature", "温度", "K", [
            constant("273", "0 °C", "0 °C", KELVIN, "K"), temperature,
        ])  # fmt: skip
        above = self._product("above", "273 × p", "273 × p", "K kPa", [
            constant("273", "0 °C", "0 °C", KELVIN, "K"), pressure,
        ])  # fmt: skip
        below = [
            kelvin,
            constant("101.325", "standard pressure", "标准大气压", STANDARD_KPA, "kPa"),
        ]
        value = above.value
        for one in below:
            value = None if value is None or one.value is None else value / one.value
        return Node(
            "standard", "share of the volume at standard state", "标态体积份额", "quotient", value,
            "1", formula="273 × p / (273 + t) / 101.325", clause=ANNEX_D,
            unfold=lambda: [above, *below],
        )  # fmt: skip

    def _air_pressure(self) -> Node:
        if of_gas.AIR_PRESSURE in self.layout.channels:
            return self._mean(of_gas.AIR_PRESSURE)
        return constant("air", "air pressure, for want of a channel", "大气压（无测量，取标准值）",
                        STANDARD_KPA, "kPa")  # fmt: skip

    def _flow(self) -> Node:
        value = float(self._hours.flow[0, 0])
        basis = int(self._hours.flow_basis[0, 0])
        if basis == FlowBasis.AMOUNT:
            return constant("Q", "volume added up by the device", "设备累计体积", value, "m3",
                            formula="-Cou of the hour")  # fmt: skip
        code = WATER_FLOW if self._is_water else of_gas.FLOW
        hour = constant("1h", "the hour", "一小时", 1.0, "h")
        if basis == FlowBasis.VELOCITY:
            area = self.layout.point.duct_area_m2
            operands = [
                constant("3600", "seconds of an hour", "每小时秒数", 3600.0, "s/h"),
                constant("F", "area of the duct", "烟道截面积", area, "m2"),
                self._mean(of_gas.VELOCITY), self._standard_share(), self._dry_share(), hour,
            ]  # fmt: skip
        else:
            channel = self.layout.channels[code]
            operands = [self._mean(code), *self._volume_shares(channel), hour]
        return Node("Q", "volume of the hour", "小时流量", "product", value, "m3",
                    formula="Q × 1 h", clause=ANNEX_D, unfold=lambda: operands)  # fmt: skip

    def _volume_shares(self, channel: Channel) -> list[Node]:
        if self._is_water:
            return []
        shares = [self._dry_share()] if channel.wet else []
        return shares if channel.standard_state else [*shares, self._standard_share()]

    def _mean(self, code: str) -> Node:
        """The hour's mean of a channel, by the series that gave it."""
        found, row = self._channels, self._channels.rows([(*self.layout.place, code)])[0]
        code_of = hj212_codes()[code]
        unit, number = quantities()[code_of.quantity].unit, int(found.series[row, 0])
        value = _known(found.mean[row, 0])
        if number < 0 or value is None:
            return constant(code, self._english(code), code_of.name_zh, None, unit)
        key = self.asked.key((*self.layout.place, code), SERIES[number])
        meter = self.asked.registry.meter_by_key[key]
        told = {
            "meter": meter.code, "series": SERIES[number], "unit": meter.usage_unit,
            "valid_minutes": float(found.minutes[row, 0]),
        }  # fmt: skip
        readings = self._readings(meter)
        if meter.kind is not Kind.MEAN:
            return Node(
                code, self._english(code), code_of.name_zh, "constant", value, meter.usage_unit,
                formula="time-weighted mean of straight lines between instants",
                evidence=told | {"readings": readings},
            )  # fmt: skip
        return Node(
            code, self._english(code), code_of.name_zh, "quotient", value, meter.usage_unit,
            formula="Σ(value × minutes) / Σ minutes", evidence=told,
            unfold=lambda: _weighted(meter, readings, self.at),
        )  # fmt: skip

    def _readings(self, meter: Meter) -> list[dict[str, Any]]:
        """Readings that speak of the hour, with batch and hash."""
        is_mean = meter.kind is Kind.MEAN
        since = self.at + timedelta(microseconds=1 if is_mean else 0)
        until = self.at + timedelta(hours=1)
        reach = timedelta(seconds=meter.interval_s) if is_mean else timedelta(seconds=1)
        store = self.asked.books.store
        rows = store.readings([meter.key], since, until + reach).to_pylist()
        hashes = {one["batch"]: one["sha256"] for one in store.batches().to_pylist()}
        return [
            {
                "ts": instant(row["ts"]), "at": row["ts"], "value": row["value"],
                "quality": Quality(row["quality"]).name.lower(),
                "counts": row["quality"] <= LAST_COUNTED, "received": instant(row["received"]),
                "source": Source(row["source"]).name.lower(), "batch": row["batch"],
                "sha256": hashes.get(row["batch"]),
            }
            for row in rows
        ]  # fmt: skip

    def _product(
        self, key: str, title: str, title_zh: str, unit: str, operands: Sequence[Node]
    ) -> Node:
        values = [one.value for one in operands]
        known = [one for one in values if one is not None]
        value = float(np.prod(known)) if len(known) == len(values) else None
        return Node(key, title, title_zh, "product", value, unit, unfold=lambda: operands)

    def _english(self, code: str) -> str:
        return hj212_codes()[code].name_en

    def _name(self, what: str) -> str:
        return f"{self._english(self.pollutant)}: {what}"

    def _name_zh(self, what: str) -> str:
        return f"{hj212_codes()[self.pollutant].name_zh}{what}"


def _weighted(meter: Meter, readings: Sequence[dict[str, Any]], hour: datetime) -> list[Node]:
    """Sum of value x minutes, scaled to the usage unit, and the minutes."""
    scale, offset = meter.conversion
    end, length = hour + timedelta(hours=1), timedelta(seconds=meter.interval_s)
    parts, minutes = [], []
    for row in readings:
        lasts = min(row["at"], end) - max(row["at"] - length, hour)
        weight = lasts.total_seconds() / 60
        if not row["counts"] or weight <= 0:
            continue
        value = row["value"] * scale + offset
        parts.append(_by_minutes(meter, row, value, weight))
        minutes.append(constant(row["ts"], row["ts"], row["ts"], weight, "min"))
    return [
        _sum("sum", "values by minutes", "数值×分钟", f"{meter.usage_unit} min", parts),
        _sum("minutes", "minutes", "分钟", "min", minutes),
    ]


def _by_minutes(meter: Meter, row: dict[str, Any], value: float, minutes: float) -> Node:
    told = {name: known for name, known in row.items() if name not in ("at", "counts")}
    operands = [
        Node("value", "value", "数值", "reading", value, meter.usage_unit, evidence=told),
        constant("minutes", "minutes", "分钟", minutes, "min"),
    ]
    return Node(row["ts"], row["ts"], row["ts"], "product", value * minutes,
                f"{meter.usage_unit} min", unfold=lambda: operands)  # fmt: skip


def _sum(key: str, title: str, title_zh: str, unit: str, operands: Sequence[Node]) -> Node:
    values = [one.value for one in operands]
    known = [one for one in values if one is not None]
    value = float(sum(known)) if known and len(known) == len(values) else None
    return Node(key, title, title_zh, "total", value, unit, unfold=lambda: operands)


def _keyed(node: Node, key: str) -> Node:
    return Node(
        key, node.title, node.title_zh, node.op, node.value, node.unit, node.formula, node.clause,
        node.source, node.evidence, node.unfold,
    )  # fmt: skip


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
