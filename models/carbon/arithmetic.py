"""Arithmetic as data files print it: numbers, names, + - * / and parentheses, nothing else."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping

_MAX_SIGNS = 300
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(text: str, names: Mapping[str, float]) -> float:
    """The value of ``text`` with the values of its names.

    Raises ValueError for anything that is not such arithmetic, KeyError for an unknown name,
    ZeroDivisionError.
    """
    if len(text) > _MAX_SIGNS:
        raise ValueError(f"{len(text)} signs, at most {_MAX_SIGNS} are read")
    try:
        return _value(ast.parse(text.strip(), mode="eval").body, names)
    except SyntaxError as error:
        raise ValueError(f"{text!r} is no arithmetic: {error.msg}") from None


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=bool()):
            raise ValueError(f"{node.value!r} is not a number")
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(name):
            return names[name]
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, names)
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            result: float = _OPERATORS[type(sign)](_value(left, names), _value(right, names))
            return result
        case _:
            raise ValueError(f"{ast.unparse(node)!r} is not understood")
