"""Readings to hourly usage: where energy is conserved."""

from __future__ import annotations

from models.usage.hourly import UsageResult, hourly_usage
from models.usage.profiles import Profiles, profiles_of
from models.usage.tables import FINDINGS, NEW_USAGE

__all__ = [
    "FINDINGS",
    "NEW_USAGE",
    "Profiles",
    "UsageResult",
    "hourly_usage",
    "profiles_of",
]
