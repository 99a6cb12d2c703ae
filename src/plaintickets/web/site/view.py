"""What a site shows of a store: its tickets, their relations and their history, for the team or for the public."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.arrange import urgent_first
from plaintickets.actions.board import CLOSED, firsts
from plaintickets.actions.listing import Filter, select
from plaintickets.actions.log import Wanted, wanted_events
from plaintickets.actions.public_tickets import events_by_ticket, public_tickets
from plaintickets.core.article import PUBLIC
from plaintickets.core.board import Axis, Card, Shown, board
from plaintickets.core.event import CHANGED
from plaintickets.core.ticket import Ticket
from plaintickets.core.ticket_graph import neighbourhood
from plaintickets.core.ticket_parts import text_of
from plaintickets.core.visibility import is_internal_comment, is_internal_keys
from plaintickets.errors import GitRefusedError, RefusedError, UsageError
from plaintickets.render.events import day_of, lines
from plaintickets.render.times import moment
from plaintickets.store.attachments import attachment_names, manifest_content, manifest_rows

if TYPE_CHECKING:
    from plaintickets.core.article import Article
    from plaintickets.core.board import Cell, Column
    from plaintickets.core.comments import Comment
    from plaintickets.core.event import Event
    from plaintickets.core.ticket_graph import TicketGraph
    from plaintickets.core.visibility import PublicEvent
    from plaintickets.project import Project

MOST_EVENTS = 200
MOST_CARDS = 50
_OWN_PLACE = ("id", "title", "status", "deps", "links", "parent", "duplicate-of")


class ShownTicket(NamedTuple):
    """A ticket with all that its page shows; `text` and the comments are Markdown, `files` names of attachments."""

    ticket: Ticket
    fields: list[tuple[str, str]]
    text: str
    comments: list[Comment]
    lost_comments: int
    files: frozenset[str]


class View:
    """The tickets of a site. For the public, every text is already without what must not be shown."""

    def __init__(self, project: Project, query: str = "", *, public: bool = False) -> None:
        self.project = project
        self.public = public
        every = project.reading.tickets
        wanted = {ticket.id for ticket in select(project, Filter(query=query))} if query else None
        self.is_whole = not (public or query)
        self._open_to_all, self.audience = public_tickets(project, self.events)
        shown = self._open_to_all if public else set(every)
        chosen = [every[one] for one in sorted(shown if wanted is None else shown & wanted)]
        self.tickets = {ticket.id: self.audience.ticket(ticket) if public else ticket for ticket in chosen}

    @cached_property
    def events(self) -> dict[str, list[Event]]:
        """Return the events of every ticket that there ever was; none without a repository."""
        return events_by_ticket(self.project)

    def text(self, text: str) -> str:
        """Return a text as the site may show it."""
        return self.audience.text(text) if self.public else text

    def shown(self, ticket_id: str) -> ShownTicket | None:
        """Return what the page of a ticket shows; None if the file cannot be read any more or became internal."""
        document = self.project.document_at(self.tickets[ticket_id].path)
        if document.problems or (self.public and is_internal_keys(document.keys, self.project.config.queues)):
            return None
        ticket = Ticket(ticket_id, document.path, document.keys, document.title)
        comments, text = self.project.comments(document), text_of(document)
        lost = len(self.project.comments_apart(document)[1])
        files = self._files(document.path, comments)
        if self.public:
            ticket, text = self.audience.ticket(ticket), self.audience.text(text)
            comments = self.audience.comments(comments)
        rows = [(name, _flat(value)) for name, value in ticket.keys.items() if name not in _OWN_PLACE]
        return ShownTicket(ticket, [(name, text) for name, text in rows if text], text, comments, lost, files)

    def _files(self, path: str, comments: list[Comment]) -> frozenset[str]:
        """Return the names of the attachments that the page of a ticket may link to.

        For the public none that its manifest gives to a comment which the page does not show.
        """
        store = self.project.place.store
        names = frozenset(attachment_names(store, path))
        if not (self.public and names):
            return names
        try:
            rows = manifest_rows(manifest_content(store, path), path)
        except RefusedError:
            return frozenset()
        internal = {one.date for one in comments if is_internal_comment(one)}
        shown = {one.date for one in comments} - internal
        return names - {str(row.get("name")) for row in rows if row.get("comment") and str(row["comment"]) not in shown}

    def public_events(self, ticket_id: str) -> list[PublicEvent]:
        """Return the public history of a ticket, oldest first."""
        if ticket_id not in self._open_to_all:
            return []
        return self.audience.events(self.events.get(ticket_id, ()), self.project.config.queues)

    def history(self, ticket_id: str) -> list[str]:
        """Return the latest events of a ticket as lines, the newest first."""
        if self.public:
            return [event_line(event) for event in self.public_events(ticket_id)[: -MOST_EVENTS - 1 : -1]]
        events = wanted_events(self.events.get(ticket_id, ()), Wanted())
        return list(lines(events[:MOST_EVENTS], lambda text, _style: text, with_ticket=False))

    @cached_property
    def _referring(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for ticket in self.tickets.values():
            for dep in ticket.deps:
                found.setdefault(("Blocks", dep), []).append(ticket.id)
            if ticket.parent:
                found.setdefault(("Children", ticket.parent), []).append(ticket.id)
        return found

    def relations(self, ticket: Ticket) -> list[tuple[str, list[tuple[str, Ticket | None]]]]:
        """Return the related tickets by relation; None for one that the site does not have."""
        groups = (
            ("Part of", [ticket.parent] if ticket.parent else []),
            ("Waits for", ticket.deps),
            ("Blocks", self._referring.get(("Blocks", ticket.id), [])),
            ("Children", self._referring.get(("Children", ticket.id), [])),
            ("Linked", ticket.links),
            ("Duplicate of", ticket.items("duplicate-of")),
        )
        return [(name, [(one, self.tickets.get(one)) for one in ids]) for name, ids in groups if ids]

    def graph(self, ticket: Ticket) -> TicketGraph:
        """Return the relations among a ticket and those beside it, without tickets that the site does not have."""
        ids = [*self._referring.get(("Blocks", ticket.id), ()), *self._referring.get(("Children", ticket.id), ())]
        return neighbourhood(ticket, [self.tickets[name] for name in ids], self.tickets, missing_too=False)

    @cached_property
    def articles(self) -> list[Article]:
        """Return the published articles for the public, by title; for the public none whose name must not be seen."""
        found, _ = self.project.articles()
        chosen = [one for one in found if one.is_published and one.audience == PUBLIC]
        if self.public:
            chosen = [one for one in chosen if self.audience.is_clean(one.slug)]
        return sorted(chosen, key=lambda one: (one.title.casefold(), one.slug))

    @cached_property
    def lists(self) -> list[tuple[str, list[Ticket]]]:
        """Return the named lists: the open tickets, those of the saved queries, all."""
        is_done = self.project.config.is_done
        found = [("Open", [ticket for ticket in self.tickets.values() if not is_done(ticket.status)])]
        for name in sorted(self.project.config.queries):
            if self.public and not self.audience.is_clean(name):
                continue
            try:
                chosen = select(self.project, Filter(query=f"@{name}"))
            except (UsageError, RefusedError, GitRefusedError) as error:
                self.project.around.notify(f"warning: no page for the saved query {name}: {error}")
                continue
            found.append((name, [self.tickets[one.id] for one in chosen if one.id in self.tickets]))
        found.append(("All", list(self.tickets.values())))
        return [(name, urgent_first(tickets)) for name, tickets in found]

    def columns(self) -> list[tuple[Column, Cell]]:
        """Return the board by status. Clocks, which run, are not on it; limits only if the site has all tickets."""
        config = self.project.config
        kinds = {status.name: status.kind for status in config.statuses}
        shown = Shown(MOST_CARDS, CLOSED, config.limits if self.is_whole else {}, kinds)
        by_status = Axis("status", lambda ticket: (ticket.status,), config.status_names)
        made = board(
            self.tickets.values(), by_status, None, shown, {}, firsts(config.done_statuses, _closed_key), self._card
        )
        return [*zip(made.columns, made.lanes[0].cells, strict=True)]

    def _card(self, ticket: Ticket) -> Card:
        """Return a card; it is blocked by the open tickets of the site."""
        is_done = self.project.config.is_done
        known = (self.tickets.get(name) for name in ticket.deps if not is_done(ticket.status))
        return Card(ticket, tuple(one.id for one in known if one is not None and not is_done(one.status)))

    @property
    def problems(self) -> list[str]:
        """Return the problems of files that cannot be read; for the public none is named."""
        return [] if self.public else [str(problem) for problem in self.project.reading.problems]


def _closed_key(ticket: Ticket) -> tuple[float, str, str]:
    """Return what is larger for a ticket that was closed later; one without a date comes first."""
    when = moment(ticket.closed)
    return when.timestamp() if when else 0, ticket.created, ticket.id


def event_line(event: PublicEvent) -> str:
    """Return an event of the public history as a line."""
    return f"{day_of(event.date, full=True)}  {event.author}  {event_words(event)}"


def event_words(event: PublicEvent) -> str:
    """Return what happened, in words."""
    if event.kind != CHANGED:
        return {"text": "edited the text"}.get(event.kind, event.kind)
    if not (event.before or event.after):
        return f"{event.field} changed"
    return f"{event.field}: {event.before or 'none'} → {event.after or 'none'}"


def _flat(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
