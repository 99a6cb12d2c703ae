"""Take over tickets: assign them to the user when their work begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.change import Change
from plaintickets.core.person_names import person_forms
from plaintickets.errors import RefusedError, TicketsError

if TYPE_CHECKING:
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

KEY = "assignee"


class Assignment:
    """What `tk start` and `tk claim` do with the assignee of each ticket.

    `assigned` and `held` have the tickets that were assigned to the user, and those of others with their assignees.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self.name = ""
        self.assigned: list[str] = []
        self.held: dict[str, str] = {}

    def start(self, edit: Edit, ticket: Ticket) -> None:
        """Assign a ticket of nobody to the user, if the user can be named and is one of the people."""
        if ticket.assignee:
            if not is_mine(self._project, ticket):
                self.held[ticket.id] = ticket.assignee
            return
        try:
            self._assign(edit, ticket)
        except TicketsError:
            return

    def claim(self, edit: Edit, ticket: Ticket, *, force: bool = False) -> str | None:
        """Assign a ticket to the user; return the status that it keeps, None for one whose work has not begun.

        Raise RefusedError for a ticket of somebody else unless `force`.
        """
        config = self._project.config
        if not is_mine(self._project, ticket):
            if ticket.assignee and not force:
                raise RefusedError(
                    f"{ticket.id} is taken: it is assigned to {ticket.assignee}",
                    hint=f"agree with them, then `tk claim --force {ticket.id}`; `tk next` names another ticket.",
                )
            self._assign(edit, ticket)
        status = config.status(ticket.status)
        return ticket.status if status is not None and status.kind == "active" else None

    def _assign(self, edit: Edit, ticket: Ticket) -> None:
        from plaintickets.actions.given_values import checked_value

        name = checked_value(self._project, KEY, "me")
        edit.apply([Change(ticket.id, KEY, ticket.keys.get(KEY), name)])
        self.name = str(name)
        self.assigned.append(ticket.id)


def is_mine(project: Project, ticket: Ticket) -> bool:
    """Tell whether a ticket is assigned to the user, under any of their names."""
    from plaintickets.query_context import me

    known = {form for name in me(project) for form in person_forms(name)}
    return bool(ticket.assignee) and not known.isdisjoint(person_forms(ticket.assignee))
