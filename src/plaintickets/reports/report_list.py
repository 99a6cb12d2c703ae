"""The list of the reports."""

from __future__ import annotations

from plaintickets.core.table import Column, Table
from plaintickets.reports import REPORTS

_COLUMNS = (Column("name", "report"), Column("about", "what it answers"), Column("options", "takes"))


def reports_table(*, with_options: bool) -> Table:
    """Return the reports with the questions that they answer, and with the options that each takes."""
    rows = [(name, one.about, " ".join(f"--{option}" for option in one.taken)) for name, one in REPORTS.items()]
    if with_options:
        return Table("Reports", _COLUMNS, rows)
    note = "Each takes a query, --at, --format and -o; `tk report --json` lists the other options of each."
    return Table("Reports", _COLUMNS[:-1], [row[:-1] for row in rows], (note,))
