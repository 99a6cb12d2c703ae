"""Reports: pure functions from tickets and their history to a table; a module each, all in one table."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from plaintickets.core.periods import Unit
    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.table import Table
    from plaintickets.core.ticket import Ticket


class Report(NamedTuple):
    """What a report answers, and whether it is computed from the history too."""

    about: str
    of_history: bool = True


# Report: its module here has the same name and holds `report(asked) -> Table`.
REPORTS = {
    "backlog": Report("How old the open tickets are, by priority", of_history=False),
    "volume": Report("How many tickets were opened, closed and reopened, and how many were open, by period"),
}


class Asked(NamedTuple):
    """What a report is computed from.

    `tickets` are those of today that the query selects, `times` the statuses of every ticket that it
    selects, with those that are gone where there is no query; a report that is not of the history gets none.
    Moments are in UTC; `since` is None for the whole history, `until` is the end of the report, at most now.
    """

    tickets: Sequence[Ticket]
    times: Mapping[str, Sequence[StatusTime]]
    is_done: Callable[[str], bool]
    priorities: Collection[str]
    now: datetime
    since: datetime | None
    until: datetime
    unit: Unit


def run(name: str, asked: Asked) -> Table:
    """Return the table of a report; raise KeyError for a name that is none."""
    if name not in REPORTS:
        raise KeyError(name)
    table: Table = import_module(f"plaintickets.reports.{name}").report(asked)
    return table
