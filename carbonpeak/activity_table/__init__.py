"""Activity records as a table that people fill in: its columns, its template, reading it."""

from carbonpeak.activity_table.reading import ActivityTable, Given, read_activity_table
from carbonpeak.activity_table.template import write_template

__all__ = ["ActivityTable", "Given", "read_activity_table", "write_template"]
