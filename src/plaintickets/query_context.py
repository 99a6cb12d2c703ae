"""The context of a query: the user, the time, saved queries, and the state of tickets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from plaintickets.core.builtinfields import BUILTIN_FIELDS, described_fields
from plaintickets.core.query_names import COMPUTED, WITHOUT_POLICIES
from plaintickets.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_SAVED = r"(?<![^\s(\-])@([\w-]+)"
NESTED_LIMIT = 50  # saved queries, each named by the one before it
EXPANDED_LIMIT = 100_000  # characters that saved queries may add to a query


class Computed(Protocol):
    """What computes the fields that no ticket holds."""

    def clock_states(self, ticket: Ticket) -> frozenset[str]:
        """Return the states of a ticket's clocks."""

    def lengths(self, ticket: Ticket, field: str) -> Collection[tuple[int, int]]:
        """Return the seconds of a field, each with the length of a day."""

    def updated(self, ticket: Ticket) -> str:
        """Return when the ticket last changed."""


class QueryContext:
    """The context of a query at the moment of its project.

    It gives the project's answers to questions that the query's text leaves open.
    """

    def __init__(
        self, project: Project, computed: Computed | None = None, unwritten: Mapping[str, Document] | None = None
    ) -> None:
        """Prepare for queries; `unwritten` are documents by store path that the files do not hold yet."""
        self._tracker = project
        self._unwritten = unwritten or {}
        self._computed = computed
        self._types = {name: field.type for name, field in BUILTIN_FIELDS.items()}
        self._types.update({field.name: field.type for field in project.config.fields})
        self._classes = {status.name: status.kind for status in project.config.statuses}

    @property
    def now(self) -> datetime:
        """Return the time of the command, or of the commit that is asked about."""
        return self._tracker.moment

    @property
    def me(self) -> Collection[str]:
        """Return the names of the user."""
        return me(self._tracker)

    @property
    def teams(self) -> Collection[str]:
        """Return the names of the teams."""
        from plaintickets.core.servicedesk.people import teams_of

        return teams_of(self._tracker.config.people_details)

    def team(self, name: str) -> Collection[str] | None:
        """Return what the people of a team can be called, and the team itself; None for an unknown team."""
        from plaintickets.core.servicedesk.people import called_in

        if name not in self.teams:
            return None
        return {*called_in(name, self._tracker.config.people_details), f"team:{name}".casefold()}

    def clock_states(self, ticket: Ticket) -> frozenset[str]:
        """Return the states of a ticket's clocks, none where they cannot be asked for."""
        return frozenset() if self._computed is None else self._computed.clock_states(ticket)

    def lengths(self, ticket: Ticket, field: str) -> Collection[tuple[int, int]]:
        """Return the seconds of a computed field, each with the length of a day."""
        return () if self._computed is None else self._computed.lengths(ticket, field)

    def updated(self, ticket: Ticket) -> str:
        """Return when the ticket last changed, empty where that cannot be asked for."""
        return "" if self._computed is None else self._computed.updated(ticket)

    def is_computed(self, field: str) -> bool:
        """Tell whether a field is computed, and no ticket holds one of its name."""
        return field not in held_fields(self._tracker)

    def status_class(self, status: str) -> str:
        """Return the class of a status; open if it is not configured."""
        return self._classes.get(status, "open")

    def is_ready(self, ticket: Ticket) -> bool:
        """Tell whether the ticket is ready."""
        return self._tracker.graph.is_ready(ticket, self.now)

    def is_blocked(self, ticket: Ticket) -> bool:
        """Tell whether the ticket depends on an open ticket."""
        return self._tracker.graph.is_blocked(ticket)

    def priority_number(self, name: str) -> int | None:
        """Return the number of a priority's name, None for an unknown name."""
        names = [known.casefold() for known in self._tracker.config.priorities]
        return names.index(name.casefold()) if name.casefold() in names else None

    def type_of(self, field: str) -> str:
        """Return the type of a field."""
        return self._types.get(field, "string")

    def document(self, ticket: Ticket) -> Document:
        """Return the document of a ticket, also of one that is not written yet."""
        return self._unwritten.get(ticket.path) or self._tracker.document_at(ticket.path)

    def comments_apart(self, document: Document) -> list[Comment]:
        """Return a ticket's comments in separate files."""
        return self._tracker.comments_apart(document)[0]

    def text(self, ticket: Ticket, field: str = "") -> str:
        """Return the text to search: all of it, or the title, the body or the comments."""
        if field == "title":
            return ticket.title
        from plaintickets.core.comments import heading_start

        document = self.document(ticket)
        body = document.body
        apart = self.comments_apart(document)
        if apart:
            added = "\n\n".join(comment.text for comment in apart)
            body += f"\n{'' if heading_start(body) >= 0 else '## Notes'}\n\n{added}\n"
        notes = heading_start(body)
        if field == "body":
            return body if notes < 0 else body[:notes]
        if field == "comments":
            return "" if notes < 0 else body[notes:]
        return "\n".join([ticket.title, body, *ticket.tags, ticket.id])

    def fold(self, text: str) -> str:
        """Return the text in lower case and without accents."""
        return folded(text)


