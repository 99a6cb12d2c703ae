"""The input of checks, and their findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.checks.facts import NONE, Facts
from plaintickets.core.servicedesk.assets import Assets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from plaintickets.core.config import Config
    from plaintickets.core.links import Graph
    from plaintickets.core.ticket import Ticket


def shell(*words: str) -> str:
    """Return a command line with every word quoted, safe to copy into a shell."""
    import shlex

    return shlex.join(words)


class Finding(NamedTuple):
    """A problem at a place (line 0: the whole file, no path: the clone) and how to fix it.

    `level` is `problem`, or `advice` if the store has no fault. `fix` names the repair that `--fix` makes, if
    any; `ticket` is the id of the ticket concerned.
    """

    code: str
    message: str
    remedy: str = ""
    path: str = ""
    line: int = 0
    level: str = "problem"
    fix: str = ""
    ticket: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        return f"{place}{self.message} [{self.code}]"


class Examined(NamedTuple):
    """A store at one moment: its tickets sorted by id, and `facts` of files by store path.

    `line_of` returns the line of a ticket's key, 1 if it is absent; `body_of` the text below its keys.
    """

    graph: Graph
    config: Config
    now: datetime
    line_of: Callable[[Ticket, str], int]
    facts: Mapping[str, Facts]
    body_of: Callable[[Ticket], str] = lambda _ticket: ""
    assets: Assets = Assets()

    @property
    def tickets(self) -> Iterator[Ticket]:
        """The tickets that can be read, by id."""
        return iter(self.graph.tickets.values())

    def exists(self, ticket_id: str) -> bool:
        """Tell whether a ticket exists, readable or not."""
        return ticket_id in self.graph.tickets or ticket_id in self.graph.broken

    def facts_of(self, ticket: Ticket) -> Facts:
        """Return the facts of a ticket's text."""
        return self.facts.get(ticket.path, NONE)

    def at(self, ticket: Ticket, key: str, code: str, message: str, remedy: str, *, fix: str = "") -> Finding:
        """Return a finding at a key of a ticket."""
        return Finding(code, message, remedy, ticket.path, self.line_of(ticket, key), fix=fix, ticket=ticket.id)
