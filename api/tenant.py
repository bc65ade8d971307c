"""Whose question it is: a key of one enterprise sees and enters that enterprise's own only."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.problems import ProblemError

STATE = "tenant"  # where the key check leaves the enterprise whose key was given


async def _tenant(request: Request) -> str | None:
    tenant: str | None = getattr(request.state, STATE, None)
    return tenant


# The enterprise whose key asks; None for a key (or a service without keys) that may see all.
Tenant = Annotated[str | None, Depends(_tenant)]


def own(tenant: str | None, enterprise: str | None, field: str = "enterprise") -> str | None:
    """The enterprise to ask for: the tenant's own where there is one.

    Raises ProblemError (403) where a tenant names another.
    """
    if tenant is None or enterprise in (None, tenant):
        return tenant if enterprise is None else enterprise
    reason = f"this key is {tenant}'s, not {enterprise}'s"
    raise ProblemError(403, "key-of-another-enterprise", f"{field}: {reason}", [(field, reason)])


def of_the_park(tenant: str | None, field: str = "key") -> None:
    """Refuse (403) a key of one enterprise: the answer is of the park or of other enterprises."""
    if tenant is not None:
        reason = f"this key is {tenant}'s; what is asked for is the park's"
        raise ProblemError(403, "key-of-an-enterprise", f"{field}: {reason}", [(field, reason)])
