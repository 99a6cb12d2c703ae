"""The form of a type: what a new ticket must have, what it may have, and what each status asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.builtinfields import described_fields
from plaintickets.core.pipelines import first_status, pipeline_named
from plaintickets.core.servicedesk.guards import Demand, demand_at, sorted_out
from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from plaintickets.core.config import Config
    from plaintickets.core.frontmatter import Value


def demand_of_new(kind: str, queue: str, config: Config) -> Demand:
    """Return what a new ticket needs for the status in which it begins."""
    status = first_status("open", pipeline_named(kind, queue, config), config)
    return demand_at(status, Ticket("", "", {"type": kind, "queue": queue}, ""), config)


def missing_of_new(
    kind: str, keys: Mapping[str, Value], headings: AbstractSet[str], config: Config
) -> tuple[list[str], list[str]]:
    """Return the fields and headings that a new ticket lacks; `headings` are those with text, in lower case."""
    known = config.ticket_type(kind)
    queue = keys.get("queue", "")
    demand = demand_of_new(kind, queue if isinstance(queue, str) else "", config)
    fields = dict.fromkeys((*(known.required if known else ()), *demand.fields))
    return (
        [name for name in fields if not keys.get(name)],
        [heading for heading in demand.sections if heading.casefold() not in headings],
    )


def required_at(kind: str, config: Config) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return, by status, the fields and the headings that a type requires there, the guards of the status included."""
    known = described_fields(config)
    found = {}
    for status in config.status_names:
        demand = demand_at(status, Ticket("", "", {"type": kind}, ""), config)
        own = config.ticket_type(kind)
        closing = own.required_to_close if own and config.is_done(status) else ()
        sections = own.sections_to_close if own and config.is_done(status) else ()
        fields, headings, _ = sorted_out((*closing, *demand.fields), known)
        if fields or headings or demand.sections or sections:
            found[status] = (tuple(dict.fromkeys(fields)), tuple(dict.fromkeys((*sections, *demand.sections))))
    return found
