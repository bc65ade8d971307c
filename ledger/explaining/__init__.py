"""How a figure unfolds: the parts of ledger.explain."""
