"""The state of the store for its user: their work, what is ready, blocked or late, what changed, what is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.listing import not_done
from plaintickets.core.dates import utc_text
from plaintickets.core.moments import span
from plaintickets.core.paths import git_lead, key_of
from plaintickets.core.servicedesk.waiting import waits
from plaintickets.errors import GitRefusedError
from plaintickets.query_context import me

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from plaintickets.core.ticket import Ticket
    from plaintickets.git.checkout_state import CheckoutReader, CheckoutState, RecentChange
    from plaintickets.project import Project

MOST_SHOWN = 10
"""Of each section, for a program too; its count says how many there are."""
_LAST_DAY = "9999-12-31"


class Item(NamedTuple):
    """A ticket of a section, with the ids of its blockers or of the tickets that it blocks, and a reason."""

    ticket: Ticket
    others: tuple[str, ...] = ()
    reason: str = ""


class Recent(NamedTuple):
    """A ticket that changed lately; None for one that cannot be read or does not exist any more."""

    id: str
    ticket: Ticket | None
    change: RecentChange
    exists: bool = True


class Section(NamedTuple):
    """The first tickets of a section, and how many there are."""

    total: int
    items: Sequence[Item]


class Overview(NamedTuple):
    """The state of a store. `is_known` tells whether git knows the user; without a repository there is no checkout."""

    is_known: bool
    tickets: int
    sections: dict[str, Section]
    changed: tuple[int, list[Recent]]
    problems: list[str]
    conflicts: list[str]
    uncommitted: list[str]
    checkout: CheckoutState | None


def overview(project: Project) -> Overview:
    """Return the state of the store; an unreadable file or setting is one of its problems."""
    problems = [str(found) for found in project.tolerate_config() if found.code != "config-foreign"]
    reader, refused = _checkout_reader(project)
    reading = project.reading
    opened = not_done(project)
    mine = me(project)
    checkout = reader.read() if reader else None
    problems += refused + [str(problem) for problem in reading.problems] + list(_git_problems(project, checkout))
    uncommitted = _tickets_of(project, checkout.changed if checkout else ())
    return Overview(
        bool(mine),
        len(reading.tickets) if not opened else len(opened),
        _sections(project, opened, mine),
        _changed(project, checkout),
        problems,
        sorted(ticket.id for ticket in opened if ticket.has_conflicts),
        list(uncommitted),
        checkout,
    )


def _checkout_reader(project: Project) -> tuple[CheckoutReader | None, list[str]]:
    """Start git; return why that fails as a problem."""
    from plaintickets.git.checkout_state import CheckoutReader

    try:
        if project.git is None:
            return None, []
        return CheckoutReader(project.git, project.place.prefix, utc_text(since(project.now))), []
    except GitRefusedError as error:
        return None, [str(error)]


def since(now: datetime) -> datetime:
    """Return the beginning of yesterday."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)


def _git_problems(project: Project, checkout: CheckoutState | None) -> Iterator[str]:
    from plaintickets.git.head import refuse_under_way

    for path in checkout.unmerged if checkout else ():
        yield f"{path}: unmerged; `tk resolve` merges it"
    try:
        if project.place.git_dir:
            refuse_under_way(project.place.git_dir)
    except GitRefusedError as error:
        yield f"{error}".partition(",")[0] + f"; {(error.hint or '').partition(',')[0]}"


def _sections(project: Project, opened: list[Ticket], mine: Collection[str]) -> dict[str, Section]:
    graph, kinds = project.graph, {status.name: status.kind for status in project.config.statuses}
    blocked: list[Item] = []
    blocking: dict[str, list[str]] = {}
    free: list[Ticket] = []
    in_work: list[Item] = []
    for ticket in opened:
        waits_for = tuple(graph.open_blockers(ticket))
        if kinds.get(ticket.status) == "active":
            if ticket.assignee in mine:
                in_work.append(Item(ticket, waits_for))
        elif not waits_for and not waits(ticket, project.now, graph.is_closed):
            free.append(ticket)
        if waits_for:
            blocked.append(Item(ticket, waits_for))
        for other in waits_for:
            blocking.setdefault(other, []).append(ticket.id)
    waiting = [*_waiting(opened, free, kinds, mine, blocking)]
    known = {item.ticket.id for item in waiting}
    ready = [Item(ticket) for ticket in free if ticket.id not in known and kinds.get(ticket.status) != "waiting"]
    found = {
        "in_work": in_work,
        "waiting": waiting,
        "ready": ready,
        "blocked": blocked,
        "overdue": [Item(ticket) for ticket in opened if is_overdue(ticket, project.now)],
    }
    return {name: _section(items, mine) for name, items in found.items()}


def _waiting(
    opened: list[Ticket],
    free: list[Ticket],
    kinds: Mapping[str, str],
    mine: Collection[str],
    blocking: dict[str, list[str]],
) -> Iterator[Item]:
    """Yield what waits for the user: their tickets that they can begin, and questions to the reporter."""
    for ticket in free:
        if ticket.assignee in mine and kinds.get(ticket.status) != "waiting":
            others = tuple(sorted(blocking.get(ticket.id, ())))
            yield Item(ticket, others, "assigned to you")
    for ticket in opened:
        if kinds.get(ticket.status) == "waiting" and ticket.text("reporter") in mine and ticket.assignee not in mine:
            yield Item(ticket, (), "your answer")


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Tell whether an open ticket's due date has passed: a day when it is over."""
    due = ticket.raw("due")
    passed = span(due) if isinstance(due, str) and due else None
    return passed is not None and passed[1] <= now


def urgency(ticket: Ticket, mine: Collection[str] = ()) -> tuple[bool, int, str, bool, str, str]:
    """Return what tickets to begin are sorted by: priority, due date, then those of the user, then the oldest.

    What is assigned to somebody else comes last.
    """
    assignee = ticket.assignee
    priority = 9 if ticket.priority is None else ticket.priority
    is_mine = assignee in mine
    due = ticket.raw("due")
    day = due if isinstance(due, str) and due else _LAST_DAY
    return bool(assignee) and not is_mine, priority, day, not is_mine, ticket.created, ticket.id


def _section(items: list[Item], mine: Collection[str]) -> Section:
    from heapq import nsmallest

    return Section(len(items), nsmallest(MOST_SHOWN, items, key=lambda item: urgency(item.ticket, mine)))


def _tickets_of(project: Project, paths: Sequence[str]) -> dict[str, None]:
    """Return the ids of the tickets to which files belong, named as git names them, in their order."""
    lead = git_lead(project.place.prefix)
    keys = (key_of(path.removeprefix(lead)) for path in paths)
    return dict.fromkeys(key.ticket for key in keys if key is not None)


def _changed(project: Project, checkout: CheckoutState | None) -> tuple[int, list[Recent]]:
    if checkout is None:
        return 0, []
    found: dict[str, RecentChange] = {}
    for path, change in checkout.recent.items():
        for name in _tickets_of(project, (path,)):
            found.setdefault(name, change)
    tickets = project.reading.tickets
    exist = project.paths.keys() | project.reading.broken
    shown = [*found.items()][:MOST_SHOWN]
    return len(found), [Recent(name, tickets.get(name), change, name in exist) for name, change in shown]
