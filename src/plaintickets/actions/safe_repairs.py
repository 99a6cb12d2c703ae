"""Safe repairs: add the side of a link that is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions import inspection
from plaintickets.core.change import Change
from plaintickets.core.checks import links
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.ticket import Value
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit


def repair_links(project: Project, wanted: Callable[[str], bool], *, subject: str = "") -> list[str]:
    """Repair the links of the wanted tickets, in one commit; return a line for each repair."""
    with project.edit("check") as edit:
        edit.subject = subject
        return complete_links(project, edit, wanted)


def complete_links(project: Project, edit: Edit, wanted: Callable[[str], bool] = lambda _id: True) -> list[str]:
    """Add the missing sides of links, and remove links of a ticket to itself, in one commit."""
    store = inspection.examined(project, inspection.survey_of(project), project.config)
    done = []
    for ticket in store.tickets:
        for other in ticket.links if wanted(ticket.id) else ():
            if other == ticket.id:
                after = [link for link in edit.ticket(other).links if link != other]
                done += _set_links(edit, other, after, f"unlinked {other} from itself")
            elif links.is_one_sided(store, ticket.id, other):
                after = [*edit.ticket(other).links, ticket.id]
                done += _set_links(edit, other, after, f"linked {other} back to {ticket.id}")
    edit.details = [] if len(edit.changed()) > 1 else done
    edit.commit()
    return done


def _set_links(edit: Edit, ticket_id: str, after: list[str], said: str) -> list[str]:
    """Write a ticket's links; return the repair, nothing if the file cannot be changed."""
    value: Value = [*after]
    try:
        edit.apply([Change(ticket_id, "links", edit.ticket(ticket_id).keys.get("links"), value)])
    except UnreadableError:
        return []
    return [said]
