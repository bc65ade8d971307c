"""What is sent to and answered from /activity."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from api.answers import column
from api.paging import Paged, Query
from api.written import Written
from models.registry import ActivityOrigin, ActivityState

MOST_RECORDS = 10_000  # in one request


class GivenRecord(BaseModel):
    """An amount as it is entered."""

    model_config = ConfigDict(extra="forbid")

    enterprise: str = Field(examples=["axle-01"])
    category: str = Field(description="a code of the categories", examples=["mobile_combustion"])
    code: str = Field(description="fuel, material, gas or activity", examples=["diesel"])
    period: str = Field(description="year or month of the park's time", examples=["2026-03"])
    amount: float = Field(strict=True, examples=[12.5])
    unit: str = Field(description="of the code's kind", examples=["t"])
    origin: ActivityOrigin = Field(examples=["invoice"])
    evidence: str = Field(description="what proves it", examples=["invoice 2026-118"])
    source_stream: str | None = Field(None, description="a declared one", examples=["forklifts"])
    uncertainty_pct: float | None = Field(None, description="95 % confidence", examples=[2.0])
    evidence_sha256: str | None = Field(None, description="SHA-256 of the file that proves it")
    note: str = ""
    replaces: int | None = Field(
        None, ge=1, le=2**31 - 1, description="number of the record that it restates"
    )


class ActivityRequest(BaseModel):
    """Records to enter: all of them, or none."""

    model_config = ConfigDict(extra="forbid")

    by: Written = Field(description="who enters them", min_length=1, examples=["Wang Fang"])
    records: list[GivenRecord] = Field(min_length=1, max_length=MOST_RECORDS)
    submit: bool = Field(False, description="submit them for approval as well")
    dry_run: bool = Field(False, description="check them, enter nothing")


class StepRequest(BaseModel):
    """A step in the life of a record."""

    model_config = ConfigDict(extra="forbid")

    by: Written = Field(description="who does it", min_length=1, examples=["Li Lei"])
    note: Written = Field(
        "", description="why; needed to refuse, and to withdraw what was approved"
    )


class ActivityRow(BaseModel):
    """One revision of a record."""

    id: int = column("number of the record; 0 of a dry run", 17)
    revision: int = column("which statement of it: a later one restates it", 1)
    enterprise: str = column("code of the enterprise", "axle-01")
    category: str = column("category of the inventory", "mobile_combustion")
    code: str = column("fuel, material, gas or activity", "diesel")
    period: str = column("year or month of the park's time", "2026-03")
    amount: float = column("the amount", 12.5, "{unit}")
    unit: str = column("unit of the amount", "t")
    source_stream: str | None = column("the declared source stream", "forklifts")
    origin: ActivityOrigin = column("how the amount came about", "invoice")
    evidence: str = column("what proves it", "invoice 2026-118")
    evidence_sha256: str | None = column("SHA-256 of the file that proves it", None)
    uncertainty_pct: float | None = column("of the amount, 95 % confidence", 2.0, "%")
    state: ActivityState = column("only what is approved counts", "submitted")
    entered_by: str = column("who entered it", "Wang Fang")
    entered_at: datetime = column("when", "2026-04-02T02:00:00Z")
    submitted_by: str | None = column("who submitted it", "Wang Fang")
    submitted_at: datetime | None = column("when", "2026-04-02T02:00:00Z")
    decided_by: str | None = column("who approved, refused or withdrew it", None)
    decided_at: datetime | None = column("when", None)
    note: str = column("why, in words", "")
    recorded_at: datetime | None = column("since when it is in this state", "2026-04-02T02:00:00Z")
    due: date = column("last local day on which it is in time", "2026-05-10")
    overdue: bool = column("open after that day", False)


class StateRow(ActivityRow):
    """A state that a revision was in."""

    superseded_at: datetime | None = column("until when; null: it holds", None)


class ActivityAnswer(BaseModel):
    """The records that were entered, or would be."""

    dry_run: bool
    records: list[ActivityRow]


class RecordAnswer(BaseModel):
    """A record: its present revision, and every state of every revision in order."""

    record: ActivityRow
    history: list[StateRow]


class CodeRow(BaseModel):
    """A code that may be entered."""

    category: str = column("category of the inventory", "mobile_combustion")
    category_name_zh: str = column("its name", "移动源化石燃料燃烧")
    category_name_en: str = column("its name in English", "mobile combustion")
    code: str = column("fuel, material, gas or activity", "diesel")
    name_zh: str = column("its name", "柴油")
    name_en: str = column("its name in English", "diesel")
    unit: str = column("unit of its amounts, or one like it", "t")
    origin: str = column("factor set that has it; `declared`: own one", "ndrc_sector")


class ActivityQuery(Paged):
    """Which records."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    category: str | None = Field(
        None, description="code of a category", examples=["mobile_combustion"]
    )
    state: ActivityState | None = Field(None, description="state", examples=["submitted"])
    period: str | None = Field(
        None,
        description="a month, or a year with its months",
        pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$",
        examples=["2026"],
    )
    overdue: bool = Field(False, description="only open ones past their deadline")


class CodesQuery(Query):
    """Whose codes."""

    enterprise: str = Field(description="code of an enterprise", examples=["axle-01"])
    year: int | None = Field(
        None,
        ge=1990,
        le=2200,
        description="accounting year; the guideline's latest edition without",
    )
