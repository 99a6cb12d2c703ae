"""Select the tickets of a listing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.ticket import id_of
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

    Test = Callable[[Ticket], bool]

CLOSED_LIMIT = 20  # of `tk closed`, if no limit is given
_ENDED = ("closed", "done")


class Filter(NamedTuple):
    """The options of a listing; an empty value does not restrict."""

    query: str = ""
    status: str = ""
    assignee: str = ""
    tag: str = ""
    type: str = ""
    priority: str = ""
    parent: str = ""


def select(project: Project, asked: Filter, *, closed_too: bool = True) -> list[Ticket]:
    """Return the tickets that pass, by id; closed ones only with `closed_too` or if a status is requested.

    Raise QueryError, UsageError, and TicketNotFoundError for an unknown parent.
    """
    tests = option_tests(project, asked)
    names_status, open_only = bool(asked.status), False
    if asked.query:
        query = query_test(project, asked.query)
        tests.append(query.test)
        names_status = names_status or "status" in query.mentioned or "is" in query.mentioned
        open_only = query.open_only
    without_closed = open_only or (not closed_too and not names_status and not project.config.list_closed)
    tickets: Iterable[Ticket] = not_done(project) if without_closed else project.reading.tickets.values()
    passed = [ticket for ticket in tickets if all(test(ticket) for test in tests)] if tests else list(tickets)
    passed.sort(key=lambda ticket: ticket.id)
    return passed


def not_done(project: Project) -> list[Ticket]:
    """Return the tickets that are not closed, without reading the others."""
    is_done = _memory(project.config.is_done)
    tickets = project.reading.tickets
    with_status = getattr(tickets, "with_status", None)
    if with_status is not None:
        found: list[Ticket] = with_status(lambda status: not is_done(status))
        return found
    return [ticket for ticket in tickets.values() if not is_done(ticket.status)]


def _memory(function: Callable[[str], bool]) -> Callable[[str], bool]:
    known: dict[str, bool] = {}

    def remembered(text: str) -> bool:
        if text not in known:
            known[text] = function(text)
        return known[text]

    return remembered


def option_tests(project: Project, asked: Filter) -> list[Test]:
    """Return a test for each option that is given."""
    tests: list[Test] = []
    if asked.assignee or asked.tag or asked.type:
        from plaintickets.actions.unknown_values import check_option

        check_option(project, "assignee", asked.assignee)
        check_option(project, "tags", *asked.tag.split(","))
        check_option(project, "type", *asked.type.split(","))
    if asked.status:
        statuses = _statuses(project, asked.status)
        tests.append(lambda ticket: ticket.status in statuses)
    if asked.assignee:
        people = _people(project, asked.assignee)
        tests.append(lambda ticket: ticket.assignee in people)
    if asked.tag:
        tags = frozenset(asked.tag.split(","))
        tests.append(lambda ticket: not tags.isdisjoint(ticket.tags))
    if asked.type:
        types = frozenset(asked.type.split(","))
        tests.append(lambda ticket: ticket.type in types)
    if asked.priority:
        numbers = _priorities(project, asked.priority)
        tests.append(lambda ticket: ticket.priority in numbers)
    if asked.parent:
        parent = id_of(project.path_of(asked.parent, guess=True))
        tests.append(lambda ticket: ticket.parent == parent)
    return tests


def _people(project: Project, name: str) -> frozenset[str]:
    from plaintickets.core.query.comparison import is_me

    if not is_me(name):
        return frozenset((name,))
    from plaintickets.query_context import me

    return me(project)


def _statuses(project: Project, text: str) -> frozenset[str]:
    """Return the requested statuses.

    Raise UsageError for a status that neither the configuration nor any ticket has.
    """
    statuses = frozenset(text.split(","))
    for status in statuses - set(project.config.status_names):
        if not any(ticket.status == status for ticket in project.reading.tickets.values()):
            from plaintickets.core.workflow import choose_status

            choose_status(status, project.config, project.now)
    return statuses


def _priorities(project: Project, text: str) -> frozenset[int]:
    from plaintickets.core.fields import find_field, parse

    field = find_field(project.config, "priority")
    return frozenset(int(str(parse(part, field, project.now))) for part in text.split(","))


class Tested(NamedTuple):
    """A query as a test, the fields that it mentions, and whether only open tickets can pass."""

    test: Test
    mentioned: frozenset[str]
    open_only: bool


def query_test(project: Project, text: str, *, checks: bool = True) -> Tested:
    """Return a query as a test; `@name` is a saved query. With `checks`, its values are checked as in a listing."""
    from plaintickets.actions.computed_fields import ComputedFields
    from plaintickets.core.query import compile_query, mentioned, parse
    from plaintickets.core.query.inquiry import is_open_only
    from plaintickets.query_context import QueryContext, expanded, known_fields

    query = parse(expanded(text, project.config.queries), known_fields(project))
    if checks:
        from plaintickets.actions.unknown_values import check_list

        check_list(project, query)
    test = compile_query(query, QueryContext(project, ComputedFields(project)))
    return Tested(test, mentioned(query), is_open_only(query, project.config.done_statuses))


def ready(project: Project, asked: Filter) -> list[Ticket]:
    """Return the tickets that are ready, by priority, then id."""
    graph, now = project.graph, project.moment
    return by_priority(ticket for ticket in select(project, asked, closed_too=False) if graph.is_ready(ticket, now))


def blocked(project: Project, asked: Filter) -> list[Ticket]:
    """Return the tickets that depend on open tickets, by priority, then id."""
    graph = project.graph
    return by_priority(ticket for ticket in select(project, asked, closed_too=False) if graph.is_blocked(ticket))


def by_priority(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return the tickets by priority, then id; an unreadable priority last."""
    return sorted(tickets, key=lambda ticket: (9 if ticket.priority is None else ticket.priority, ticket.id))


