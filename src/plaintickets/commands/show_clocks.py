"""The clocks of a ticket as `tk show` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.computed_parts import live_clocks
from plaintickets.render import safe
from plaintickets.reports.sla_clocks import clock_lines

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document


def clocks_section(context: CommandContext, document: Document) -> str:
    """Return the clocks of a ticket that run, as a section; empty where there are none, or where they are unknown."""
    found = live_clocks(context.project, document)
    if not found or not found[1]:
        return ""
    desk, clocks = found
    return safe.block("\n## Clocks\n\n" + "\n".join(clock_lines(clocks, desk)) + "\n")
