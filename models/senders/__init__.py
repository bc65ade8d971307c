"""How well meters send: what was expected, what came, when; and what about it is out of order."""

from models.senders.clocks import clock_findings
from models.senders.days import SENDER_DAYS, LocalDays, sender_days
from models.senders.rules import RULES, Rules
from models.senders.standstill import still_hours, stuck

__all__ = [
    "RULES",
    "SENDER_DAYS",
    "LocalDays",
    "Rules",
    "clock_findings",
    "sender_days",
    "still_hours",
    "stuck",
]
