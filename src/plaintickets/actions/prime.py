"""What a coding agent must know at the start of its work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.listing import Filter, blocked, by_priority, not_done, ready
from plaintickets.core.shortened import shortened
from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_MOST_NAMES = 10


class Prime(NamedTuple):
    """The state of a store for one person: the tickets in work, those that are ready, those that are blocked."""

    store: str
    me: str
    open: int
    closed: int
    mine: list[Ticket]
    ready: list[Ticket]
    blocked: list[Ticket]
    other_stores: list[str]
    conventions: list[str]


def prime(project: Project) -> Prime:
    """Return what an agent must know now."""
    from plaintickets.query_context import me

    kinds = {status.name: status.kind for status in project.config.statuses}
    open_tickets = not_done(project)
    names = me(project)
    in_work = [one for one in open_tickets if one.assignee in names and kinds.get(one.status) == "active"]
    return Prime(
        project.place.prefix or project.place.store,
        project.identity[0] or project.config.me,
        len(open_tickets),
        len(project.reading.tickets) - len(open_tickets),
        by_priority(in_work),
        [one for one in ready(project, Filter()) if kinds.get(one.status) != "active"],
        blocked(project, Filter()),
        _other_stores(project),
        _conventions(project),
    )


def _other_stores(project: Project) -> list[str]:
    if project.git is None:
        return []
    from plaintickets.store.work_tree_stores import name_of, store_prefixes

    try:
        return [name_of(prefix) for prefix in store_prefixes(project.git) if prefix != project.place.prefix]
    except GitRefusedError:
        return []


def _conventions(project: Project) -> list[str]:
    """Return the rules of the store that a command line needs."""
    config = project.config
    mode = {
        "auto": "each change of a ticket is a commit of its own",
        "stage": "changes of tickets are staged for your next commit",
    }.get(config.commit_mode, "changes of tickets are written and not committed: `tk commit` commits them")
    return [
        f"types: {_some([kind.name for kind in config.types])}",
        f"statuses: {_some(config.status_names)}",
        f"resolutions: {_some(config.resolutions)}",
        mode,
    ]


def _some(names: Sequence[str]) -> str:
    return shortened([name[:24] for name in names], _MOST_NAMES, " ")
