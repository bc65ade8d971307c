"""Alarms by webhook: a POST signed with a shared secret.

The signature is HMAC-SHA256 (RFC 2104) over the timestamp header, a full stop, and the body, so
that neither can be changed, nor an old message be sent again as new. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property

import httpx

from alarms.ways.message import message
from alarms.ways.way import DeliveryError
from store.registry_db.alarm_deliveries import Delivery

ANSWER_S = 10.0
SAID = 200  # characters of a refusal that are kept
TIMESTAMP, SIGNATURE, ID = (
    "X-Carbonpeak-Timestamp", "X-Carbonpeak-Signature", "X-Carbonpeak-Id",
)  # fmt: skip


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the signature header: "sha256=" and 64 hexadecimal digits."""
    signed = timestamp.encode("ascii") + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class WebhookWay:
    """Posts to ``url``; what answers with 2xx has taken it."""

    name = "webhook"
    has_digests = True

    def __init__(self, url: str, secret: str, now: Callable[[], datetime]) -> None:
        self._url = url
        self._secret = secret
        self._now = now

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """The machine's certificates, read at the first message and not for each."""
        return httpx.create_ssl_context()

    def is_ready(self) -> bool:
        """Always: only a request tells."""
        return True

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """One request; several deliveries are a digest."""
        told = [message(one.alarm, one.event) for one in deliveries]
        number = told[0]["id"] if len(told) == 1 else f"{told[0]['id']}..{told[-1]['id']}"
        body = json.dumps({"id": number, "alarms": told}, ensure_ascii=False).encode()
        timestamp = str(int(self._now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            ID: number,
            TIMESTAMP: timestamp,
            SIGNATURE: signature(self._secret, timestamp, body),
        }
        try:
            with httpx.stream(
                "POST",
                self._url,
                content=body,
                headers=headers,
                timeout=ANSWER_S,
                verify=self._context,
            ) as answer:
                if answer.is_success:
                    return
                said = next(answer.iter_text(SAID), "")  # no more of it, however long it is
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryError(f"{type(error).__name__}: {error}") from error
        said = "".join(one if one.isprintable() else " " for one in said)
        raise DeliveryError(f"answered {answer.status_code}: {said}")
