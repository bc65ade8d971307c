"""Errors that carry the decision: what is wrong, in which field, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an input was refused; a closed list (it is stored, published and documented)."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_ENTERPRISE = "unknown_enterprise"
    UNKNOWN_METER = "unknown_meter"
    WRONG_OWNER = "wrong_owner"
    BAD_TIME = "bad_time"
    BAD_VALUE = "bad_value"
    BAD_UNIT = "bad_unit"
    OUT_OF_RANGE = "out_of_range"
    BAD_CRC = "bad_crc"
    BAD_PASSWORD = "bad_password"
    UNSUPPORTED = "unsupported"


class CarbonpeakError(Exception):
    """Root of the errors that a user is told of in one clear line."""


class DecodeError(CarbonpeakError):
    """A message that cannot be read at all; the message is kept as one rejection."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class UnitError(CarbonpeakError):
    """Two units that do not measure the same thing, or a unit that is not known."""

    def __init__(self, unit: str, expected: str, why: str) -> None:
        super().__init__(f"unit: {unit!r} cannot be converted to {expected!r}: {why}")
        self.unit = unit
        self.expected = expected
        self.why = why


class FactorNotFoundError(CarbonpeakError):
    """No factor of the named sets fits what was sought; nothing outside the sets is mixed in."""

    def __init__(self, sought: str) -> None:
        super().__init__(f"no factor for {sought}")
        self.sought = sought


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a registry or data file: where it is and what is wrong there."""

    file: str
    row: int | None
    field: str
    detail: str

    def __str__(self) -> str:
        """One line: file:row field: detail."""
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        return f"{place} {self.field}: {self.detail}"


class FaultsError(CarbonpeakError):
    """All faults of all files at once; nothing was applied."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
