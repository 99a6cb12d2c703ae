"""The approvals of a ticket as `tk show` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.computed_parts import approvals_of
from plaintickets.render import safe
from plaintickets.render.approvals import entry_lines

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document


def approvals_section(context: CommandContext, document: Document) -> str:
    """Return the approvals of a ticket as a section; empty where it is unknown whether they are valid."""
    found = approvals_of(context.project, document)
    return safe.block("\n## Approvals\n\n" + "\n".join(entry_lines(found)) + "\n") if found else ""
