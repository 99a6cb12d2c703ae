"""Check that a branch's name holds the id of an open ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding

if TYPE_CHECKING:
    from plaintickets.core.links import Graph

CODE = "branch-names-open-ticket"


def judge(name: str, graph: Graph) -> Finding | None:
    """Return a finding for a branch whose name holds no id of an open ticket."""
    named = [ticket_id for ticket_id in graph.tickets if holds(name, ticket_id)]
    if any(not graph.is_closed(ticket_id) for ticket_id in named):
        return None
    if named:
        message = f"the branch '{name}' names {', '.join(sorted(named))}, which is closed"
    else:
        message = f"the branch '{name}' does not name a ticket"
    return Finding(CODE, message, "name it after an open ticket: git branch -m ID-what-it-is-about")


def holds(name: str, ticket_id: str) -> bool:
    """Tell whether a branch's name holds an id as a word, in any letter case."""
    name, ticket_id = name.casefold(), ticket_id.casefold()
    place = name.find(ticket_id)
    while place >= 0:
        around = name[place - 1 : place] + name[place + len(ticket_id) : place + len(ticket_id) + 1]
        if not any(sign.isalnum() for sign in around):
            return True
        place = name.find(ticket_id, place + 1)
    return False
