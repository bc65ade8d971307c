"""What a database's own errors mean to its user, in one line and without a password."""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from models.errors import CarbonpeakError
from store.registry_db.address import name_of

BUSY_S = 30  # how long a writer waits for another process's transaction

_NOT_ALLOWED = "42501"  # SQLSTATE insufficient_privilege
_LOCK_TIMEOUT = "55P03"  # SQLSTATE lock_not_available


class RegistryServerError(CarbonpeakError):
    """The server of the registry's database cannot be reached, or refuses what we want of it."""

    def __init__(self, what: str, address: URL, error: DBAPIError) -> None:
        # Its first line says it; the others give advice, or repeat it for every address tried.
        said = str(error.orig).partition("\n")[0].rpartition(" failed: ")[2]
        super().__init__(f"registry: {what} {name_of(address)}: {' '.join(said.split())}")


class RegistryBusyError(CarbonpeakError):
    """Another process was writing for as long as we waited; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            f"registry: another process has been writing for {BUSY_S} s; nothing was written"
        )


def is_unreachable(error: DBAPIError) -> bool:
    """Whether no server could be asked. One that asked for our password and then said no, could.

    (The driver hands over no code for a refused connection, and its text is in the server's
    language.)
    """
    if not isinstance(error, OperationalError):
        return False
    asked = getattr(getattr(error.orig, "pgconn", None), "used_password", False)
    return _sqlstate(error) is None and not asked


def explained(address: URL, error: DBAPIError) -> CarbonpeakError | None:
    """The same for a user; None where it is a fault of the program."""
    if address.get_backend_name() == "sqlite":
        is_busy = getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
        return RegistryBusyError() if is_busy else None
    if _sqlstate(error) == _LOCK_TIMEOUT:
        return RegistryBusyError()
    if _sqlstate(error) == _NOT_ALLOWED:
        return RegistryServerError("too few rights at", address, error)
    if error.connection_invalidated or is_unreachable(error):
        return RegistryServerError("no connection to", address, error)
    if isinstance(error, OperationalError) and _sqlstate(error) is None:
        return refused(address, error)
    return None


def refused(address: URL, error: DBAPIError) -> RegistryServerError:
    """A connection that the server, or the driver before it, does not allow."""
    return RegistryServerError("refused by", address, error)


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
