"""What the rows of all registry files have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """A row refuses columns that it does not know; an empty cell is the column's default."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)
