"""What an enterprise has on its accounts of allowances and CCER, for the years of the ETS."""

from __future__ import annotations

from datetime import date

from models.progress.rights.ets_position import Held
from models.progress.rights.instruments import MICRO, Account, movement_kinds
from models.progress.rights.movements import balances
from models.registry import Movement, Registry

_ALLOCATION = ("pre_allocation", "allocation", "paid_allocation", "allocation_cut")


class Holdings:
    """The accounts of one enterprise at the end of a day, in whole units; what is set aside for one
    year is not there for the next.
    """

    def __init__(self, registry: Registry, enterprise: str, on: date) -> None:
        self._moved = [
            one for one in registry.movements if one.enterprise == enterprise and one.on <= on
        ]
        found = balances(self._moved, on)
        all_held = found[found["account"] == Account.HELD]
        found = all_held[all_held["instrument"] == "allowance"]
        at_hand = zip(found["vintage"].tolist(), (found["micro"] / MICRO).tolist(), strict=True)
        self._by_vintage = dict(sorted(at_hand))
        self._ccer = float(all_held.loc[all_held["instrument"] == "ccer", "micro"].sum()) / MICRO

    def held(self, year: int, first: int, last: int) -> Held:
        """For accounting year ``year``, for which vintages ``first`` to ``last`` may be used."""
        at_hand = sum(
            amount for vintage, amount in self._by_vintage.items() if first <= vintage <= last
        )
        booked = {
            kind: sum(one.amount for one in self._of("allowance", kind) if one.vintage == year)
            for kind in _ALLOCATION
        }
        used = {
            name: sum(one.amount for one in self._of(name, "surrender") if one.for_year == year)
            for name in ("allowance", "ccer")
        }
        return Held(
            held_t=at_hand,
            booked_t=sum(
                amount if movement_kinds()[kind].to_account is Account.HELD else -amount
                for kind, amount in booked.items()
            ),
            preallocated_t=booked["pre_allocation"],
            surrendered_t=used["allowance"],
            ccer_surrendered_t=used["ccer"],
            ccer_held_t=max(self._ccer, 0.0),
        )

    def set_aside(self, amount: float, ccer: float, first: int, last: int) -> None:
        """Take so many allowances of these vintages, the oldest first, and so many CCER; what is
        not there is not taken.
        """
        self._ccer -= ccer
        for vintage, there in self._by_vintage.items():
            if first <= vintage <= last:
                taken = min(max(there, 0.0), amount)
                self._by_vintage[vintage] = there - taken
                amount -= taken

    def _of(self, instrument: str, kind: str) -> list[Movement]:
        return [one for one in self._moved if (one.instrument, one.kind) == (instrument, kind)]
