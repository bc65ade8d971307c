"""Words of reports, by language: data files beside this one, and a report's own in its folder."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from models.quantities import quantities

Language = Literal["zh"]


@dataclass(frozen=True)
class Texts:
    """What codes and keys are called. A key that has no text is a KeyError that names it."""

    texts: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    reasons: Mapping[re.Pattern[str], str]
    sources: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, ``{name}`` filled in."""
        return self.texts[key].format(**values)

    def code(self, kind: str, code: str | None) -> str:
        """What a code of a closed list is called; nothing is an empty text."""
        return "" if code is None else self.codes[kind][code]

    def unit(self, unit: str) -> str:
        """A unit of an operand; one that is the same in every language as it is."""
        return self.codes["unit"].get(unit, unit)

    def reason(self, reason: str) -> str:
        """Why something was left out; a reason that no pattern knows is told as it is."""
        for pattern, text in self.reasons.items():
            found = pattern.fullmatch(reason)
            if found is not None:
                told = found.groupdict()
                if "quantity" in told:
                    told["quantity"] = quantities()[told["quantity"]].name_zh
                for name in ("kind", "carrier"):
                    if name in told:
                        told[name] = self.codes[name].get(told[name], told[name])
                return text.format(**told)
        return reason

    def source(self, source: str) -> str:
        """A source or clause as factor files cite it; one without a translation as it is."""
        return self.sources.get(source, source)


@cache
def texts(report: str, language: Language = "zh") -> Texts:
    """The words that all reports share, and those of one (the name of its folder)."""
    shared = _yaml("texts", language)
    own = _yaml(report, language)
    path = files("reports") / "texts" / f"sources_{language}.csv"
    sources = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return Texts(
        texts={**shared["texts"], **own["texts"]},
        codes=shared["codes"],
        reasons={re.compile(one["pattern"]): one["text"] for one in shared["reasons"]},
        sources={row["source"]: row["text"] for row in sources},
    )


def _yaml(folder: str, language: Language) -> dict[str, Any]:
    path = files("reports") / folder / f"{language}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
