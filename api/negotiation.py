"""Which form an answer takes: JSON, or CSV where the client prefers it (RFC 9110, 12.5.1)."""

from __future__ import annotations

from enum import StrEnum

from api.problems import ProblemError


class Form(StrEnum):
    """The forms of a list answer, in the order of our own preference."""

    JSON = "application/json"
    CSV = "text/csv"


def _ranges(accept: str) -> dict[str, float]:
    """Media ranges of an Accept header with their quality; parameters other than q play no part."""
    ranges: dict[str, float] = {}
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if media:
            ranges[media] = max(quality, ranges.get(media, 0.0))
    return ranges


def form(accept: str | None) -> Form:
    """The form that the client likes best; JSON where it has no preference.

    Raises ProblemError (406) where it takes none of ours.
    """
    ranges = _ranges(accept or "*/*") or {"*/*": 1.0}
    liking = {}
    for candidate in Form:
        main = candidate.value.partition("/")[0]
        wanted = (candidate.value, f"{main}/*", "*/*")  # the most specific range rules
        liking[candidate] = next((ranges[name] for name in wanted if name in ranges), 0.0)
    best = max(liking, key=lambda candidate: liking[candidate])
    if liking[best] == 0.0:
        offered = " or ".join(Form)
        raise ProblemError(406, "not-acceptable", f"Accept: {accept!r} leaves out {offered}")
    return best
