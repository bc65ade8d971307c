"""The embedded store: one DuckDB file, opened by one process."""

from store.duckdb_store.facade import DuckDBStore

__all__ = ["DuckDBStore"]
