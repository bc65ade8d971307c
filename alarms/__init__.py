"""Alarms: conditions that the ledger's answers show, one life cycle for all, and the ways out."""
