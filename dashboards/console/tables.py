"""Tables and ranked bars: carriers, enterprises, live readings, refusals, findings."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from dashboards.boards import COVERAGE, Panel, codes
from dashboards.client import Answer
from dashboards.console import numbers, texts
from dashboards.console.charts import carrier_colour
from dashboards.console.rows import Row, read, rows
from dashboards.console.view import View

NOTHING = Markup("")


def carriers(panel: Panel, answer: Answer, view: View) -> Markup:
    """The legend of the rings with its numbers: each carrier's amount and share by each field."""
    found = rows(panel.query, answer)
    if not found:
        return empty(view)
    measures = panel.fields[1:]
    totals = [sum(read(row, m.name) or 0 for row in found) for m in measures]
    head = Markup("").join(
        Markup('<th colspan="2">{} <small>{}</small></th>').format(
            view.word("emissions" if m.name == "co2e_t" else "energy"), view.unit(m.unit)
        )
        for m in measures
    )
    body = Markup("").join(
        Markup('<tr><th><i class="key" style="background:{}"></i>{}</th>{}</tr>').format(
            carrier_colour(row["carrier"]),
            texts.named(codes.CARRIERS, row["carrier"], view.language),
            Markup("").join(
                Markup('<td>{}</td><td class="share">{}</td>').format(
                    numbers.number(read(row, m.name), m.decimals),
                    numbers.percent(_share(read(row, m.name), total)),
                )
                for m, total in zip(measures, totals, strict=True)
            ),
        )
        for row in sorted(found, key=lambda row: -(read(row, measures[0].name) or 0))
    )
    return Markup(
        '<table class="grid carriers"><thead><tr><th>{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(view.say(panel.fields[0].title), head, body)


def ranking(panel: Panel, answer: Answer, view: View) -> Markup:
    """The largest rows as horizontal bars, with amount and share of all; then the rest as one."""
    main, key = panel.fields[0], panel.fields[1]
    found = [row for row in rows(panel.query, answer) if numbers.known(read(row, main.name))]
    if not found:
        return empty(view)
    found.sort(key=lambda row: -read(row, main.name))
    total = sum(read(row, main.name) for row in found)
    longest = read(found[0], main.name) or 1
    lines = Markup("").join(
        Markup(
            '<li data-testid="{id}-row"><span class="rank">{rank}</span>'
            '<span class="name">{name}{doubt}</span><span class="amount">{amount}</span>'
            '<span class="share">{share}</span>'
            '<span class="bar"><i style="width:{width:.2f}%"></i></span></li>'
        ).format(
            id=panel.id,
            rank=rank,
            name=view.enterprise(row[key.name]),
            doubt=_doubt(row, view),
            amount=numbers.number(read(row, main.name), main.decimals),
            share=numbers.percent(_share(read(row, main.name), total)),
            width=max(0.0, 100 * read(row, main.name) / longest),
        )
        for rank, row in enumerate(found[: panel.limit], start=1)
    )
    rest = found[panel.limit :]
    last = NOTHING
    if rest:
        left = sum(read(row, main.name) for row in rest)
        last = Markup(
            '<li class="rest"><span class="rank"></span><span class="name">{}</span>'
            '<span class="amount">{}</span><span class="share">{}</span></li>'
        ).format(
            view.word("others", n=len(rest)),
            numbers.number(left, main.decimals),
            numbers.percent(_share(left, total)),
        )
    return Markup(
        '<div class="ranking-head"><span>{}</span><span>{}</span></div>'
        '<ol class="ranking">{}{}</ol>'
    ).format(f"{view.say(main.title)} {view.unit(main.unit)}", view.word("share"), lines, last)


def _doubt(row: Row, view: View) -> Markup:
    coverage = read(row, COVERAGE.name)
    # An amount whose data covers less than the limit is not shown without saying so.
    limit = COVERAGE.limit
    if limit is None or not numbers.known(coverage) or coverage >= limit.doubted_below:
        return NOTHING
    return Markup("<small>{} {}</small>").format(
        view.say(COVERAGE.title), numbers.percent(coverage)
    )


def live(panel: Panel, answer: Answer, view: View, newer_than: str = "") -> Markup:
    """The newest readings; those received after ``newer_than`` are lit for a moment."""
    found = rows(panel.query, answer)[: panel.limit]
    if not found:
        return empty(view)
    body = Markup("").join(
        Markup(
            '<tr class="{fresh} {counted}-row" data-testid="live-row"><td><b>{enterprise}</b></td>'
            "<td>{name}<small>{meter}</small></td>"
            '<td class="right">{value} <small class="inline">{unit}</small></td>'
            '<td><span class="quality {counted}">{quality}</span></td>'
            '<td class="right age">{age}</td></tr>'
        ).format(
            fresh="fresh" if newer_than and row["received"] > newer_than else "",
            enterprise=view.enterprise(row["enterprise"]),
            name=row.get(f"name_{view.language}") or "",
            meter=row["meter"],
            value=numbers.reading(row["value"]),
            unit=view.unit(row["unit"]),
            counted="counted" if row["quality"] in codes.COUNTED_QUALITIES else "uncounted",
            quality=texts.named(codes.QUALITIES, row["quality"], view.language),
            age=view.age(row["ts"]),
        )
        for row in found
    )
    return Markup(
        '<table class="grid live"><thead><tr><th>{}</th><th>{}</th><th class="right">{}</th>'
        '<th>{}</th><th class="right">{}</th></tr></thead><tbody>{}</tbody></table>'
    ).format(
        *(
            view.say(field.title)
            for field in panel.fields
            if field.name in ("enterprise", "meter", "value", "quality")
        ),
        view.word("age"),
        body,
    )


def rejections(panel: Panel, answer: Answer, view: View) -> Markup:
    """How many for each reason, then the last few with what was wrong."""
    found = rows(panel.query, answer)
    if not found:
        return empty(view, "none_rejected")
    reasons = Markup("").join(
        Markup('<span class="chip">{} <b>{}</b></span>').format(
            texts.named(codes.REASONS, reason, view.language), numbers.count(n)
        )
        for reason, n in Counter(row["reason"] for row in found).most_common()
    )
    lines = Markup("").join(_rejection(row, view) for row in found[: panel.limit])
    return Markup(
        '<p class="caption">{}</p><div class="chips">{}</div><ul class="refusals">{}</ul>'
    ).format(view.word("of_newest", n=len(found)), reasons, lines)


def _rejection(row: Row, view: View) -> Markup:
    where = " / ".join(
        part
        for part in (
            view.enterprise(row["enterprise"]) if row.get("enterprise") else "",
            row.get("meter") or "",
        )
        if part
    )
    return Markup(
        '<li data-testid="rejection-row"><div><b>{reason}</b><span>{where}</span>'
        "<time>{age}</time></div><code>{detail}</code> <small>#{number}</small></li>"
    ).format(
        reason=texts.named(codes.REASONS, row["reason"], view.language),
        where=where,
        age=view.age(row["received"]),
        detail=row["detail"],
        number=row["rejection_id"],  # by which it is explained and replayed
    )


def findings(panel: Panel, answer: Answer, view: View) -> Markup:
    """How many findings of each kind."""
    found = rows(panel.query, answer)
    if not found:
        return empty(view, "none_found")
    counts = Counter(row["kind"] for row in found)
    lines = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            texts.named(codes.FINDINGS, kind, view.language), numbers.count(n)
        )
        for kind, n in counts.most_common()
    )
    total = numbers.count(len(found))
    if answer.get("next"):
        total = f"{view.word('at_least')} {total}"
    return Markup(
        '<p class="caption">{}</p><dl class="facts" data-testid="findings">{}</dl>'
    ).format(view.word("findings_total", n=total), lines)


def empty(view: View, key: str = "no_data") -> Markup:
    """What stands where there is nothing to show."""
    return Markup('<p class="empty">{}</p>').format(view.word(key))


def _share(value: float | None, total: float) -> float | None:
    return value / total if numbers.known(value) and value is not None and total else None
