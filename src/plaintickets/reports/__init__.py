"""Reports: pure functions from tickets and their history to a table, one module for each."""

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
    """Description of a report, and whether it needs the history."""

    about: str
    of_history: bool = True


# The module of a report has the same name and defines `report(asked) -> Table`.
REPORTS = {
    "backlog": Report("How old the open tickets are, by priority", of_history=False),
    "volume": Report("How many tickets were opened, closed and reopened, and how many were open, by period"),
}


class Asked(NamedTuple):
    """Input of a report.

    `tickets` are the current tickets that the query selects. `times` are the statuses of each selected
    ticket over time, with removed tickets if there is no query; it is empty for a report without history.
    Moments are in UTC. `since` is None for the whole history; `until` is the end of the report, at most now.
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
    """Return the table of a report.

    Raises KeyError for an unknown report.
    """
    if name not in REPORTS:
        raise KeyError(name)
    table: Table = import_module(f"plaintickets.reports.{name}").report(asked)
    return table
