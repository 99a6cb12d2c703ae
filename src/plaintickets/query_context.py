"""What the query language asks of a tracker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.comments import heading_start
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_SAVED = re.compile(r"(?<![^\s(\-])@([\w-]+)")
_MAX_DEPTH = 10


class QueryContext:
    """The context of a query: the tracker's answers to what the query's text leaves open."""

    def __init__(self, project: Project) -> None:
        self._tracker = project
        self._types = {name: field.type for name, field in BUILTIN_FIELDS.items()}
        self._types.update({field.name: field.type for field in project.config.fields})
        self._classes = {status.name: status.kind for status in project.config.statuses}

    @property
    def now(self) -> datetime:
        """The moment of the command."""
        return self._tracker.now

    @property
    def me(self) -> Collection[str]:
        """The names of the user."""
        return me(self._tracker)

    def status_class(self, status: str) -> str:
        """The class of a status; open where it is not configured."""
        return self._classes.get(status, "open")

    def is_ready(self, ticket: Ticket) -> bool:
        """Whether the ticket can be worked on."""
        return self._tracker.graph.is_ready(ticket)

    def is_blocked(self, ticket: Ticket) -> bool:
        """Whether the ticket waits for another."""
        return self._tracker.graph.is_blocked(ticket)

    def priority_number(self, name: str) -> int | None:
        """The number of a priority's name."""
        names = [known.casefold() for known in self._tracker.config.priorities]
        return names.index(name.casefold()) if name.casefold() in names else None

    def type_of(self, field: str) -> str:
        """The type of a field."""
        return self._types.get(field, "string")

    def text(self, ticket: Ticket, field: str = "") -> str:
        """What full text looks at: all of it, or the title, the body or the comments."""
        if field == "title":
            return ticket.title
        document = self._tracker.document_at(ticket.path)
        body = document.body
        apart, _ = self._tracker.comments_apart(document)
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
        """The text without case and accents."""
        return folded(text)


def folded(text: str) -> str:
    """The text without case and accents."""
    if text.isascii():
        return text.lower()
    import unicodedata

    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def me(project: Project) -> frozenset[str]:
    """The names that `me` stands for."""
    name, mail = project.identity
    config = project.config
    known = {name, mail, f"{name} <{mail}>" if name and mail else "", config.me, *config.aliases}
    return frozenset(known - {""})


def known_fields(project: Project) -> set[str]:
    """Every field that a query may name: configured, built in, or present in a ticket."""
    known = {*BUILTIN_FIELDS, *(field.name for field in project.config.fields)}
    tickets = project.reading.tickets
    key_names = getattr(tickets, "key_names", None)
    if key_names is not None:
        return known.union(key_names())
    for ticket in tickets.values():
        known.update(ticket.keys)
    return known


def expanded(text: str, saved: Mapping[str, str]) -> str:
    """The query with `@name` replaced by the saved queries; raises UsageError for an unknown or circular one."""
    for _ in range(_MAX_DEPTH):
        if not _SAVED.search(text):
            return text
        text = _SAVED.sub(lambda match: f"({_saved(match[1], saved)})", text)
    raise UsageError("saved queries refer to one another in a circle", hint="see `queries` in config.yml.")


def _saved(name: str, saved: Mapping[str, str]) -> str:
    if name in saved:
        return saved[name]
    from plaintickets.core.suggestions import did_you_mean

    raise UsageError(
        f"no saved query '@{name}'", hint=did_you_mean(name, saved) or "`queries` in config.yml holds them."
    )
