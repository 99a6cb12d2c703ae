"""Who gets a ticket and why, as lines and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.core.servicedesk.routing import Given


def given_line(one: Given, *, is_done: bool) -> str:
    """Return who gets a ticket, in one line."""
    if not one.assignee:
        return f"{one.ticket}: nobody: {one.reason}"
    if not one.is_change:
        return f"{one.ticket} stays with {one.assignee}: {one.reason} (route {one.route})"
    return f"{'Gave' if is_done else 'Would give'} {one.ticket} to {one.assignee}: {one.reason} (route {one.route})"


def tried_lines(one: Given) -> list[str]:
    """Return a line for each route that was tried, and below it one for each person."""
    lines = []
    for tried in one.tried:
        query = f": {tried.query}" if tried.query else ""
        lines.append(f"  {tried.source} route {tried.route}{query}")
        lines += [f"    {'+' if judged.can else '-'} {judged.person}: {judged.note}" for judged in tried.people]
        lines.append(f"    = {tried.outcome}")
    return lines


def given_object(one: Given) -> dict[str, object]:
    """Return who gets a ticket as plain JSON types; nobody is null."""
    tried = [
        {
            "route": route.route,
            "source": route.source,
            "query": route.query,
            "matched": route.matched,
            "people": [{"person": each.person, "can": each.can, "note": each.note} for each in route.people],
            "outcome": route.outcome,
        }
        for route in one.tried
    ]
    return {
        "ticket": one.ticket,
        "before": one.before or None,
        "assignee": one.assignee or None,
        "route": one.route or None,
        "reason": one.reason,
        "tried": tried,
    }
