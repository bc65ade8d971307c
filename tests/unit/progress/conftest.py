"""The small park of the carbon tests, with figures of years that were entered."""

from __future__ import annotations

from tests.unit.carbon.conftest import Ledger, ledger

__all__ = ["Ledger", "ledger"]
