"""Main meters against what stands under them: the parts of ledger.balance."""
