"""The approvals of a ticket as `tk show` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.approvals import ApprovalReader
from plaintickets.errors import UnreadableError
from plaintickets.render import safe
from plaintickets.render.approvals import entry_lines, entry_object

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.approvals import Approval


def approvals_section(context: CommandContext, document: Document) -> str:
    """Return the approvals of a ticket as a section; empty where it is unknown whether they are valid."""
    found = _found(context, document)
    return safe.block("\n## Approvals\n\n" + "\n".join(entry_lines(found)) + "\n") if found else ""


def approvals_json(context: CommandContext, document: Document) -> list[dict[str, object]] | None:
    """Return the approvals of a ticket for JSON; None where it is unknown whether they are valid."""
    found = _found(context, document)
    return None if found is None else [entry_object(one) for one in found]


def _found(context: CommandContext, document: Document) -> list[Approval] | None:
    try:
        return list(ApprovalReader(context.project).of(document).found)
    except UnreadableError as error:
        context.note(f"note: no approvals: {error}")
        return None
