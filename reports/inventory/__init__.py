"""The greenhouse gas inventory as a report, in the chapters of the NDRC sector guidelines.

They are: statement, 1 who reports, 2 emissions, 3 activity data, 4 factors, 5 remarks, and annexes
in which every row is computed from its operands. Sectors of the national ETS report in chapters of
their own (annex C of the MEE guidelines), which are another report.
"""

from __future__ import annotations

from ledger.books import Books
from reports.document import Document
from reports.inventory.activity import activity
from reports.inventory.annexes import annexes
from reports.inventory.basics import basics, guideline_of, statement
from reports.inventory.emissions import emissions
from reports.inventory.factors import factors
from reports.inventory.facts import Facts
from reports.inventory.gather import ReportError, gather, gather_frozen
from reports.inventory.remarks import remarks

__all__ = ["ReportError", "inventory_report"]


def inventory_report(
    books: Books,
    *,
    version: str,
    enterprise: str | None = None,
    year: int | None = None,
    frozen: int | None = None,
) -> Document:
    """The report of an enterprise, or of the park (None), on a year of the park's time.

    Of today's figures it is a draft, computed by the program's ``version``. ``frozen`` names the
    inventory that is reported instead, as it was signed. Raises ReportError, naming the field: an
    unknown enterprise, a year without figures or none named, a frozen inventory of something else;
    and what ledger.inventory raises.
    """
    if frozen is not None:
        return _document(gather_frozen(books, frozen, enterprise=enterprise, year=year))
    if year is None:
        raise ReportError("year", "name the year, or a frozen inventory")
    return _document(gather(books, enterprise=enterprise, year=year, version=version))


def _document(facts: Facts) -> Document:
    of_rows = annexes(facts, first_number=2)  # the summary in chapter 2 is annex 1
    chapters = [
        statement(facts),
        basics(facts),
        emissions(facts, of_rows),
        activity(facts),
        factors(facts),
        remarks(facts, of_rows.absent),
        *of_rows.chapters,
    ]
    words = facts.words
    code = facts.registry.park.code if facts.enterprise is None else facts.enterprise.code
    return Document(
        name=f"{code}-{facts.year}",
        title=words("title_enterprise", name=facts.subject_name),
        subtitle=_subtitle(facts),
        facts=_cover(facts),
        chapters=chapters,
        imprint=_imprint(facts),
        made=facts.edition.at,
        mark="" if facts.edition.frozen_id is not None else words("draft"),
        words={name: words(name) for name in ("cover", "contents")} | {"page": words.texts["page"]},
    )


def _subtitle(facts: Facts) -> str:
    if facts.is_partial:
        return facts.words("subtitle_partial", year=facts.year, end=facts.local(facts.end)[:10])
    return facts.words("subtitle", year=facts.year)


def _cover(facts: Facts) -> list[tuple[str, str]]:
    words, edition = facts.words, facts.edition
    told = [(words("subject"), facts.subject_name)]
    if facts.enterprise is not None:
        told.append((words("uscc"), facts.enterprise.uscc or words("blank")))
    state = words("state_draft")
    if edition.frozen_id is not None:
        state = words("state_frozen", id=edition.frozen_id)
    return [
        *told,
        (words("year"), str(facts.year)),
        (words("guideline"), guideline_of(facts)),
        (words("state"), state),
        (words("prepared"), facts.local(edition.at)[:10]),
        (words("program"), f"carbonpeak {edition.version}"),
    ]


def _imprint(facts: Facts) -> list[str]:
    words, edition = facts.words, facts.edition
    at = {"time": facts.local(edition.at), "zone": facts.registry.park.time_zone,
          "version": edition.version}  # fmt: skip
    if edition.frozen_id is None:
        return [words("imprint_draft", **at)]
    return [
        words("imprint_frozen", id=edition.frozen_id, **at),
        words("imprint_hash", sha256=edition.sha256),
    ]
