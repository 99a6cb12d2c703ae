"""The list of the reports."""

from __future__ import annotations

from plaintickets.core.table import Column, Table
from plaintickets.reports import REPORTS

_COLUMNS = (Column("name", "report"), Column("about", "what it answers"), Column("options", "takes"))


def reports_table() -> Table:
    """Return the reports with the questions that they answer, and the options that each takes."""
    rows = [(name, one.about, " ".join(f"--{option}" for option in one.taken)) for name, one in REPORTS.items()]
    return Table("Reports", _COLUMNS, rows)
