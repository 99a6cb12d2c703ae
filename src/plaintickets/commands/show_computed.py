"""What `tk show` computes of a ticket, as text: its clocks, and whether its approvals are valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.assets import CONCERNS
from plaintickets.core.ticket import has_approvals

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document


def computed_sections(context: CommandContext, document: Document) -> str:
    """Return the sections Clocks and Approvals, each empty where there is nothing to show."""
    text = ""
    if context.project.config.sla:
        from plaintickets.commands.show_clocks import clocks_section

        text += clocks_section(context, document)
    if has_approvals(document.keys):
        from plaintickets.commands.show_approvals import approvals_section

        text += approvals_section(context, document)
    if CONCERNS in document.keys:
        from plaintickets.actions.computed_parts import concerned_rows
        from plaintickets.render.concerned import section

        text += section(concerned_rows(context.project, document))
    return text
