"""Single questions over HTTP to a service on this machine.

For each of its own, httpx first reads every certificate that the machine trusts. That takes thirty
times as long as the question, and keeps a core busy where a test looks again and again. No address
here is of TLS.
"""

from __future__ import annotations

import ssl
from functools import partial

import httpx

_TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

get = partial(httpx.get, verify=_TRUSTS_NOBODY)
post = partial(httpx.post, verify=_TRUSTS_NOBODY)
