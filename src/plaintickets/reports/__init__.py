"""Reports: pure functions from tickets and their history to a table, one module for each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from plaintickets.core.servicedesk.calendar import ALWAYS, Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from plaintickets.core.event import Event
    from plaintickets.core.grouping import Grouping
    from plaintickets.core.periods import Unit
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.table import Table
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports.knowledge import Knowledge

HistoryNeed = Literal["none", "wanted", "needed"]


class Report(NamedTuple):
    """Description of a report: the question that it answers, and what it takes.

    `options` are those of `tk report` that it understands, besides the query, `--at`, `--format` and `-o`. `history`
    says whether it needs the statuses over time, or can do with the tickets alone. With `of_events` it also gets the
    events; with `of_fields` only creations and the changes of these fields. `by` is the field that it groups by without
    `--by`. The figures of a report that `is_personal` say more of a person than a count, so that groups of people need
    `--people`. With `of_clocks` it gets the clocks of the policies, with `of_clusters` the groups of look-alikes, with
    `of_knowledge` the articles and the questions without one, with `of_articles` the articles alone.
    """

    about: str
    options: tuple[str, ...] = ()
    history: HistoryNeed = "none"
    of_events: bool = False
    of_fields: tuple[str, ...] = ()
    by: str = ""
    is_personal: bool = False
    of_clocks: bool = False
    of_clusters: bool = False
    of_knowledge: bool = False
    of_articles: bool = False

    @property
    def taken(self) -> tuple[str, ...]:
        """Return all options that it understands and another report may not."""
        return (*self.options, "partial") if self.history != "none" else self.options


# The module of a report has the same name, with `_` for `-`, and defines `report(asked) -> Table`.
REPORTS = {
    "backlog": Report(
        "How old the open tickets are, by priority or another field",
        ("since", "by"),
        history="wanted",
        by="priority",
    ),
    "blocked": Report("Which tickets hold up most others", ()),
    "burndown": Report(
        "How much of a milestone is done, and when the rest may be",
        ("since", "until", "per", "by", "milestone", "people"),
        history="needed",
        of_events=True,
        of_fields=("milestone",),
        is_personal=True,
    ),
    "first-response": Report(
        "How long askers waited for the first public answer",
        ("since", "until", "by", "per", "hours", "people"),
        history="needed",
        of_events=True,
        of_fields=("comment",),
        by="priority",
        is_personal=True,
    ),
    "flow": Report(
        "Statuses over time, work in progress, throughput, cycle time",
        ("since", "until", "per", "by", "hours", "people"),
        history="needed",
        is_personal=True,
    ),
    "knowledge": Report("Which articles are used, and what is asked often without one", of_knowledge=True),
    "load": Report("How many open tickets each person and team has", ("people",)),
    "recurring": Report("Which problems come back, how often, how long ago", of_clusters=True),
    "reopened": Report(
        "Which tickets were reopened, how often, after how long",
        ("since", "until", "hours"),
        history="needed",
    ),
    "resolution": Report(
        "How long tickets took until they were done for good",
        ("since", "until", "by", "per", "hours", "people"),
        history="needed",
        by="priority",
        is_personal=True,
    ),
    "satisfaction": Report(
        "How content the askers were, and how many said so",
        ("since", "until", "per"),
        history="needed",
    ),
    "sla": Report(
        "How many clocks of the policies met their target",
        ("since", "until", "by", "people"),
        of_clocks=True,
        by="priority",
        is_personal=True,
    ),
    "stale": Report(
        "Which open tickets nobody has changed for 30 days",
        ("hours",),
        history="needed",
        of_events=True,
    ),
    "time-in-status": Report(
        "Where tickets wait, and which status is the bottleneck",
        ("since", "until", "hours"),
        history="needed",
    ),
    "usage": Report(
        "Which types, statuses, fields, rules and articles nobody uses",
        history="wanted",
        of_events=True,
        of_articles=True,
    ),
    "volume": Report(
        "How many tickets were opened, closed, reopened, still open",
        ("since", "until", "per", "by", "people"),
        history="needed",
        is_personal=True,
    ),
    "workload-forecast": Report(
        "When the open tickets will be done, if it goes on like this",
        ("since", "until", "per"),
        history="needed",
    ),
}


class Asked(NamedTuple):
    """Input of a report.

    `tickets` are the current tickets that the query selects, `known` all current ones by id. `times` are the statuses
    of each selected ticket over time, with removed tickets if there is no query; it is empty for a report without
    history, and None where a report that can do without history does not have it. `events` are what happened to these
    tickets, the oldest first: changed fields, and comments with author, date and visibility.
    Moments are in UTC. `since` is None for the whole history; `until` is the end of the report, at
    most just after now, so that what happens now counts. `knowledge` is what is known of the articles.
    `by` makes groups, `per` periods. `hours` is the calendar in which durations are counted. `status_class` gives
    open, active, waiting or done; `statuses` has the order of the settings. `people` is what the settings say of each
    person, `defined` the names of the types, statuses, fields and rules in them.
    `clocks` are those of the policies, of each selected ticket, `clusters` the ids of look-alikes.
    """

    tickets: Sequence[Ticket]
    times: Mapping[str, Sequence[StatusTime]] | None
    is_done: Callable[[str], bool]
    priorities: Sequence[str]
    now: datetime
    since: datetime | None
    until: datetime
    per: Unit | None = None
    by: Grouping | None = None
    events: Mapping[str, Sequence[Event]] = {}
    hours: Calendar = Calendar(ALWAYS)
    status_class: Callable[[str], str] = lambda _: "open"
    statuses: Sequence[str] = ()
    people: Mapping[str, Any] = {}
    with_people: bool = False
    milestone: str = ""
    known: Mapping[str, Ticket] = {}
    defined: Mapping[str, Sequence[str]] = {}
    clocks: Sequence[tuple[Ticket, Sequence[Clock]]] = ()
    clusters: Sequence[Sequence[str]] = ()
    knowledge: Knowledge | None = None

    @property
    def unit(self) -> Unit:
        """Return the length of the periods of a report that always has some."""
        return self.per or "week"


def run(name: str, asked: Asked) -> Table:
    """Return the table of a report.

    Raises KeyError for an unknown report.
    """
    if name not in REPORTS:
        raise KeyError(name)
    table: Table = import_module(f"plaintickets.reports.{name.replace('-', '_')}").report(asked)
    return table
