"""The reports of a site, counted up to the latest change, so that the same store gives the same numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.actions.dashboard import table_of
from plaintickets.actions.report import Part as Counted
from plaintickets.actions.report import Wanted, report
from plaintickets.actions.report_inputs import ReportInputs
from plaintickets.core.dashboards import Part, dashboards_of
from plaintickets.core.query.dates import moment
from plaintickets.errors import TicketsError
from plaintickets.reports import REPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plaintickets.core.event import Event
    from plaintickets.core.table import Cell, Table
    from plaintickets.web.site.view import View

OF_TICKETS = (
    "backlog", "blocked", "burndown", "flow", "recurring", "reopened", "resolution", "stale", "time-in-status",
    "volume", "workload-forecast",
)  # fmt: skip
OF_THE_TEAM = ("first-response", "knowledge", "load", "satisfaction", "sla", "usage")
"""The reports that a site for the public does not have."""
OF_ONE_PERSON = "me"
"""The dashboard of who runs `tk site`, which no site has."""
MOST_MILESTONES = 10


class Answer(NamedTuple):
    """A report of a site: its name, the question that it answers, and its tables."""

    name: str
    about: str
    tables: list[Table]


class Counts:
    """The reports on the tickets of a view; for the public, of what the public may know of them."""

    def __init__(self, view: View) -> None:
        self._view = view

    def reports(self) -> Iterator[Answer]:
        """Yield the reports, none without tickets."""
        for name in self._names if self._view.tickets else ():
            tables = list(self._tables(name))
            if tables:
                yield Answer(name, REPORTS[name].about, tables)

    def dashboards(self) -> Iterator[tuple[str, list[Part]]]:
        """Yield the dashboards with what they show, none without tickets.

        For the public they have no texts of the settings, no queries, and no reports on the team.
        """
        view = self._view
        for name, described in sorted(dashboards_of(view.project.config).items()):
            if not view.tickets or name == OF_ONE_PERSON or (view.public and not view.audience.is_clean(name)):
                continue
            parts = [part for one in described for part in self._parts(name, one)]
            if parts:
                yield name, parts

    def _parts(self, dashboard: str, described: Mapping[str, Any]) -> Iterator[Part]:
        view, is_list = self._view, "report" not in described
        if "text" in described and not view.public:
            yield Part(described["text"], None)
        if ("query" not in described) if is_list else (described["report"] not in self._names):
            return
        if view.public and is_list:
            described = {**described, "title": described.get("title") or "Tickets"}
        try:
            table = table_of(view.project, described, self._inputs, self._counted)
        except TicketsError as error:
            view.project.around.notify(f"warning: a part of the dashboard {dashboard} is missing: {error}")
            return
        yield Part("", self._clean(table._replace(notes=()) if view.public and is_list else table))

    @cached_property
    def _inputs(self) -> ReportInputs:
        return ReportInputs(self._view.project, self.now)

    @cached_property
    def _names(self) -> list[str]:
        """Return the names of the reports that the site has."""
        view = self._view
        names = OF_TICKETS if view.public else (*OF_TICKETS, *OF_THE_TEAM)
        return sorted(name for name in names if name != "sla" or view.project.config.sla)

    @cached_property
    def now(self) -> datetime:
        """Return the moment of the latest change of a shown ticket, at most now."""
        view, now = self._view, self._view.project.moment
        dates = [event.date for name in view.tickets for event in self._events(name)]
        created = (moment(ticket.created) for ticket in view.tickets.values())
        dates += [int(found[0].timestamp()) for found in created if found]
        return min(datetime.fromtimestamp(max(dates), UTC), now) if dates else now

    def _tables(self, name: str) -> Iterator[Table]:
        for milestone in self._milestones if name == "burndown" else ("",):
            wanted = Wanted(milestone=milestone, partial="partial" in REPORTS[name].taken)
            try:
                yield self._clean(report(self._view.project, name, wanted, self._counted, self._inputs))
            except TicketsError as error:
                self._view.project.around.notify(f"warning: no report {name}: {error}")

    @property
    def _milestones(self) -> list[str]:
        """Return the milestones with open tickets, by name, those with most if there are many."""
        view, sizes = self._view, dict[str, int]()
        is_done = view.project.config.is_done
        for ticket in view.tickets.values():
            name = ticket.text("milestone")
            if name and not is_done(ticket.status) and view.text(name) == name:
                sizes[name] = sizes.get(name, 0) + 1
        return sorted(sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_MILESTONES])

    @cached_property
    def _counted(self) -> Counted:
        view = self._view
        if not view.public:
            return Counted(self.now, None if view.is_whole else view.tickets)
        events, since = {}, {}
        for name in view.tickets:
            known, seen = view.events.get(name, []), self._seen(name)
            events[name] = view.audience.counted(seen)
            if len(seen) < len(known):
                dates = [event.date for event in known[: len(known) - len(seen) + 1]]
                since[name] = max(dates) if seen else max(*dates, int(self.now.timestamp()))
        return Counted(self.now, view.tickets, events, since, with_alike=False)

    def _seen(self, name: str) -> list[Event]:
        view = self._view
        return view.audience.since_public(view.events.get(name, ()), view.project.config.queues)

    def _events(self, name: str) -> list[Event]:
        view = self._view
        return view.audience.counted(self._seen(name)) if view.public else view.events.get(name, [])

    def _clean(self, table: Table) -> Table:
        """Return a table in which no text names what the site must not."""
        if not self._view.public:
            return table
        text = self._view.text

        def cell(value: Cell) -> Cell:
            return text(value) if isinstance(value, str) else value

        return table._replace(
            title=text(table.title),
            columns=[column._replace(heading=text(column.heading)) for column in table.columns],
            rows=[tuple(map(cell, row)) for row in table.rows],
            notes=[text(note) for note in table.notes],
        )
