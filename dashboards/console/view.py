"""Through whose eyes an answer is rendered: language, the park's clock, the enterprises' names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from dashboards.boards import Text
from dashboards.client import Answer
from dashboards.console import numbers, texts


@dataclass(frozen=True)
class View:
    """``now`` is the API's clock (UTC), ``zone`` the park's time zone."""

    language: str
    zone: ZoneInfo
    now: datetime
    names: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    points: Mapping[tuple[str, str], Text] = field(default_factory=lambda: MappingProxyType({}))
    pollutants: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def year(self) -> int:
        """The park's calendar year."""
        return self.now.astimezone(self.zone).year

    def say(self, text: Text) -> str:
        """A text in the viewer's language."""
        return text.in_language(self.language)

    def word(self, key: str, **values: object) -> str:
        """A word of the console in the viewer's language."""
        return texts.word(key, self.language, **values)

    def unit(self, code: str) -> str:
        """A unit as the viewer reads it."""
        return numbers.unit(code, self.language)

    def enterprise(self, code: object) -> str:
        """An enterprise's name, or its code where the registry does not know it."""
        text = self.names.get(str(code))
        return (self.say(text) if text else "") or str(code)

    def point(self, enterprise: object, code: object) -> str:
        """A monitoring point's name, or its code."""
        text = self.points.get((str(enterprise), str(code)))
        return (self.say(text) if text else "") or str(code)

    def pollutant(self, code: object) -> str:
        """A pollutant's name, or its code."""
        text = self.pollutants.get(str(code))
        return (self.say(text) if text else "") or str(code)

    def period(self, name: str) -> str:
        """A period's name as it is read: an hour without its offset, the others as they are."""
        day, _, hour = name.partition("T")
        return f"{day} {hour[:5]}" if hour else name

    def moment(self, text: str) -> str:
        """An instant of an answer in the park's time."""
        return numbers.moment(numbers.instant(text), self.zone)

    def age(self, text: str) -> str:
        """How long ago an instant of an answer was."""
        return numbers.age(numbers.instant(text), self.now, self.language)


def enterprise_names(answer: Answer) -> Mapping[str, Text]:
    """Names by code from the answer of ``/enterprises``."""
    return MappingProxyType(
        {
            row["code"]: Text(row.get("name_zh") or "", row.get("name_en") or "")
            for row in answer["items"]
        }
    )
