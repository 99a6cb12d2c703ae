"""The dashboards that ship, and what a dashboard shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.config import Config
    from plaintickets.core.table import Table

SHIPPED: Mapping[str, Sequence[Mapping[str, str]]] = {
    "me": (
        {"title": "Mine in work", "query": "assignee:me is:active"},
        {"title": "Mine and ready", "query": "assignee:me is:ready"},
        {"title": "Mine and overdue", "query": "assignee:me is:overdue"},
        {"title": "Mine and blocked", "query": "assignee:me is:blocked"},
    ),
    "lead": (
        {"title": "Overdue", "query": "is:overdue"},
        {"title": "Blocked", "query": "is:blocked"},
        {"report": "flow", "since": "-60d"},
        {"report": "backlog"},
        {"report": "load"},
        {"report": "workload-forecast"},
    ),
    "desk": (
        {"title": "Nobody has it", "query": "is:open no:assignee"},
        {"title": "Urgent", "query": "is:open priority<=1"},
        {"report": "volume", "since": "-60d"},
        {"report": "backlog", "by": "type"},
        {"report": "load"},
    ),
}


class Part(NamedTuple):
    """A part of a dashboard: a table, or a line of text."""

    text: str
    table: Table | None


def dashboards_of(config: Config) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return the parts of every dashboard by name: those that ship, and those of the settings over them."""
    return {**SHIPPED, **{name: one["parts"] for name, one in config.dashboards.items()}}
