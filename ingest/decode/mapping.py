"""What the columns of somebody's file mean; written once per kind of export, as YAML or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import pandas as pd
import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from models.errors import Fault, FaultsError


class Names(BaseModel):
    """Names of the file's columns; a column that is not there needs a constant beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ts: str = "ts"
    time_of_day: str | None = None  # where ts holds the date alone
    value: str = "value"
    enterprise: str = "enterprise"
    meter: str = "meter"
    unit: str = "unit"
    quality: str = "quality"


class Mapping(BaseModel):
    """How to read a file: one reading a row, or wide, one meter a column.

    ``zone`` rules times without an offset; without it they are refused. ``midnight: end`` is for
    exports that print the end of a day as 0:00 of that same day. ``shift_s`` is added to the time
    as printed: 900 where a file prints the start of quarter hours, since an interval's reading
    carries its end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Names = Field(default_factory=Names)
    enterprise: str | None = Field(None, description="The enterprise of every row.")
    meter: str | None = Field(None, description="The meter of every row.")
    unit: str | None = Field(None, description="The unit of every row.")
    zone: str | None = Field(None, description="Time zone of times without an offset.")
    time_format: str | None = Field(
        None, description="As strptime reads it, %d/%m/%Y %H:%M; default RFC 3339 or milliseconds."
    )
    midnight: Literal["start", "end"] = Field(
        "start", description="Whether 0:00 is the start or the end of the day printed beside it."
    )
    shift_s: float = Field(
        0.0, ge=-86_400, le=86_400, description="Seconds added to the time as printed."
    )
    wide: dict[str, str] = Field(
        default_factory=dict,
        description="Of a wide table: heading to meter, with its unit in brackets: main (kWh).",
    )
    sheet: str | None = Field(None, description="The sheet of a workbook; default the first.")
    header_row: int = Field(1, ge=1, description="The row of a sheet that names its columns.")
    delimiter: str = Field(",", pattern=r"^[\t -~]$", description="One ASCII character.")
    decimal: Literal[".", ","] = Field(".", description="Decimal mark of the values.")
    encoding: str = Field("utf-8", description="utf-8 (with or without BOM), gb18030 ...")

    @model_validator(mode="after")
    def _zone_where_needed(self) -> Self:
        if self.zone is not None and self.zone not in available_timezones():
            raise ValueError(f"zone: {self.zone!r} is no time zone, write Asia/Shanghai")
        if self.time_format is not None and "%z" in self.time_format:
            raise ValueError("time_format: times with an offset need no format, leave it out")
        if self.time_format is not None and self.zone is None:
            raise ValueError("zone: needed, since the time format has no offset")
        return self

    @field_validator("time_format")
    @classmethod
    def _known_format(cls, form: str | None) -> str | None:
        if form is not None:
            pd.to_datetime(
                pd.Series(["x"]), format=form, errors="coerce"
            )  # ValueError if it is none
        return form

    @field_validator("encoding")
    @classmethod
    def _ascii_within(cls, encoding: str) -> str:
        # Files are cut at line ends before they are decoded.
        sign = b'\r\n",;0'
        try:
            holds = sign.decode(encoding) == sign.decode("ascii")
        except (LookupError, UnicodeError):
            holds = False
        if not holds:
            raise ValueError(f"{encoding!r} is no encoding that writes ASCII as ASCII")
        return encoding

    @property
    def zone_info(self) -> ZoneInfo | None:
        """The zone of times without an offset."""
        return None if self.zone is None else ZoneInfo(self.zone)


def read_mapping(path: Path) -> Mapping:
    """The mapping of a YAML file; FaultsError names every field that is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FaultsError([Fault(path.name, None, "file", f"not YAML: {error}")]) from error
    try:
        return Mapping.model_validate({} if content is None else content)
    except ValidationError as error:
        raise FaultsError(
            [
                Fault(path.name, None, ".".join(map(str, one["loc"])) or "mapping", one["msg"])
                for one in error.errors()
            ]
        ) from error
