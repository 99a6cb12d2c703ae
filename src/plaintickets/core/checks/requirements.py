"""Find missing fields and sections that a ticket's type requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell
from plaintickets.core.workflow import check_required

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each field and section that is missing for the type and the status."""
    config = examined.config
    kinds = {kind.name: kind for kind in config.types}
    for ticket in examined.tickets:
        kind = kinds.get(ticket.type)
        if kind is None or not any(kind[2:]):
            continue
        done = config.is_done(ticket.status)
        keys = {**ticket.keys, "title": ticket.title}
        missing = check_required(keys, ticket.type, config)
        missing += check_required(keys, ticket.type, config, closing=True) if done else []
        for field in dict.fromkeys(missing):
            why = "" if field in kind.required else "closed "
            message = f"a {why}ticket of type {kind.name} needs the field {field}"
            remedy = shell("tk", "set", ticket.id, f"{field}=") + "…"
            yield examined.at(ticket, field, "missing-field", message, remedy)
        headings = examined.facts_of(ticket).headings
        for heading in dict.fromkeys((*kind.sections, *(kind.sections_to_close if done else ()))):
            if heading.casefold() not in headings:
                why = "" if heading in kind.sections else "closed "
                message = f"a {why}ticket of type {kind.name} needs text below a heading '{heading}'"
                yield examined.at(ticket, "", "missing-section", message, shell("tk", "edit", ticket.id))