def unreadable_dependencies(project: Project, tickets: Iterable[Ticket]) -> list[str]:
    """Return the dependencies of open tickets whose files cannot be read: open or closed, nobody knows."""
    broken = project.reading.broken
    if not broken:
        return []
    graph = project.graph
    return sorted(
        {dep for ticket in tickets if not graph.is_done(ticket.status) for dep in ticket.deps if dep in broken}
    )


def closed(project: Project, asked: Filter, limit: int) -> list[Ticket]:
    """Return the closed tickets, the most recently closed first, at most `limit` (0 for all)."""
    config = project.config
    tickets = [ticket for ticket in select(project, asked) if config.is_done(ticket.status) or ticket.status in _ENDED]
    tickets.sort(key=lambda ticket: closed_key(project, ticket), reverse=True)
    return tickets[:limit] if limit else tickets


def closed_key(project: Project, ticket: Ticket) -> tuple[float, str, str]:
    """Return the key by which the most recently closed ticket comes last."""
    return _closed_at(project, ticket), ticket.created, ticket.id


def _closed_at(project: Project, ticket: Ticket) -> float:
    """Return when a ticket was closed, in seconds; without a date, when its file last changed."""
    from plaintickets.render.times import moment

    when = moment(ticket.closed)
    if when is not None:
        return when.timestamp()
    try:
        return os.stat(f"{project.place.store}/{ticket.path}", follow_symlinks=False).st_mtime
    except OSError:
        return 0.0


def limited(tickets: Sequence[Ticket], limit: int | None) -> list[Ticket]:
    """Return the first `limit` tickets, all if it is None or 0."""
    return list(tickets[:limit] if limit else tickets)


def refuse_unreadable(dependencies: Sequence[str]) -> None:
    """Raise UnreadableError if the answer depends on files that cannot be read."""
    if dependencies:
        raise UnreadableError(
            f"the answer depends on tickets that cannot be read: {', '.join(dependencies)}",
            hint="fix the files named above; until then tickets that depend on them count as blocked.",
        )
