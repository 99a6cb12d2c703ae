"""Find blockers: open tickets that the configured query selects, or on which given tickets depend."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.ids_or_query import ids_or_query
from plaintickets.actions.listing import by_priority, not_done, query_test
from plaintickets.core.paths import git_lead
from plaintickets.core.query.nodes import Compare, Query, Value
from plaintickets.core.ticket import id_of
from plaintickets.errors import GitRefusedError, RefusedError, UnreadableError, UsageError
from plaintickets.project import COMMENTS_LEFT_OUT
from plaintickets.store import files
from plaintickets.system.files import is_there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.problem import Problem
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

    Test = Callable[[Ticket], bool]


class BlockersOptions(NamedTuple):
    """The options of a gate; an empty value does not restrict.

    `words` are tickets whose direct dependencies count, or a query instead of the configured one; `roots` are
    tickets with all their dependencies, direct and indirect. The other options restrict the result: to tickets
    that affect one of the `paths`, or a path that was `changed` since the base; to tickets that did not block at
    the `base`, a revision.
    """

    words: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    milestones: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    changed: bool = False
    base: str | None = None
    allow_unknown: bool = False
    allow_shallow: bool = False


class Blocking(NamedTuple):
    """The blockers, the query that found them (if any), and the files that could not be read."""

    tickets: list[Ticket]
    query: str
    unreadable: list[str]
    problems: list[Problem]


class _Plan(NamedTuple):
    """The resolved options: tickets with direct dependencies, tickets with all dependencies, or a query."""

    direct: tuple[str, ...]
    roots: tuple[str, ...]
    query: str


def find(project: Project, asked: BlockersOptions) -> Blocking:
    """Return the blockers.

    Raise TicketsError if a ticket, a path or the base does not exist.
    """
    project.require_settings()
    narrow = _restriction(project, asked)
    base = _base(project, asked) if asked.base is not None else ""
    if base:
        from plaintickets.actions.base_settings import judge_by
        from plaintickets.past_project import at

        judge_by(project, at(project, base))
    try:
        plan = _plan(project, asked)
        found = _blocking(project, plan)
    except UsageError as error:
        if asked.words or asked.roots:
            raise
        source = project.config.source("blockers.query")
        raise UnreadableError(f"{source}: blockers.query: {error}", hint=error.hint) from None
    tickets = list(filter(narrow, found.tickets))
    if plan.query and not plan.direct and not plan.roots:
        found = _with_unreadable(project, found, narrow)
    if asked.base is not None:
        there = _blocking_before(project, plan, asked)
        tickets = [ticket for ticket in tickets if ticket.id not in there]
    return found._replace(tickets=tickets)


def refuse_unread(answer: Blocking) -> None:
    """Raise UnreadableError if a ticket that may block cannot be read."""
    if answer.unreadable:
        raise UnreadableError(
            f"cannot read {', '.join(answer.unreadable[:10])}: missing or unreadable",
            hint="`tk doctor` says what is wrong, `tk undep` removes a dependency; "
            "--allow-unreadable ignores tickets that cannot be read.",
        )


def _plan(project: Project, asked: BlockersOptions) -> _Plan:
    """Return the resolved options. Saved queries are expanded, so that they mean the same at the base."""
    direct, query = ids_or_query(project, asked.words)
    roots = tuple(project.find(part).id for part in asked.roots)
    typed = bool(query)
    if not direct and not roots and not query:
        query = project.config.blockers_query
    if query:
        from plaintickets.query_context import expanded

        query = expanded(query, project.config.queries)
        if not asked.allow_unknown:
            from plaintickets.actions.blockers_unknown import refuse_unknown

            refuse_unknown(project, query, typed=typed)
    return _Plan(tuple(direct), roots, query)


def _blocking(project: Project, plan: _Plan) -> Blocking:
    """Return the blockers before the result is restricted."""
    if not plan.direct and not plan.roots:
        problems = unread(project)
        found = by_priority(_matching(project, plan.query))
        return Blocking(found, plan.query, sorted({id_of(problem.path) for problem in problems}), problems)
    graph = project.graph
    direct = (graph.tickets[name] for name in plan.direct if name in graph.tickets)
    own = [dep for ticket in direct for dep in graph.open_blockers(ticket)]
    names = list(dict.fromkeys([*own, *graph.awaited(plan.roots)]))
    found = [graph.tickets[name] for name in names if name in graph.tickets]
    unreadable = [name for name in names if name not in graph.tickets]
    problems = [problem for problem in project.reading.problems if id_of(problem.path) in unreadable]
    if plan.query:
        found = list(filter(query_test(project, plan.query, checks=False).test, found))
    return Blocking(found, plan.query, unreadable, problems)


def _with_unreadable(project: Project, found: Blocking, narrow: Test) -> Blocking:
    """Add the tickets with an unreadable value of a field that the query asks about."""
    from plaintickets.actions.blockers_unknown import unreadable_values

    there = {ticket.id for ticket in found.tickets}
    rows = [row for row in unreadable_values(project, found.query) if row[0].id not in there and narrow(row[0])]
    unreadable = sorted({*found.unreadable, *(ticket.id for ticket, _ in rows)})
    return found._replace(unreadable=unreadable, problems=[*found.problems, *(problem for _, problem in rows)])


def _blocking_before(project: Project, plan: _Plan, asked: BlockersOptions) -> set[str]:
    """Return the ids of the tickets that blocked at the base; unreadable tickets there did not block."""
    from plaintickets.past_project import at

    base = _base(project, asked)
    try:
        return {ticket.id for ticket in _blocking(at(project, base), plan).tickets} if base else set()
    except UsageError:  # a field of the query did not exist yet
        return set()


def _base(project: Project, asked: BlockersOptions) -> str:
    """Return the commit to compare with; empty if the clone lacks it and that is allowed."""
    from plaintickets.git.revisions import is_shallow
    from plaintickets.history.compare import base_commit

    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there is no base to compare with")
    try:
        return base_commit(git, asked.base)
    except GitRefusedError as error:
        if asked.allow_shallow and is_shallow(git):
            return ""
        raise GitRefusedError(str(error), hint=f"{error.hint} --allow-shallow counts all blockers.") from None


def refuse_empty(project: Project) -> None:
    """Raise UnreadableError for a store without tickets, so that a gate that read nothing does not pass."""
    if not project.reading.files and not project.reading.problems:
        raise UnreadableError(
            f"{os.path.basename(project.place.store)} has no tickets, so there was nothing to check",
            hint="--allow-no-store passes anyway.",
        )


def _matching(project: Project, query: str) -> Iterable[Ticket]:
    """Return the tickets that a query finds; closed tickets only if the query asks for a status."""
    test, mentioned, open_only = query_test(project, query, checks=False)
    asks = "status" in mentioned or "is" in mentioned
    return filter(test, project.reading.tickets.values() if asks and not open_only else not_done(project))


def _restriction(project: Project, asked: BlockersOptions) -> Test:
    """Return the test of whether a ticket passes the restricting options."""
    tests = [
        _one_of(project, name, values, allow_unknown=asked.allow_unknown)
        for name, values in (("milestone", asked.milestones), ("component", asked.components))
        if values
    ]
    if asked.paths or asked.changed:
        from plaintickets.core.touched_paths import affects_test

        given = [_given(project, path) for path in asked.paths]
        for path in () if asked.allow_unknown else given:
            _refuse_unknown(project, path)
        tests.append(affects_test([*given, *(_changed(project, asked) if asked.changed else ())]))
    return lambda ticket: all(test(ticket) for test in tests)


def _one_of(project: Project, name: str, values: Sequence[str], *, allow_unknown: bool) -> Test:
    """Return the test of whether a field has one of the values.

    Raise RefusedError for a value that no ticket has.
    """
    from plaintickets.core.query import compile_query
    from plaintickets.query_context import QueryContext

    def test_of(*some: str) -> Test:
        node = Compare(name, "=", tuple(Value(value, quoted=True) for value in some))
        return compile_query(Query("", node), QueryContext(project))

    for value in () if allow_unknown else values:
        if not any(map(test_of(value), project.reading.tickets.values())):
            from plaintickets.core.suggestions import did_you_mean

            known = {item for ticket in project.reading.tickets.values() for item in ticket.items(name)}
            raise RefusedError(
                f"no ticket has the {name} '{value}', so there was nothing to check",
                hint=did_you_mean(value, sorted(known)) or "--allow-unknown passes anyway.",
            )
    return test_of(*values)


def _given(project: Project, path: str) -> str:
    """Return a path of the command line relative to the top of the work tree; a folder ends with `/`."""
    top = project.place.top or os.path.dirname(project.place.store)
    full = os.path.normpath(os.path.join(os.path.realpath(project.around.folder), path))
    inside = os.path.relpath(full, top)
    if inside == ".." or inside.startswith("../"):
        raise UsageError(f"--affects {path}: outside of {top}", hint="name a path inside the repository.")
    return f"{inside}/" if path.endswith("/") or os.path.isdir(full) else inside


def _refuse_unknown(project: Project, path: str) -> None:
    """Raise RefusedError for a path that never existed and that no ticket affects."""
    from plaintickets.core.touched_paths import affects_test

    top = project.place.top or os.path.dirname(project.place.store)
    if is_there(top, path.replace(os.sep, "/").rstrip("/")) or any(
        map(affects_test([path]), project.reading.tickets.values())
    ):
        return
    if project.git and project.git.run("log", "-1", "--format=%H", "HEAD", "--", path).out:
        return
    raise RefusedError(
        f"--affects {path}: there is no such path, so there was nothing to check",
        hint="--allow-unknown passes anyway.",
    )


def _changed(project: Project, asked: BlockersOptions) -> list[str]:
    """Return the paths outside the store that differ from the base; if the base is missing, every path."""
    from plaintickets.git.revisions import differing_paths

    base = _base(project, asked)
    if not base or project.git is None:
        return [""]
    store = git_lead(project.place.prefix)
    paths = differing_paths(project.git, base)
    if not store:  # the store is the top of the repository: its tickets lie beside other files
        return [path for path in paths if not files.is_ticket_path(files.ticket_path(path))]
    return [path for path in paths if not path.startswith(store)]


def unread(project: Project) -> list[Problem]:
    """Return the problems of the files that could not be read."""
    return [problem for problem in project.reading.problems if problem.code not in ("id-mismatch", COMMENTS_LEFT_OUT)]
