"""Findings of the usage arithmetic in Chinese: they are stored as they were written, in English."""

from __future__ import annotations

import re

# What is written (models.usage.counter) and how it is said; numbers stay as they stand.
SAID = (
    (r"from (\S+) to (\S+): the register fell, .*", r"表底由 \1 降为 \2，其间用量未知"),
    (r"from (\S+) to (\S+) over the register's end at (\S+)", r"表底由 \1 经满量程 \3 翻转为 \2"),
    (r"from (\S+) to (\S+): (\S+) an hour, counted", r"由 \1 变为 \2：每小时 \3，仍计入"),
    (r"(\S+) stands between (\S+) and (\S+)", r"\1 介于 \2 与 \3 之间，为孤立假值"),
    (r"old register ended at (\S+), new one began at (\S+)", r"旧表止码 \1，新表起码 \2"),
    (
        r"the register rose by (\S+) over a gap of (\S+) h, .*",
        r"\2 小时缺数期间表底增加 \1，未计入",
    ),
    (
        r"(\S+) of the typical day stand in over a gap of (\S+) h",
        r"\2 小时缺数期间以典型日 \1 替代",
    ),
)
_SAID = [(re.compile(pattern), said) for pattern, said in SAID]


def in_chinese(detail: str) -> str:
    """The detail of a finding in Chinese; one of another form as it is."""
    for pattern, said in _SAID:
        found = pattern.fullmatch(detail)
        if found is not None:
            return found.expand(said)
    return detail
