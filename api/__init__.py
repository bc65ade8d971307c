"""HTTP API: read-only nouns under /api/v1, every figure from a ledger function."""
