"""Green electricity certificates and contracts, and what of them is used up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

# A certificate is valid for two years (可再生能源绿色电力证书核发和交易规则, National Energy
# Administration 2024; verified-secondary). That the month of generation is the first: from memory.
VALID_MONTHS = 24


class CertificateKind(StrEnum):
    """What proves that electricity came from a renewable source."""

    GEC = "gec"  # tradable green electricity certificate
    GEC_NON_TRADABLE = "gec_non_tradable"  # issued for what its producer uses itself, among others
    GREEN_POWER_CONTRACT = "green_power_contract"


def month_number(month: str) -> int:
    """Months since the year 0 of "2026-03"; ValueError where it is none."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def month_text(number: int) -> str:
    """A month number as "2026-03"."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def months_of(period: str) -> range:
    """Month numbers of a period: one of "2026-03", twelve of "2026"."""
    if "-" in period:
        first = month_number(period)
        return range(first, first + 1)
    return range(int(period) * 12, int(period) * 12 + 12)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate (or a contract's delivery of one month) that an enterprise holds.

    ``id`` is the number it was issued with, ``generated`` the local month in which its electricity
    was generated ("2026-03"), ``technology`` the source (wind, solar ...). From the record of
    ``cancelled_on`` on it counts nowhere; as of a time before that record it still does.
    """

    id: str
    enterprise: str
    kind: CertificateKind
    technology: str
    generated: str
    amount_mwh: float
    evidence: str
    cancelled_on: date | None = None
    recorded_at: datetime | None = None

    @property
    def valid_months(self) -> range:
        """Month numbers (``month_number``) in which it may be used."""
        first = month_number(self.generated)
        return range(first, first + VALID_MONTHS)

    @property
    def counts(self) -> bool:
        """Whether uses of it count."""
        return self.cancelled_on is None


@dataclass(frozen=True, slots=True)
class CertificateUse:
    """MWh of a certificate used up for the electricity that its enterprise bought in ``period``.

    ``period`` is a local month "2026-03" or a year "2026".
    """

    certificate: str
    enterprise: str
    period: str
    amount_mwh: float
    recorded_at: datetime | None = None
