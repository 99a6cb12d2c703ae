"""What `tk show` computes of a ticket: its clocks, whether its approvals are valid, and the articles that fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.assets import CONCERNS
from plaintickets.core.ticket import has_approvals
from plaintickets.render.concerned import section, section_json
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document


def computed_json(context: CommandContext, document: Document) -> dict[str, object]:
    """Return the clocks, the states of the approvals and the fitting articles, as JSON has them."""
    more: dict[str, object] = {}
    if context.project.config.sla:
        from plaintickets.commands.show_clocks import clocks_json

        more["clocks"] = clocks_json(context, document)
    if has_approvals(document.keys):
        from plaintickets.commands.show_approvals import approvals_json

        more["approval_states"] = approvals_json(context, document)
    if CONCERNS in document.keys:
        more["concerned"] = section_json(_concerned(context, document))
    if context.project.has_articles:
        from plaintickets.commands.show_articles import fitting_json

        more["articles"] = fitting_json(context, document)
    return more


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
        text += section(_concerned(context, document))
    return text


def _concerned(context: CommandContext, document: Document) -> list[tuple[str, str, str, str]]:
    from plaintickets.actions.concerns import concerned_rows

    return concerned_rows(context.project, ticket_of(document))
