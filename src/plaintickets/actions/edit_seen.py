"""Change what a person saw in a form; what somebody else has changed meanwhile is refused, with both values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import change_statuses
from plaintickets.actions.set import Setting, set_in
from plaintickets.core.change import BODY, TITLE, Change
from plaintickets.core.ticket_parts import parts_of, plain_text
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.actions.change_status import StatusChanges
    from plaintickets.actions.set import Done
    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

TEXT = BODY


class Stale(NamedTuple):
    """A value that was seen, and the value that is there now."""

    field: str
    seen: str
    now: str


class StaleEditError(RefusedError):
    """Somebody else has changed what a form shows; nothing was written."""

    def __init__(self, ticket: str, stale: Iterable[Stale]) -> None:
        self.stale = tuple(stale)
        names = ", ".join("text" if one.field == TEXT else one.field for one in self.stale)
        super().__init__(
            f"{ticket}: {names} was changed by somebody else meanwhile; nothing was written",
            hint="compare the values, then save again.",
        )


def seen_values(document: Document, names: Iterable[str]) -> dict[str, str]:
    """Return fields of a ticket as a form shows them: lists with commas, the text without title and comments."""
    return {name: _seen(document, name) for name in names}


def _seen(document: Document, name: str) -> str:
    if name == TEXT:
        return parts_of(document).text
    value = document.title if name == TITLE else document.keys.get(name, "")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value if isinstance(value, str) else ""


def edit_seen(
    project: Project, part: str, wanted: Mapping[str, str], seen: Mapping[str, str], *, subject: str = ""
) -> Done:
    """Set the fields whose wanted value differs from the seen one, in one commit.

    Raise StaleEditError if one of these fields has a third value now.
    """
    with project.edit("edit") as edit:
        edit.subject = subject
        ticket_id = edit.ticket(part).id
        wanted = {name: plain_text(text) if name == TEXT else text for name, text in wanted.items()}
        changed = {name: text for name, text in wanted.items() if text != seen.get(name, "")}
        now = seen_values(edit.document(ticket_id), changed)
        refuse_stale(ticket_id, {name: seen.get(name, "") for name in changed if now[name] != changed[name]}, now)
        if TEXT in changed and now[TEXT] != changed[TEXT]:
            edit.apply([Change(ticket_id, BODY, now[TEXT] or None, changed[TEXT] or None)])
        settings = [Setting(name, "=", text) for name, text in changed.items() if name != TEXT and now[name] != text]
        return set_in(edit, {ticket_id: settings}, force=False)


def change_seen_status(
    project: Project,
    part: str,
    status: str,
    seen: str,
    *,
    resolution: str | None = None,
    comment: str | None = None,
    verb: str = "status",
) -> StatusChanges:
    """Set the status of a ticket that had the seen one, with an optional comment.

    Raise StaleEditError if it has another one now.
    """

    def check(edit: Edit, ticket: Ticket) -> None:
        del edit
        if ticket.status != status:
            refuse_stale(ticket.id, {"status": seen}, {"status": ticket.status})

    return change_statuses(
        project, verb, [part], status, resolution=resolution or None, comment=comment or None, prepare=check
    )


def claim_seen(project: Project, part: str, seen: str) -> StatusChanges:
    """Start work on a ticket that had the seen status, and assign it to the user.

    Raise StaleEditError if it has another status now, RefusedError if it is somebody else's.
    """
    from plaintickets.actions.claim import Assignment

    assignment = Assignment(project)

    def claim(edit: Edit, ticket: Ticket) -> str | None:
        refuse_stale(ticket.id, {"status": seen}, {"status": ticket.status})
        return assignment.claim(edit, ticket)

    return change_statuses(project, "claim", [part], "active", of_class=True, prepare=claim)


def refuse_stale(ticket_id: str, seen: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise StaleEditError if a seen value is no longer there."""
    if stale := [Stale(name, text, now[name]) for name, text in seen.items() if now[name] != text]:
        raise StaleEditError(ticket_id, stale)
