"""The tables of categories and methods, against the functions that they describe."""

from __future__ import annotations

import ast
import inspect
import math
import operator
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.carbon.categories import Counted, categories, category
from models.carbon.methods import method, methods

STATUSES = ("verified", "verified-secondary", "from memory")

ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def by_expression(text, operands):
    """The published arithmetic, evaluated without the functions."""

    def value(node):
        if isinstance(node, ast.BinOp):
            return ARITHMETIC[type(node.op)](value(node.left), value(node.right))
        return operands[node.id] if isinstance(node, ast.Name) else node.value

    return value(ast.parse(text, mode="eval").body)


numbers = st.floats(-1e6, 1e6, allow_subnormal=False)


@pytest.mark.parametrize("code", methods())
@given(values=st.lists(numbers, min_size=8, max_size=8))
def test_a_function_computes_what_its_expression_says(code, values):
    one = method(code)
    operands = dict(zip(one.inputs, values, strict=False))
    found = one.gas_t({name: np.array([value]) for name, value in operands.items()})
    wanted = by_expression(one.expression, operands)
    # Where terms of a difference all but cancel, what is left is the rounding of either.
    largest = max((abs(value) for value in values), default=0.0) or 1.0
    assert found[0] == pytest.approx(wanted, rel=1e-12, abs=1e-12 * largest**2)


@pytest.mark.parametrize("code", methods())
def test_an_unknown_amount_stays_unknown(code):
    one = method(code)
    operands = {name: np.array([1.0]) for name in one.inputs} | {"amount": np.array([math.nan])}
    assert np.isnan(one.gas_t(operands))[0]


@pytest.mark.parametrize("code", methods())
def test_expression_function_and_operands_have_the_same_names(code):
    one = method(code)
    names = {node.id for node in ast.walk(ast.parse(one.expression)) if isinstance(node, ast.Name)}
    assert names == set(one.inputs)
    module, _, name = one.function.partition(":")
    function = getattr(import_module(module), name)
    assert tuple(inspect.signature(function).parameters) == one.inputs
    documents = [part.strip().split("-V01")[0] for part in one.source.split(";")]
    assert any(document in " ".join(function.__doc__.split()) for document in documents)


def test_every_method_is_described_whole():
    for one in methods().values():
        told = (one.name_zh, one.name_en, one.formula, one.clause, one.source)
        assert all(told), one.code
        assert one.status in STATUSES, one.code
        assert one.gas in ("CO2", "CH4", "any", "none"), one.code
        assert all(operand.unit and operand.name_zh for operand in one.operands), one.code
        # A gas other than CO2 needs its warming potential, CO2 never does.
        has_gwp = "gwp" in {operand.name for operand in one.operands}
        assert has_gwp == (one.gas in ("CH4", "any")), one.code


def test_steel_has_no_oxidation_term():
    """CETS-AG-03.01-V01-2024, equation (1); the other fuels' equation (3) has one."""
    assert "oxidation" not in method("combustion_no_oxidation").inputs
    assert "oxidation" in method("combustion").inputs


def test_categories_are_the_closed_list():
    """Three scopes with GHG Protocol's fifteen of scope 3; what is deducted has a minus sign."""
    by_scope = {
        scope: [one.code for one in categories().values() if one.scope == scope]
        for scope in (1, 2, 3, None)
    }
    assert by_scope[3] == [f"scope3_{number}" for number in range(1, 16)]
    assert by_scope[2] == [
        "purchased_electricity", "purchased_heat", "exported_electricity", "exported_heat",
    ]  # fmt: skip
    assert by_scope[None] == [
        "biogenic_combustion", "sink", "self_generation",
        "solid_waste_generated", "solid_waste_reused", "solid_waste_reused_stock",
        "solid_waste_disposed", "solid_waste_disposed_stock", "solid_waste_stored",
        "water_intake", "water_supplied", "water_reused", "water_discharged",
    ]  # fmt: skip
    balances = [one.code for one in categories().values() if one.counted is Counted.BALANCE]
    assert balances == by_scope[None][3:]
    negative = {one.code for one in categories().values() if one.sign == -1}
    assert negative == {
        "carbon_in_products", "co2_recovered", "exported_electricity", "exported_heat", "sink",
    }  # fmt: skip
    assert category("sink").counted is Counted.MEMO
    assert category("self_generation").counted is Counted.ENERGY


def test_unknown_names_are_refused_with_the_list():
    with pytest.raises(KeyError, match=r"burning.*stationary_combustion"):
        category("burning")
    with pytest.raises(KeyError, match=r"guess.*combustion_no_oxidation"):
        method("guess")
