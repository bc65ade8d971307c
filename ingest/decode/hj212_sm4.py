"""Data areas of HJ 212-2025 that are encrypted (sections 6.4.2 and annex A.2).

SM4 in ECB mode with a key of 16 bytes: every 16 characters of what is between ``CP=&&`` and the
last ``&&`` are a block, what is left over stays as it is. Length and CRC are made before, of the
plain data segment; the cipher text is as long. Read in a public transcription with the annex's own
examples (github.com/Daidai52640/cems-data-pipeline, src/protocol/hj212/crypto.py and
tests/protocol/hj212/test_vectors.json, commit 106a0a48); a second source agrees on algorithm, mode
and padding (an implementation note that quotes the section).
"""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

KEY_BYTES = 16
_BLOCK = 16
_PLAIN = re.compile(rb"[ -~]*")


def looks_encrypted(area: bytes | bytearray) -> bool:
    """Whether a data area, or its beginning, cannot be plain: a block of it is no ASCII.

    A plain one begins with ``DataTime=``, ``PolId=`` or the like; 16 bytes of cipher text are all
    printable once in seven million.
    """
    return len(area) >= _BLOCK and _PLAIN.fullmatch(area, 0, _BLOCK) is None


def decrypted(area: bytes, key: bytes) -> bytes:
    """The plain data area; anything where the key is not the right one."""
    whole = len(area) - len(area) % _BLOCK
    decryptor = Cipher(SM4(key), modes.ECB()).decryptor()
    return decryptor.update(area[:whole]) + decryptor.finalize() + area[whole:]
