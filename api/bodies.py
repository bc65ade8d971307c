"""How large a request's body may be: what is sent is held in memory while it is read."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 32 << 20  # the largest body of readings; the others are well below it


class BodyLimit:
    """Answers 413 where a body is larger than MOST_BYTES, before the rest of it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its body is counted as it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MOST_BYTES:
                raise HTTPException(413, f"payload: at most {MOST_BYTES:,} bytes; send it in parts")
            return message

        await self._app(scope, counted, send)
