"""Tickets for the exporters: chosen by a query, read one by one, for the team or for the public."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.listing import Filter, select
from plaintickets.core.exported import Deadline, Exported, ExportedChange
from plaintickets.core.moments import is_day, span, utc_of
from plaintickets.core.ticket import Ticket
from plaintickets.core.ticket_parts import parts_of
from plaintickets.core.visibility import is_internal_comment, is_internal_keys
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from plaintickets.core.document import Document
    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.problem import Problem
    from plaintickets.core.visibility import Audience
    from plaintickets.project import Project


class LeftOut(NamedTuple):
    """The numbers of internal tickets and comments that an export leaves out."""

    tickets: int
    comments: int


class StoreExport:
    """The chosen tickets of a project.

    With `public`, no text names what is internal or a mail address; without `with_internal`, internal tickets and
    comments are left out.
    """

    def __init__(self, project: Project, query: str = "", *, public: bool = False, with_internal: bool = True) -> None:
        self._project = project
        self._public = public
        self._with_internal = with_internal and not public
        self._found: dict[str, Problem] = {}
        self.notes: list[str] = []
        self._chosen = select(project, Filter(query=query))
        internal = [one for one in self._chosen if not self._with_internal and self._is_internal(one.keys)]
        hidden = {ticket.id for ticket in internal}
        self._chosen = [ticket for ticket in self._chosen if ticket.id not in hidden]
        self._hidden_comments: dict[str, int] = {}
        self._hidden_tickets = hidden

    @property
    def left_out(self) -> LeftOut:
        """Return what the records that were read left out."""
        return LeftOut(len(self._hidden_tickets), sum(self._hidden_comments.values()))

    @property
    def problems(self) -> list[Problem]:
        """Return the problems of files that cannot be read, those found meanwhile included."""
        known = self._project.reading.problems
        return [*known, *(one for one in self._found.values() if one not in known)]

    @property
    def repository(self) -> str:
        """Return the name of the repository."""
        return self._project.repository_name

    @property
    def now(self) -> datetime:
        """Return the time at which the store is exported, in UTC."""
        return self._project.moment

    @property
    def queues(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the queues of the settings, which may make tickets internal."""
        return self._project.config.queues

    @cached_property
    def tickets(self) -> Sequence[Ticket]:
        """Return the chosen tickets without their texts, by id."""
        audience = self._audience
        return self._chosen if audience is None else [audience.ticket(ticket) for ticket in self._chosen]

    @cached_property
    def _events(self) -> dict[str, list[Event]]:
        from plaintickets.actions.log import SHALLOW_NOTE
        from plaintickets.actions.public_tickets import events_by_ticket
        from plaintickets.git.revisions import is_shallow

        git = self._project.git
        if git is None:
            self.notes.append("not a git repository, so there are no changes")
        elif is_shallow(git):
            self.notes.append(SHALLOW_NOTE)
        return events_by_ticket(self._project)

    @cached_property
    def _audience(self) -> Audience | None:
        from plaintickets.actions.public_tickets import public_tickets

        return public_tickets(self._project, self._events)[1] if self._public else None

    def _is_internal(self, keys: Mapping[str, Value]) -> bool:
        return is_internal_keys(keys, self.queues)

    def records(self) -> Iterator[Exported]:
        """Yield the chosen tickets, by id."""
        for ticket in self._chosen:
            document = self._project.document_at(ticket.path)
            if document.problems:
                self._found[ticket.path] = document.problems[0]
            elif self._with_internal or not self._is_internal(document.keys):
                yield self._record(ticket, document)

    def _record(self, ticket: Ticket, document: Document) -> Exported:
        apart, problems = self._project.comments_apart(document)
        self._found.update((problem.path, problem) for problem in problems)
        text, comments = parts_of(document)[1:]
        found = sorted([*comments, *apart], key=lambda one: one.date) if apart else list(comments)
        found_ticket = Ticket(ticket.id, ticket.path, document.keys, document.title)
        if self._with_internal:
            return Exported(found_ticket, text, found)
        shown = [one for one in found if not is_internal_comment(one)]
        self._hidden_comments[ticket.id] = len(found) - len(shown)
        audience = self._audience
        if audience is None:
            return Exported(found_ticket, text, shown)
        return Exported(audience.ticket(found_ticket), audience.text(text), audience.comments(shown))

    def changes(self) -> Iterator[ExportedChange]:
        """Yield the changes of each chosen ticket, oldest first; nothing without a history."""
        for ticket in self._chosen:
            events = self._events.get(ticket.id, [])
            if self._with_internal:
                rows = ((one.kind, one.field, _shown(one.before), _shown(one.after), one.author) for one in events)
                dated = zip(rows, ((one.date, one.commit) for one in events), strict=True)
            elif (audience := self._audience) is not None:
                public = audience.events(events, self.queues)
                rows = ((one.kind, one.field, one.before, one.after, one.author) for one in public)
                dated = zip(rows, ((one.date, "") for one in public), strict=True)
            else:
                return
            for number, ((kind, field, before, after, author), (at, commit)) in enumerate(dated, 1):
                moment = utc_of(at).strftime("%Y-%m-%dT%H:%M:%SZ")
                yield ExportedChange(ticket.id, number, moment, author, kind, field, before, after, commit)

    def deadlines(self) -> Iterator[Deadline]:
        """Yield the due dates, milestones and SLA deadlines of the chosen tickets that are not closed."""
        milestones: dict[str, list[Ticket]] = {}
        for ticket in self.tickets:
            if ticket.text("milestone"):
                milestones.setdefault(ticket.text("milestone"), []).append(ticket)
            when = _when(ticket.text("due"))
            if when is not None and not self.is_done(ticket.status):
                yield Deadline(f"{ticket.id}-due", when, f"{ticket.title} ({ticket.id})", _about(ticket))
        for name, tickets in sorted(milestones.items()):
            left = [ticket for ticket in tickets if not self.is_done(ticket.status)]
            days = [_day(when) for ticket in tickets if (when := _when(ticket.text("due"))) is not None]
            if left and days:
                title = f"Milestone {name}: {len(left)} of {len(tickets)} open"
                yield Deadline(f"milestone-{name}", max(days), title, "The last due date of its tickets.")
        if self._project.config.sla and not self._public:
            yield from self._clocks()

    def _clocks(self) -> Iterator[Deadline]:
        from plaintickets.actions.sla import Desk

        desk = Desk(self._project)
        for ticket in self._chosen:
            if self.is_done(ticket.status):
                continue
            for clock in desk.of(ticket).clocks:
                if clock.is_live and clock.state != "paused" and clock.due is not None:
                    name = clock.name.replace("_", " ")
                    title = f"SLA {name}: {ticket.title} ({ticket.id})"
                    key = f"{ticket.id}-{clock.name}-{clock.number}"
                    yield Deadline(key, datetime.fromtimestamp(clock.due, UTC), title, f"policy: {clock.policy}")

    def is_done(self, status: str) -> bool:
        """Tell whether a ticket of this status is closed."""
        return self._project.config.is_done(status)

    def priority_name(self, ticket: Ticket) -> str:
        """Return the name of a ticket's priority, empty if it cannot be read."""
        names, number = self._project.config.priorities, ticket.priority
        return names[number] if number is not None and number < len(names) else ""


def _when(text: str) -> date | datetime | None:
    found = span(text)
    if found is None:
        return None
    return found[0].date() if is_day(text) else found[0]


def _day(when: date | datetime) -> date:
    return when.date() if isinstance(when, datetime) else when


def _about(ticket: Ticket) -> str:
    rows = {"status": ticket.status, "assignee": ticket.assignee, "milestone": ticket.text("milestone")}
    return "\n".join(f"{name}: {text}" for name, text in rows.items() if text)


def _shown(value: Value | None) -> str:
    import json

    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def refuse_unknown(name: str) -> None:
    """Raise UsageError for a system that nobody knows, with the nearest."""
    from plaintickets.core.suggestions import did_you_mean
    from plaintickets.exporters import EXPORTERS

    if name not in EXPORTERS:
        raise UsageError(
            f"cannot export to '{name}'", hint=did_you_mean(name, EXPORTERS) or f"Known: {', '.join(EXPORTERS)}."
        )
