"""Approvals as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.settings import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.servicedesk.approvals import Approval
    from plaintickets.core.ticket import Ticket


def approval_object(ticket: Ticket, found: Sequence[Approval], steps: Sequence[object]) -> dict[str, object]:
    """Return the approvals of a ticket."""
    return {
        "id": ticket.id,
        "title": ticket.title,
        "status": ticket.status,
        "approvals": [entry_object(one) for one in found],
        "needed": list(steps),
    }


def entry_object(one: Approval) -> dict[str, object]:
    """Return one entry; `reason` is null for a valid one, `commit` for one that no commit has."""
    return {
        "entry": one.entry,
        "kind": "approval" if one.field == "approvals" else "rejection",
        "person": one.person,
        "date": one.when,
        "valid": one.is_valid,
        "reason": one.reason or None,
        "commit": one.commit or None,
    }


def entry_lines(found: Sequence[Approval]) -> list[str]:
    """Return a line for each entry."""
    rows = (
        (
            "approved" if one.field == "approvals" else "rejected",
            safe.line(one.entry),
            "valid" if one.is_valid else safe.line(f"not valid: {one.reason}"),
        )
        for one in found
    )
    return columns(rows)


def lines(ticket: Ticket, found: Sequence[Approval], steps: Sequence[str]) -> list[str]:
    """Return a ticket with its entries and how far the approvals are for each status."""
    head = safe.line(f"{ticket.id} [{ticket.status}] {ticket.title}")
    return [head, *entry_lines(found), *(f"  {safe.line(step)}" for step in steps)]
