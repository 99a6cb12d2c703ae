"""Compute the clocks and approvals of a shown ticket, and the articles that fit it; a note says what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import TicketsError, UnreadableError
from plaintickets.render import safe
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from plaintickets.actions.sla import Desk
    from plaintickets.core.article_fit import Fit
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.approvals import Approval
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.project import Project


def live_clocks(project: Project, document: Document) -> tuple[Desk, list[Clock]] | None:
    """Return the clocks of a ticket that run; None where they are unknown."""
    from plaintickets.actions.sla import Desk

    try:
        desk = Desk(project)
        return desk, [clock for clock in desk.of(ticket_of(document)).clocks if clock.is_live]
    except UnreadableError as error:
        project.around.notify(f"note: no clocks: {error}")
        return None


def approvals_of(project: Project, document: Document) -> list[Approval] | None:
    """Return the approvals of a ticket; None where it is unknown whether they are valid."""
    from plaintickets.actions.approvals import ApprovalReader

    try:
        return list(ApprovalReader(project).of(document).found)
    except UnreadableError as error:
        project.around.notify(f"note: no approvals: {error}")
        return None


def concerned_rows(project: Project, document: Document) -> list[tuple[str, str, str, str]]:
    """Return the services and assets that a ticket concerns."""
    from plaintickets.actions.concerns import concerned_rows as rows

    return rows(project, ticket_of(document))


def fitting(project: Project, document: Document) -> list[Fit]:
    """Return the articles that fit a ticket; none where the index cannot be used."""
    from plaintickets.core.article_fit import asker_of

    try:
        from plaintickets.actions.article_index import suggest

        return suggest(project, asker_of(document))
    except (OSError, TicketsError) as error:
        project.around.notify(safe.line(f"note: no articles: {error}"))
        return []
