"""A figure as a tree: what it is made of, by which formula, and where each operand comes from.

Nodes unfold when asked, so that the tree of a park's year costs what is looked at. A program that
knows the operations recomputes every value from its leaves (``verify/recompute.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from models.errors import CarbonpeakError

Op = Literal["sum", "total", "product", "difference", "quotient", "minimum", "constant", "reading"]

MAX_NODES = 20_000  # of one answer, a table's hour counting as a tenth; about 15 MB of JSON
DEEPEST = 20  # more levels than there are


class ExplainError(CarbonpeakError):
    """A figure that cannot be unfolded so; ``field`` is at fault."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Node:
    """One figure. ``key`` tells it from its siblings; ids are keys joined by ``/`` from the root.

    ``unfold`` gives the operands of ``op`` (None: a leaf). ``hours`` is the table of a day, rows
    [hour, amount, estimated, coverage], in whose place an operand with the same ``hour`` may stand;
    those are given only where they are asked for.
    """

    key: str
    title: str
    title_zh: str
    op: Op
    value: float | None
    unit: str
    formula: str | None = None
    clause: str | None = None
    source: Mapping[str, Any] | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    unfold: Callable[[], Sequence[Node]] | None = None
    hours: Sequence[Sequence[Any]] | None = None
    hour: str | None = None


def constant(
    key: str, title: str, title_zh: str, value: float | None, unit: str, **more: Any
) -> Node:
    """A leaf."""
    return Node(key, title, title_zh, "constant", value, unit, **more)


def at_path(root: Node, path: str) -> tuple[Node, str]:
    """The node of an id, and the id of its parent ("" of the root).

    Raises ExplainError that names what is there instead.
    """
    keys = [part for part in path.split("/") if part]
    if keys and keys[0] == root.key:
        keys = keys[1:]
    node, above = root, ""
    for key in keys:
        above = f"{above}/{node.key}" if above else node.key
        below = [] if node.unfold is None else list(node.unfold())
        found = next((one for one in below if one.key == key), None)
        if found is None:
            names = ", ".join(one.key for one in below[:40]) or "nothing: it is a leaf"
            raise ExplainError("path", f"{key!r} is not below {above}; there is {names}")
        node = found
    return node, above


def plain(node: Node, *, depth: int, hours: Sequence[str] = (), above: str = "") -> dict[str, Any]:
    """A node as plain values, ``depth`` levels unfolded below it.

    ``hours`` (RFC 3339 starts in UTC) are unfolded to readings wherever they are met in a table.
    Raises ExplainError where that were more than MAX_NODES.
    """
    return _Writer(frozenset(hours)).write(node, depth, above)


class _Writer:
    def __init__(self, hours: frozenset[str]) -> None:
        self._hours = hours
        self._left = float(MAX_NODES)

    def write(self, node: Node, depth: int, above: str) -> dict[str, Any]:
        name = f"{above}/{node.key}" if above else node.key
        self._take(1 + len(node.hours or ()) / 10)
        written: dict[str, Any] = {
            "id": name,
            "title": node.title,
            "title_zh": node.title_zh,
            "op": node.op,
            "formula": node.formula,
            "clause": node.clause,
            "value": node.value,
            "unit": node.unit,
            "source": node.source,
            "evidence": dict(node.evidence),
        }
        if node.hour is not None:
            written["hour"] = node.hour
        below: Sequence[Node] | None = None
        if node.hours is not None:
            written["hours"] = list(node.hours)
            wanted = self._hours & {row[0] for row in node.hours}
            unfolded = node.unfold() if node.unfold is not None and wanted else ()
            below = [one for one in unfolded if one.hour in wanted]
            depth = DEEPEST  # an hour that is asked for unfolds whole
        elif node.unfold is not None and depth > 0:
            below = node.unfold()
        written["folded"] = node.unfold is not None and below is None
        written["operands"] = [self.write(one, depth - 1, name) for one in below or ()]
        return written

    def _take(self, nodes: float) -> None:
        self._left -= nodes
        if self._left < 0:
            raise ExplainError(
                "depth", f"more than {MAX_NODES:,} nodes: name a path, or unfold fewer levels"
            )