def folded(text: str) -> str:
    """Return the text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    import unicodedata

    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def me(project: Project) -> frozenset[str]:
    """Return the names that `me` means in a query."""
    name, mail = project.identity
    config = project.config
    known = {name, mail, f"{name} <{mail}>" if name and mail else "", config.me, *config.other_names} - {""}
    if config.people_details:
        from plaintickets.core.servicedesk.people import names_of

        known |= names_of(known, config.people_details)
    return frozenset(known)


def known_fields(project: Project) -> set[str]:
    """Return every field that a query may name: configured, built in, in a ticket, or computed."""
    return held_fields(project).union(COMPUTED if project.config.sla else WITHOUT_POLICIES)


def held_fields(project: Project) -> set[str]:
    """Return every field that a ticket can hold: configured, built in, or in a ticket."""
    return described_fields(project.config) | key_names(project)


def key_names(project: Project) -> set[str]:
    """Return the names of all front-matter keys of the tickets; a cache knows them without the tickets."""
    tickets = project.reading.tickets
    known: Callable[[], set[str]] | None = getattr(tickets, "key_names", None)
    return known() if known is not None else {name for ticket in tickets.values() for name in ticket.keys}


def expanded(text: str, saved: Mapping[str, str]) -> str:
    """Return the query with each `@name` replaced by its saved query.

    Raise UnknownNameError for an unknown name, UsageError for a cycle and a result beyond the limits.
    """
    return _expanded(text, saved, {}, ())


def _expanded(text: str, saved: Mapping[str, str], known: dict[str, str], inside: tuple[str, ...]) -> str:
    # Each saved query is expanded once, and no result is longer than the limit: the work is bounded.
    size = 0

    def replacement(match: re.Match[str]) -> str:
        nonlocal size
        name = match[1]
        if name not in known:
            known[name] = f"({_expanded(_saved(name, saved, inside), saved, known, (*inside, name))})"
        size += len(known[name])
        if size > EXPANDED_LIMIT:
            raise UsageError(
                f"the saved query '@{name}' makes this query longer than {EXPANDED_LIMIT} characters",
                hint="see `queries` in config.yml: let the saved queries name fewer others.",
            )
        return known[name]

    return re.sub(_SAVED, replacement, text) if "@" in text else text


def _saved(name: str, saved: Mapping[str, str], inside: tuple[str, ...]) -> str:
    """Return the text of a saved query, used inside the others named in `inside`."""
    if name in inside:
        circle = " -> ".join(f"@{one}" for one in (*inside[inside.index(name) :], name))
        raise UsageError(f"saved queries refer to each other in a cycle: {circle}", hint="see `queries` in config.yml.")
    if len(inside) >= NESTED_LIMIT:
        raise UsageError(
            f"the saved query '@{inside[0]}' names others more than {NESTED_LIMIT} deep",
            hint="see `queries` in config.yml.",
        )
    if name in saved:
        return saved[name]
    from plaintickets.core.suggestions import did_you_mean

    raise UnknownNameError(
        f"no saved query '@{name}'", hint=did_you_mean(name, saved) or "`queries` in config.yml holds them."
    )
