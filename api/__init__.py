"""The HTTP API: one router file a noun; every figure comes from the ledger."""
