"""Where the registry's database is: which URLs are taken, and how one is named in a message."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.errors import CarbonpeakError

_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
# A server that vanished without a word must be noticed: a running service asks every second.
_PATIENCE = {
    "connect_timeout": "10",  # s
    "keepalives_idle": "15",  # s
    "keepalives_interval": "5",  # s
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",  # ms
}


class RegistryAddressError(CarbonpeakError):
    """A URL that names no database of ours. It is not repeated: it may hold a password."""

    def __init__(self) -> None:
        super().__init__(
            "registry_url: neither postgresql+psycopg://user@host:port/database nor "
            "sqlite:///path (a password's @ : / ? # % are written %40 %3A %2F %3F %23 %25)"
        )


def parse_address(url: str, password: str | None = None) -> URL:
    """The address with the driver that we use; ``password`` is taken where ``url`` has none.

    Raises RegistryAddressError.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # of a port that is no number
        raise RegistryAddressError from None
    driver = _DRIVERS.get(address.drivername)
    # An @ in the host is the end of a password that was not written as a URL wants it.
    if driver is None or "@" in (address.host or ""):
        raise RegistryAddressError
    address = address.set(drivername=driver)
    if address.get_backend_name() == "sqlite":
        return address
    if not address.database:
        raise RegistryAddressError
    if address.password is None:
        address = address.set(password=password)
    return address.update_query_dict({**_PATIENCE, **address.query})


def name_of(address: URL) -> str:
    """Host, port and database of a server, without user and password."""
    host = address.host or address.query.get("host") or "the local socket"
    return f"{host}:{address.port or 5432}, database {address.database}"
