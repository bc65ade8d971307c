"""Arithmetic written as text, as a tree of nodes: the methods' expressions, virtual meters'."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from ledger.explaining.node import Node, Op, constant

_OPS: dict[type[ast.operator], Op] = {
    ast.Add: "sum",
    ast.Sub: "difference",
    ast.Mult: "product",
    ast.Div: "quotient",
}


def expression_node(
    text: str, operand: Callable[[str], Node | None], *, unit: str, key: str = "value"
) -> Node | None:
    """The node of an expression in names or quoted codes, numbers, ``+ - * /``, parentheses.

    ``operand`` gives the node of a name. None where the expression calls functions, where a name
    has no node, or where something is unknown. A chain of one operation becomes one node; inner
    nodes have no unit.
    """
    return _node(ast.parse(text.strip(), mode="eval").body, operand, unit, key)


def _node(
    tree: ast.expr, operand: Callable[[str], Node | None], unit: str, key: str
) -> Node | None:
    match tree:
        case ast.Constant(value=str(name)) | ast.Name(name):
            return operand(name)
        case ast.Constant(value=int() | float() as number):
            return constant(f"{key}:{number}", str(number), str(number), float(number), "")
        case ast.BinOp(left, operation, right) if type(operation) in _OPS:
            op = _OPS[type(operation)]
            parts = [_node(left, operand, "", f"{key}a"), _node(right, operand, "", f"{key}b")]
            if any(part is None or part.value is None for part in parts):
                return None
            first, second = (part for part in parts if part is not None)
            return _joined(op, (first, second), ast.unparse(tree), unit, key)
    return None


def _joined(op: Op, parts: tuple[Node, Node], text: str, unit: str, key: str) -> Node | None:
    first, second = parts
    operands = [first, second]
    # a * b * c and a / b / c (a - b - c too) read as one step; a * b / c stays two.
    if first.op == op and first.key.startswith(key) and first.unfold is not None:
        operands = [*first.unfold(), second]
    value = result(op, [one.value for one in operands])
    if value is None:
        return None
    unique = _named_apart(operands)
    return Node(key, text, text, op, value, unit, unfold=lambda: unique)


def _named_apart(operands: Sequence[Node]) -> list[Node]:
    """The same with keys that differ: a number may stand in an expression twice."""
    found: list[Node] = []
    for one in operands:
        taken = {other.key for other in found}
        key, number = one.key, 2
        while key in taken:
            key, number = f"{one.key}~{number}", number + 1
        found.append(one if key == one.key else replace(one, key=key))
    return found


def result(op: Op, values: Sequence[float | None]) -> float | None:
    """What an operation gives; unknown (None) where an operand is, but for sums."""
    known = [value for value in values if value is not None]
    if op == "sum":
        return math.fsum(known) if known else None
    if len(known) < len(values) or not values:
        return None
    if op == "product":
        return math.prod(known)
    if op == "total":
        return math.fsum(known)
    if op == "difference":
        return math.fsum([known[0], *(-one for one in known[1:])])
    return min(known) if op == "minimum" else _divided(known)


def _divided(values: Sequence[float]) -> float | None:
    value = values[0]
    for divisor in values[1:]:
        if divisor == 0:
            return None
        value /= divisor
    return value
