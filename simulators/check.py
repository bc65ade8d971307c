"""Ledger against truth: month by month and meter by meter, with what the faults explain."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Relative to the month's true amount: a meter without a fault, and what may stay unexplained.
CLEAN_TOLERANCE, FAULTY_TOLERANCE = 1e-6, 1e-3

# Below a millionth of its mean month a meter stands still (heat in summer): no relative error.
_STANDSTILL = 1e-6


@dataclass(frozen=True, slots=True)
class Compared:
    """A finished month of a meter; amounts in ``unit``. ``unexplained`` = ledger - truth -
    explained; ``unexplained_rel`` is its size relative to the truth. ``ledger`` None: no figure.
    """

    enterprise: str
    meter: str
    month: str
    unit: str
    faults: tuple[str, ...]
    truth: float
    ledger: float | None
    explained: float
    unexplained: float | None
    unexplained_rel: float
    good: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All compared meter-months."""

    rows: tuple[Compared, ...]

    @property
    def bad(self) -> tuple[Compared, ...]:
        """Meter-months beyond their tolerance, or without a figure."""
        return tuple(row for row in self.rows if not row.good)

    @property
    def good(self) -> bool:
        """Whether there is something compared and nothing bad."""
        return bool(self.rows) and not self.bad

    @property
    def affected(self) -> tuple[Compared, ...]:
        """Meter-months whose ledger differs, or has to differ, from the truth."""
        return tuple(
            row
            for row in self.rows
            if not row.good or abs(row.explained) > CLEAN_TOLERANCE * abs(row.truth)
        )

    def worst(self, *, faulty: bool) -> float:
        """Largest relative unexplained difference of the meters with, or without, a fault."""
        return max((r.unexplained_rel for r in self.rows if bool(r.faults) is faulty), default=0.0)

    def text(self) -> str:
        """The table truth, ledger, explained, unexplained of the affected, and a summary."""
        lines = [
            f"{'meter':<20} {'month':<8} {'truth':>16} {'ledger':>16} {'explained':>14} "
            f"{'unexplained':>14} {'rel':>9}  unit faults"
        ]
        for row in self.affected:
            ledger = "none" if row.ledger is None else f"{row.ledger:,.2f}"
            rest = "none" if row.unexplained is None else f"{row.unexplained:,.4f}"
            lines.append(
                f"{row.enterprise + '/' + row.meter:<20} {row.month:<8} {row.truth:>16,.2f} "
                f"{ledger:>16} {row.explained:>14,.2f} {rest:>14} {row.unexplained_rel:>9.1e}"
                f"{'  ' if row.good else ' !'}{row.unit:<4} {' '.join(row.faults)}"
            )
        meters = len({(row.enterprise, row.meter) for row in self.rows})
        lines.append(
            f"{len(self.rows)} months of {meters} meters; largest unexplained: without a fault "
            f"{self.worst(faulty=False):.1e}, with {self.worst(faulty=True):.1e}; "
            f"{len(self.bad)} beyond tolerance"
        )
        return "\n".join(lines)


def compare(
    truth_path: Path, usage_months: Iterable[tuple[str, str, str, float | None]]
) -> Comparison:
    """Compare (enterprise, meter, month "2026-03", amount in the usage unit) with a truth file.

    Every finished month of the truth is compared; one without a ledger's amount is bad.
    """
    ledger = {
        (enterprise, meter, month): None if amount is None or math.isnan(amount) else float(amount)
        for enterprise, meter, month, amount in usage_months
    }
    months = [
        record
        for line in truth_path.read_text(encoding="utf-8").splitlines()
        if (record := json.loads(line))["record"] == "month" and record["complete"]
    ]
    sums: dict[tuple[str, str], list[float]] = {}
    for record in months:
        sums.setdefault((record["enterprise"], record["meter"]), []).append(record["amount"])
    rows = []
    for record in months:
        key = record["enterprise"], record["meter"]
        amounts = sums[key]
        still = _STANDSTILL * sum(amounts) / len(amounts)
        rows.append(_compared(record, ledger.get((*key, record["month"])), still))
    return Comparison(tuple(rows))


def _compared(record: dict[str, object], amount: float | None, still: float) -> Compared:
    truth, explained = float(str(record["amount"])), float(str(record["explained"]))
    faults = record["faults"]
    assert isinstance(faults, list)
    unexplained, relative = None, math.inf
    if amount is not None:
        unexplained = amount - truth - explained
        relative = abs(unexplained) / max(abs(truth), still) if unexplained else 0.0
    return Compared(
        enterprise=str(record["enterprise"]),
        meter=str(record["meter"]),
        month=str(record["month"]),
        unit=str(record["unit"]),
        faults=tuple(faults),
        truth=truth,
        ledger=amount,
        explained=explained,
        unexplained=unexplained,
        unexplained_rel=relative,
        good=relative <= (FAULTY_TOLERANCE if faults else CLEAN_TOLERANCE),
    )
