"""Formulas of virtual meters: parsed by Python's own parser, units checked, evaluated on columns.

A formula names meters of its enterprise by their codes in quotes: ``'EL-00' - 'PV-01'``. It knows
numbers, + - * / and parentheses, and the functions of ``formula_functions``. Nothing of it is ever
executed as Python: a closed list of nodes is walked.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import CarbonpeakError, UnitError
from models.units import Measure, dimensionless, measure
from models.usage.formula_functions import FUNCTIONS, Function
from models.usage.series import Floats

MAX_SIGNS = 1_000
MAX_NODES = 200

Values = Mapping[str, Floats]
Evaluate = Callable[[Values], Floats]


class FormulaError(CarbonpeakError):
    """A formula that cannot be read, or whose units do not fit; the text says where."""


@dataclass(frozen=True)
class Formula:
    """A formula that can be read. ``operands`` are the codes of the meters that it names."""

    text: str
    tree: ast.expr
    operands: tuple[str, ...]


@dataclass(frozen=True)
class Compiled:
    """A formula whose units fit. ``evaluate`` takes a column for each operand, in its own unit, and
    gives one in the unit that was asked for; unknown (NaN) in, unknown out.
    """

    operands: tuple[str, ...]
    evaluate: Evaluate


@dataclass(frozen=True)
class _Part:
    """A part of a formula: its values are multiples of ``unit``.

    ``zeros`` is how many zero points of a temperature are added up in it: 1 of a temperature, 0 of
    a difference of two, None where that varies. ``number`` is the value of a mere number.
    """

    unit: Measure
    evaluate: Evaluate
    zeros: float | None = 0.0
    number: float | None = None


def parse(text: str) -> Formula:
    """Read a formula. Raises FormulaError that says what is not understood and where."""
    if len(text) > MAX_SIGNS:
        raise FormulaError(f"{len(text)} signs, at most {MAX_SIGNS} are read")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"{error.msg} at sign {error.offset}") from None
    except (ValueError, MemoryError, RecursionError):
        raise FormulaError("it cannot be read") from None
    nodes = sum(1 for _ in ast.walk(tree))
    if nodes > MAX_NODES:
        raise FormulaError(f"{nodes} parts, at most {MAX_NODES} are read")
    operands: dict[str, None] = {}
    _check(tree, operands)
    if not operands:
        raise FormulaError("it names no meter; a meter's code stands in quotes")
    return Formula(text, tree, tuple(operands))


def compiled(formula: Formula, units: Mapping[str, str], to: str) -> Compiled:
    """The formula for operands in ``units`` (by code) with a result in ``to``.

    Raises FormulaError where units do not fit, KeyError where the unit of an operand is missing.
    """
    part = _compile(formula.tree, units)
    try:
        scale, offset = part.unit.conversion(measure(to))
    except UnitError as error:
        raise FormulaError(f"its result is in {part.unit}, not in {to}: {error.why}") from None
    if offset:
        offset *= _temperature(part)
    evaluate = part.evaluate

    def result(values: Values) -> Floats:
        with np.errstate(all="ignore"):
            found = evaluate(values) * scale + offset
        return np.where(np.isfinite(found), found, np.nan)  # a division by zero is unknown

    return Compiled(formula.operands, result)


def _temperature(part: _Part) -> float:
    """1 of a temperature, 0 of a difference of temperatures, which has no zero point."""
    for zeros in (0.0, 1.0):
        if part.zeros is not None and math.isclose(part.zeros, zeros, abs_tol=1e-9):
            return zeros
    raise FormulaError("its result is neither a temperature nor a difference of temperatures")


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer beyond what a float holds
        return False


def _check(node: ast.expr, operands: dict[str, None]) -> None:
    """Only what a formula may hold; its operands are collected in their order."""
    match node:
        case ast.Constant(value=str(code)):
            operands[code] = None
        case ast.Constant(value=bool()):
            raise FormulaError(f"{node.value!r} is not a number")
        case ast.Constant(value=int() | float() as number) if _finite(number):
            pass
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right):
            _check(left, operands)
            _check(right, operands)
        case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
            _check(operand, operands)
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            if not FUNCTIONS[name].takes(len(arguments)):
                raise FormulaError(f"{name} takes {FUNCTIONS[name].arguments}")
            for argument in arguments:
                _check(argument, operands)
        case ast.Call(ast.Name(name)):
            raise FormulaError(f"no function {name!r}; there are {', '.join(sorted(FUNCTIONS))}")
        case ast.Name(name):
            raise FormulaError(f"{name!r} is not understood; a meter's code stands in quotes")
        case _:
            raise FormulaError(
                f"sign {node.col_offset + 1}: only meters, numbers, + - * /, parentheses and "
                f"functions ({', '.join(sorted(FUNCTIONS))}) are possible"
            )


def _compile(node: ast.expr, units: Mapping[str, str]) -> _Part:
    match node:
        case ast.Constant(value=str(code)):
            unit, scale, offset = measure(units[code]).absolute()

            def of_meter(values: Values) -> Floats:
                return values[code] * scale + offset

            return _Part(unit, of_meter, 1.0 if offset else 0.0)
        case ast.Constant(value=int() | float() as number):
            constant = float(number)
            return _Part(dimensionless(), lambda _: np.float64(constant), number=constant)  # type: ignore[arg-type,return-value]
        case ast.UnaryOp(sign, operand):
            inner = _compile(operand, units)
            if isinstance(sign, ast.UAdd):
                return inner
            zeros = None if inner.zeros is None else -inner.zeros
            negated = None if inner.number is None else -inner.number
            return _Part(inner.unit, lambda values: -inner.evaluate(values), zeros, negated)
        case ast.BinOp(left, operation, right):
            return _binary(_compile(left, units), operation, _compile(right, units))
        case ast.Call(ast.Name(name), arguments):
            return _call(FUNCTIONS[name], [_compile(one, units) for one in arguments])
    raise AssertionError("checked when it was parsed")


def _binary(left: _Part, operation: ast.operator, right: _Part) -> _Part:
    one, other = left.evaluate, right.evaluate
    zeros, number = _zeros(left, operation, right), _number(left, operation, right)
    if isinstance(operation, ast.Mult):
        return _Part(
            left.unit * right.unit, lambda values: one(values) * other(values), zeros, number
        )
    if isinstance(operation, ast.Div):
        return _Part(
            left.unit / right.unit, lambda values: one(values) / other(values), zeros, number
        )
    scale = _factor(right, left.unit, "added" if isinstance(operation, ast.Add) else "subtracted")
    if isinstance(operation, ast.Add):
        return _Part(left.unit, lambda values: one(values) + other(values) * scale, zeros, number)
    return _Part(left.unit, lambda values: one(values) - other(values) * scale, zeros, number)


def _zeros(left: _Part, operation: ast.operator, right: _Part) -> float | None:
    """What becomes of the zero points of two parts."""
    one, other = left.zeros, right.zeros
    if one is None or other is None:
        return None
    if isinstance(operation, ast.Add):
        return one + other
    if isinstance(operation, ast.Sub):
        return one - other
    if not one and not other:
        return 0.0
    if isinstance(operation, ast.Mult) and left.number is not None:
        one, right = other, left
    if right.number is None or right.number == 0:
        return None
    return one * right.number if isinstance(operation, ast.Mult) else one / right.number


def _number(left: _Part, operation: ast.operator, right: _Part) -> float | None:
    """The value of two mere numbers, which a temperature may be divided by."""
    if left.number is None or right.number is None:
        return None
    with np.errstate(all="ignore"):
        one, other = np.float64(left.number), np.float64(right.number)
        match operation:
            case ast.Add():
                found = one + other
            case ast.Sub():
                found = one - other
            case ast.Mult():
                found = one * other
            case _:
                found = one / other
    return float(found)


def _factor(part: _Part, to: Measure, what: str) -> float:
    try:
        return part.unit.conversion(to)[0]
    except UnitError:
        raise FormulaError(f"{part.unit} and {to} cannot be {what}") from None


def _call(function: Function, parts: Sequence[_Part]) -> _Part:
    expected = function.units
    if expected is None:  # as with min and max: all of one kind
        unit = parts[0].unit
        scales = [_factor(part, unit, "compared") for part in parts]
        alike = {part.zeros for part in parts}
        zeros = parts[0].zeros if len(alike) == 1 else None
    else:
        unit, zeros = measure(function.result), 0.0
        scales = []
        for part, wanted in zip(parts, expected, strict=False):
            try:
                scales.append(part.unit.conversion(measure(wanted).absolute()[0])[0])
            except UnitError:
                raise FormulaError(
                    f"{function.name}: {part.unit} stands where {wanted} belongs"
                ) from None
            if wanted == "K" and not _temperature(part):
                raise FormulaError(f"{function.name}: a difference where a temperature belongs")
    evaluators = [part.evaluate for part in parts]

    def call(values: Values) -> Floats:
        columns = [
            evaluate(values) * scale for evaluate, scale in zip(evaluators, scales, strict=True)
        ]
        return function.compute(*np.broadcast_arrays(*columns))

    return _Part(unit, call, zeros)
