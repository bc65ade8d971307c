"""API keys: who may ask, who may also push readings, and keys of single enterprises.

The check stands before every route, so that a route added later is guarded too.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api import tenant as tenants

SCHEME = "key"
_ASKING = ("GET", "HEAD", "OPTIONS")
# Whose routes look at the tenant (api.tenant).
_OF_TENANTS = (
    "/activity",
    "/allowances",
    "/assessment",
    "/certificates",
    "/dual-control",
    "/peak",
    "/reports",
    "/rights",
    "/roadmap/measures",
    "/targets",
    "/titles",
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one service; without ``read`` and ``write`` it answers everybody.

    ``internal`` may ask, and belongs to this process: the console has it. ``enterprises`` has keys
    by the code of an enterprise: such a key sees and enters that one's activity records, sees its
    certificates, allowances, rights and reports, and nothing else.
    """

    read: str | None = field(default=None, repr=False)
    write: str | None = field(default=None, repr=False)
    internal: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    enterprises: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def any(self) -> bool:
        """Whether a key is needed."""
        return self.read is not None or self.write is not None or bool(self.enterprises)

    def enterprise_of(self, given: bytes) -> str | None:
        """The enterprise whose key it is; None where it is none's."""
        found = [code for code, key in self.enterprises.items() if _same(given, key)]
        return found[0] if found else None

    def may_push(self, given: bytes) -> bool:
        """Whether the key may push readings."""
        return self.write is not None and _same(given, self.write)

    def may_ask(self, given: bytes) -> bool:
        """Whether the key may ask."""
        return (
            self.may_push(given)
            or _same(given, self.internal)
            or (self.read is not None and _same(given, self.read))
        )


def _same(given: bytes, key: str) -> bool:
    return hmac.compare_digest(given, key.encode())


class KeyCheck:
    """Answers 401 or 403 where a request under ``prefix`` has no key that is good for it."""

    def __init__(self, app: ASGIApp, keys: Keys, prefix: str) -> None:
        self._app = app
        self._keys = keys
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] != "http" or not self._is_guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        given = _bearer(Request(scope).headers.get("authorization", ""))
        tenant = None if given is None else self._keys.enterprise_of(given)
        if tenant is not None and self._is_own(scope["path"]):
            scope.setdefault("state", {})[tenants.STATE] = tenant
            await self._app(scope, receive, send)
            return
        if tenant is not None:
            detail = f"authorization: a key of {tenant} reaches {', '.join(_OF_TENANTS)} only"
            refusal = problems.response(403, detail, kind="key-of-an-enterprise")
        elif given is None or not self._keys.may_ask(given):
            refusal = problems.response(
                401,
                "authorization: send 'Authorization: Bearer KEY' with a key of this service"
                if given is None
                else "authorization: no key of this service",
                kind="no-valid-key",
                headers={"WWW-Authenticate": 'Bearer realm="carbonpeak"'},
            )
        elif scope["method"] not in _ASKING and not self._keys.may_push(given):
            detail = "authorization: this key may ask; pushing needs the write key"
            refusal = problems.response(403, detail, kind="key-may-only-ask")
        else:
            await self._app(scope, receive, send)
            return
        await refusal(scope, receive, send)

    def _is_own(self, path: str) -> bool:
        inside = path.removeprefix(self._prefix)
        return any(inside == one or inside.startswith(f"{one}/") for one in _OF_TENANTS)

    def _is_guarded(self, path: str) -> bool:
        inside = path == self._prefix or path.startswith(f"{self._prefix}/")
        return inside and path != f"{self._prefix}/health"


def _bearer(header: str) -> bytes | None:
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        return None
    return key.strip().encode("latin-1")  # as it came: headers are read as Latin-1


def document(openapi: dict[str, Any], prefix: str) -> None:
    """Say in an OpenAPI document that every operation but health needs a key."""
    schemes = openapi.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes[SCHEME] = {
        "type": "http",
        "scheme": "bearer",
        "description": "The read key may ask, the write key may also push readings; an "
        "enterprise's key reaches its own activity records and certificates only.",
    }
    for path, operations in openapi.get("paths", {}).items():
        if path != f"{prefix}/health":
            for operation in operations.values():
                operation["security"] = [{SCHEME: []}]
