"""Chapter 5: what a reader must know besides: what was left out and why, what stands on old or
unchecked factors, how totals were made.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.document import Chapter, Column, Points, Row, Table
from reports.inventory.cells import enterprise_column
from reports.inventory.facts import Facts, share
from reports.render.shown import shown

_UNCHECKED = "from memory"


def remarks(facts: Facts, absent: Sequence[str]) -> Chapter:
    """Chapter 5. ``absent`` are the kinds of sources of which there is nothing."""
    words = facts.words
    blocks: list[Points | Table] = [Points(_points(facts, absent))]
    left = facts.found.left_out
    if left.empty:
        blocks.append(Points([words("left_none")]))
    else:
        blocks.append(_left_out(facts))
    return Chapter(words("remarks_name"), words("remarks_title"), blocks)


def _points(facts: Facts, absent: Sequence[str]) -> list[str]:
    words, rows = facts.words, facts.found.rows
    told = []
    if facts.is_partial:
        told.append(words("remark_partial", end=facts.local(facts.end)))
    told += [
        words("remark_coverage", coverage=shown(share(facts.whole["coverage"]))),
        words("remark_estimated", estimated=shown(share(facts.whole["estimated_share"]))),
    ]
    if absent:
        told.append(words("remark_absent", kinds=words("list").join(absent)))
    chosen = facts.choices
    earlier = chosen[chosen["factor_match"].str.endswith("_earlier")]
    if len(earlier):
        names = words("list").join(dict.fromkeys(earlier["factor_id"]))
        told.append(words("remark_earlier", factors=names))
    unchecked = chosen[chosen["factor_status"] == _UNCHECKED]
    if len(unchecked):
        names = words("list").join(dict.fromkeys(unchecked["factor_id"]))
        told.append(words("remark_unverified", factors=names))
    if (rows["basis"] == "market").any():
        told.append(words("remark_market"))
        if facts.whole["scope2_market_co2e_t"] is None:
            told.append(words("remark_market_unknown"))
    if rows["category"].str.startswith("exported_").any():
        told.append(words("remark_exports"))
    told.append(words("remark_rounding"))
    if facts.enterprise is not None and facts.enterprise.ets_sector:
        told.append(words("remark_ets", sector=facts.enterprise.ets_sector))
    return told


def _left_out(facts: Facts) -> Table:
    """What has the same reason in the same enterprise stands in one row."""
    words, names = facts.words, ["enterprise", "reason"]
    columns = [
        *enterprise_column(facts),
        Column("what", words("left_what"), 6.5),
        Column("reason", words("left_reason"), 6.5),
    ]
    left = facts.found.left_out.sort_values([*names, "meter"])
    written = [
        Row(
            {
                "enterprise": facts.enterprise_name(str(enterprise)),
                "what": words("list").join(dict.fromkeys(of["meter"])),
                "reason": words.reason(str(reason)),
            }
        )
        for (enterprise, reason), of in left.groupby(names, sort=False)
    ]
    return Table("left_out", words("left_table"), columns, written)
