"""One rejection explained: its reason, what the registry says now, what a replay would do."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.books import Books
from ledger.reasons import ADVICE, Advice
from ledger.rejections import Rejection, rejection
from ledger.replaying import Again, attempt_one
from models.errors import Reason
from models.registry import Registry
from store.registry_db import Replay, ReplayOutcome


@dataclass(frozen=True)
class Explained:
    """``registry`` says what is registered now; ``now`` is what a replay would do, only tried."""

    rejection: Rejection
    advice: Advice
    registry: str
    now: Replay
    verdict_zh: str
    verdict_en: str


def explained(books: Books, again: Again, rejection_id: int) -> Explained:
    """Raises KeyError where there is no rejection of that id."""
    found = rejection(books, rejection_id)
    row = found.about.iloc[0]
    now = attempt_one(books, again, rejection_id)
    registry = _registered(books.registry(), row["enterprise"], row["meter"])
    state = str(row["state"])
    zh, en = _verdict(now, found.replay if state == "replayed" else None)
    return Explained(found, ADVICE[Reason(row["reason"])], registry, now, zh, en)


def _registered(registry: Registry, enterprise: str | None, meter: str | None) -> str:
    """What the registry says of the enterprise and the meter addressed."""
    if enterprise is None:
        return "no enterprise was addressed"
    if enterprise not in registry.enterprise_by_code:
        return f"enterprise {enterprise} is not registered"
    if meter is None:
        return f"enterprise {enterprise} is registered; no single meter was addressed"
    key = registry.key_of.get((enterprise, meter))
    if key is None:
        return f"enterprise {enterprise} is registered, meter {enterprise}/{meter} is not"
    versions = [
        f"{one.quantity} in {one.unit}, valid from "
        + ("ever" if one.valid_from is None else one.valid_from.isoformat())
        + (" on" if one.valid_to is None else f" to {one.valid_to.isoformat()}")
        for one in registry.meters
        if one.key == key
    ]
    return f"meter {enterprise}/{meter} is registered: {'; '.join(versions)}"


def _verdict(now: Replay, replayed: Replay | None) -> tuple[str, str]:
    if replayed is not None:
        at = "" if replayed.replayed_at is None else replayed.replayed_at.isoformat()
        return (
            f"已于 {at} 由 {replayed.replayed_by} 重放：{replayed.outcome}。",
            f"It was replayed at {at} by {replayed.replayed_by}: {replayed.outcome}.",
        )
    if now.outcome == ReplayOutcome.ACCEPTED:
        return (
            f"现在重放将接受 {now.accepted} 条读数（{now.duplicates} 条已有）。",
            f"A replay would accept {now.accepted} readings now ({now.duplicates} are there "
            "already).",
        )
    if now.outcome == ReplayOutcome.SUPERSEDED:
        return (
            "同一表计同一时间已收到更新的数据，重放不会改变任何内容。",
            "Newer data of the same meter and time has come since: a replay would change nothing.",
        )
    if now.outcome == ReplayOutcome.PARTLY:
        return (
            f"现在重放将接受 {now.accepted} 条，仍拒收 {now.refused} 条：{now.detail}",
            f"A replay would accept {now.accepted} readings now and still refuse {now.refused}: "
            f"{now.detail}",
        )
    if now.outcome == ReplayOutcome.REFUSED:
        return (
            f"现在重放仍会被拒收（{now.reason}）：{now.detail}",
            f"A replay would be refused still ({now.reason}): {now.detail}",
        )
    return (f"无法重放：{now.detail}", f"It cannot be replayed: {now.detail}")
