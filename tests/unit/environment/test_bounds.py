"""Which limits of the standards hold at an outlet, as concentrations and as rates."""

from __future__ import annotations

from ledger.discharging.bounds import limits
from models.registry import Cluster, Enterprise, Park, Registry
from models.registry.points import Medium, PermitKind, Point

STACK = Point(
    "mill", "DA001", Medium.WASTE_GAS, "烟囱", "stack",
    limit_classes=("GB16297-1996/new", "GB16297-1996/new/rate-15m"),
)  # fmt: skip
REGISTRY = Registry(
    park=Park("p", "园区", "Park", "吉林", "东北"),
    clusters=(Cluster("c", "甲", "One"),),
    enterprises=(Enterprise("mill", "钢厂", "Mill", "c"),),
    points=(STACK,),
)


def test_a_rate_of_a_standard_is_judged_by_mass():
    """GB 16297-1996 table 2, SO2: 550 mg/m3, and 2.6 kg/h from a stack of 15 m."""
    found = {(one.kind, one.value, one.unit) for one in limits(REGISTRY, STACK, "a21026")}
    assert found == {
        (PermitKind.CONCENTRATION, 550.0, "mg/m3"),
        (PermitKind.RATE, 2.6, "kg/h"),
    }


def test_the_rule_says_so_in_words():
    (rate,) = [one for one in limits(REGISTRY, STACK, "a21026") if one.kind is PermitKind.RATE]
    assert "排放速率" in rate.rule_zh
    assert "2.6 kg/h" in rate.rule_en
