"""What a load would change: plain values, printable, and ready for JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from store.registry_db.kinds import RecordKind, Values
from store.registry_db.plain import plain, shown


class Action(StrEnum):
    """What happens to a record."""

    ADDED = "added"
    CORRECTED = "corrected"  # recorded wrongly: restates the past from its valid_from on
    CLOSED = "closed"  # a later version begins: this one ends there, the past stays as it is
    WITHDRAWN = "withdrawn"  # no longer holds, nothing of its identity takes its place


def action_of(old: Values, new: Values) -> Action:
    """Only an end where there was none, set by a later version: a change, not a correction."""
    differing = {name for name, value in new.items() if old[name] != value}
    if differing == {"valid_to"} and old["valid_to"] is None:
        return Action.CLOSED
    return Action.CORRECTED


SIGNS = {Action.ADDED: "+", Action.CORRECTED: "~", Action.CLOSED: "|", Action.WITHDRAWN: "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change; ``old`` is superseded, ``new`` recorded; either may be missing."""

    kind: RecordKind
    action: Action
    old: Values | None
    new: Values | None

    @property
    def identity(self) -> tuple[object, ...]:
        """Which record it is."""
        values = self.new if self.new is not None else self.old
        assert values is not None
        return self.kind.identify(values)

    @property
    def fields(self) -> dict[str, tuple[object, object]]:
        """Old and new value of every field that differs; of a new record, all that have one."""
        old, new = self.old or {}, self.new or {}
        names = dict.fromkeys([*new, *old])
        return {
            name: (old.get(name), new.get(name))
            for name in names
            if old.get(name) != new.get(name) and not (name in self.kind.identity and old and new)
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes of a load against version ``base`` of the registry (0: an empty database)."""

    base: int
    zone: ZoneInfo
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        """Whether anything would change."""
        return bool(self.changes)

    def of(self, action: Action) -> tuple[Change, ...]:
        """The changes of one kind of action."""
        return tuple(change for change in self.changes if change.action is action)

    @property
    def added(self) -> tuple[Change, ...]:
        """Records that are new."""
        return self.of(Action.ADDED)

    @property
    def corrected(self) -> tuple[Change, ...]:
        """Records of which something was recorded wrongly."""
        return self.of(Action.CORRECTED)

    @property
    def closed(self) -> tuple[Change, ...]:
        """Versions that end because a later one begins."""
        return self.of(Action.CLOSED)

    @property
    def withdrawn(self) -> tuple[Change, ...]:
        """Records that no longer hold."""
        return self.of(Action.WITHDRAWN)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Number of changes by kind of record and action."""
        found = Counter((change.kind.name, change.action.value) for change in self.changes)
        counts: dict[str, dict[str, int]] = {}
        for (kind, action), count in found.items():
            counts.setdefault(kind, {})[action] = count
        return counts

    def lines(self) -> list[str]:
        """One line a change: sign, record, and for a correction its fields old -> new."""
        return [self._line(change) for change in self.changes]

    def as_json(self) -> dict[str, Any]:
        """The same for a program; times are RFC 3339 with the park's offset."""
        return {
            "base": self.base,
            "counts": self.counts,
            "changes": [
                {
                    "kind": change.kind.name,
                    "action": change.action.value,
                    "identity": {
                        name: plain(value, self.zone)
                        for name, value in zip(change.kind.identity, change.identity, strict=True)
                    },
                    "fields": {
                        name: {"old": old, "new": new}
                        for name, (old, new) in self._shown(change).items()
                    },
                }
                for change in self.changes
            ],
        }

    def _line(self, change: Change) -> str:
        named = zip(change.kind.identity, change.identity, strict=True)
        parts = [
            f"from {self._text(value)}" if name == "valid_from" else self._text(value)
            for name, value in named
            if not (name == "valid_from" and value is None)
        ]
        head = f"{SIGNS[change.action]} {change.kind.name} {' '.join(parts)}"
        if change.action in (Action.ADDED, Action.WITHDRAWN):
            return f"{head} {change.action}"
        fields = ", ".join(
            f"{name} {self._text(old)} -> {self._text(new)}"
            for name, (old, new) in self._shown(change).items()
        )
        return f"{head} {change.action}: {fields}"

    def _shown(self, change: Change) -> dict[str, tuple[object, object]]:
        """The differing fields; of a secret one not what it was nor what it is."""
        fields, secret = change.fields, change.kind.secret
        old = shown({name: pair[0] for name, pair in fields.items()}, secret, self.zone)
        new = shown({name: pair[1] for name, pair in fields.items()}, secret, self.zone)
        return {name: (old[name], new[name]) for name in fields}

    def _text(self, value: object) -> str:
        shown = plain(value, self.zone)
        return "(empty)" if shown in (None, "") else str(shown)
