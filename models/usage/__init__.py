"""Readings to hourly usage: where energy is conserved."""

from __future__ import annotations

from models.usage.hourly import UsageResult, hourly_usage
from models.usage.tables import FINDINGS, NEW_USAGE

__all__ = ["FINDINGS", "NEW_USAGE", "UsageResult", "hourly_usage"]
