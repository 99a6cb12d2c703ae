"""The clocks of a ticket as `tk show` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.sla import Desk
from plaintickets.errors import UnreadableError
from plaintickets.render import safe
from plaintickets.reports.sla_clocks import clock_lines, clock_object
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.clocks import Clock


def clocks_section(context: CommandContext, document: Document) -> str:
    """Return the clocks of a ticket that run, as a section; empty where there are none, or where they are unknown."""
    found = _live_clocks(context, document)
    if not found or not found[1]:
        return ""
    desk, clocks = found
    return safe.block("\n## Clocks\n\n" + "\n".join(clock_lines(clocks, desk)) + "\n")


def clocks_json(context: CommandContext, document: Document) -> list[dict[str, object]] | None:
    """Return the clocks of a ticket that run, for JSON; None where they are unknown."""
    found = _live_clocks(context, document)
    return None if found is None else [clock_object(clock) for clock in found[1]]


def _live_clocks(context: CommandContext, document: Document) -> tuple[Desk, list[Clock]] | None:
    try:
        desk = Desk(context.project)
        return desk, [clock for clock in desk.of(ticket_of(document)).clocks if clock.is_live]
    except UnreadableError as error:
        context.note(f"note: no clocks: {error}")
        return None
