"""The items of a JSON message as its sender wrote them, byte for byte."""

from __future__ import annotations

import re

_SPACE = b" \t\r\n"  # what JSON calls white space
_BOM = b"\xef\xbb\xbf"
# Texts are stepped over as a whole, so that no bracket or comma in them counts. UTF-8 has these
# letters nowhere but where they are meant.
_SIGN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]', re.DOTALL)


def items(payload: bytes) -> list[bytes]:
    """The bytes of each item of a list; the whole payload as the only one where it is no list.

    For payloads that decode. One pass that neither nests nor reads numbers: it cannot fail where
    the decoder did not, however deep the items or long their numbers are.
    """
    if not payload.removeprefix(_BOM).lstrip(_SPACE).startswith(b"["):
        return [payload]
    found: list[bytes] = []
    depth = begin = 0
    for sign in _SIGN.finditer(payload):
        letter = sign[0]
        if letter in (b"[", b"{"):
            depth += 1
            if depth == 1:
                begin = sign.end()
        elif letter in (b"]", b"}"):
            depth -= 1
            if depth == 0:
                last = payload[begin : sign.start()].strip(_SPACE)
                return [*found, last] if last else found
        elif letter == b"," and depth == 1:
            found.append(payload[begin : sign.start()].strip(_SPACE))
            begin = sign.end()
    return found
