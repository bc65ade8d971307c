"""What changed since a freezing: the parts of ledger.restate."""
