"""Products against their quotas of energy and water."""

from __future__ import annotations

from ledger.assessing.facts import Facts, Product, accounts_reason
from ledger.assessing.told import Told, of_no_concern, unknown, worst_of
from models.progress.assessment.quotas import (
    Kind,
    Quota,
    QuotaError,
    adjusted,
    place,
    quota_in,
    specific_use,
)
from models.progress.assessment.score import Measured

KG_PER_T, KWH_PER_MWH = 1000.0, 1000.0
BINDING = 3.0  # the place of level 3, the limit that binds
_CRITERION: dict[Kind, str] = {"energy": "energy_quota", "water": "water_quota"}


def against_quota(facts: Facts, code: str, year: int, kind: Kind) -> Told:
    """The worst product of the enterprise, by its place between the levels of its quota.

    A product's own use is what was entered for it; where there is but one product, all that the
    enterprise used is its. With several, what is not told apart is unknown; so is the criterion,
    unless another product is beyond level 3. Products of which none was made have no use per one.
    """
    criterion = _CRITERION[kind]
    entered = facts.products(code, year)
    made = [one for one in entered if one.amount != 0]
    judged = [(one, quota) for one in made if (quota := quota_in(kind, one.code, year)) is not None]
    if not judged:
        none = [one for one in entered if quota_in(kind, one.code, year) is not None]
        return of_no_concern(criterion, "no_product_made" if none else "no_product_with_quota")
    every = [
        _against(criterion, one, quota, _use(facts, code, year, one, quota, alone=len(made) == 1))
        for one, quota in judged
    ]
    known = [one for one in every if one.measured.at is not None]
    return worst_of(known, [one for one in every if one.measured.at is None], BINDING)


def _against(criterion: str, one: Product, quota: Quota, used: tuple[float | None, str]) -> Told:
    use, reason = used
    if use is None:
        return unknown(criterion, reason, missing=one.code)
    try:
        stated = {} if one.clinker_pct is None else {"clinker_pct": one.clinker_pct}
        own = adjusted(quota, **stated)
        value = specific_use(use, one.amount)
    except QuotaError:
        reason = "amount_negative" if use < 0 else "no_product_made"
        return unknown(criterion, reason, missing=one.code)
    return Told(
        Measured(criterion, value, own.levels[2], place(own, value)), own.unit, "quota", one.code,
        source=one.source, quota=own,
    )  # fmt: skip


def _use(
    facts: Facts, code: str, year: int, one: Product, quota: Quota, *, alone: bool
) -> tuple[float | None, str]:
    """What went into a product, in the numerator of the quota's unit; with None the reason."""
    if quota.counts == "electricity":
        scale = 1.0 if quota.unit == "kWh/kWh" else KWH_PER_MWH  # of MWh per MWh nothing is scaled
        own = one.electricity_mwh
        return (None, "electricity_not_entered") if own is None else (own * scale, "")
    if quota.counts == "comprehensive":
        row = facts.year(code, year)
        whole = None if row is None else row["energy_tce_calorific"]
        use, reason = _own_or_whole(one.energy_tce, whole, accounts_reason(row), alone=alone)
        return None if use is None else use * KG_PER_T, reason
    if quota.counts == "water":
        whole = facts.water_intake(code, year) if one.water_m3 is None and alone else None
        return _own_or_whole(one.water_m3, whole, "water_unknown", alone=alone)
    return None, "use_not_entered"


def _own_or_whole(
    own: float | None, whole: float | None, reason: str, *, alone: bool
) -> tuple[float | None, str]:
    """What was entered for the product, or all of the enterprise's where it is its only one."""
    if own is not None:
        return own, ""
    if not alone:
        return None, "not_told_apart"
    return whole, "" if whole is not None else reason
