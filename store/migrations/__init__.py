"""Alembic migrations of the registry, run by ``RegistryDatabase.migrate``."""
