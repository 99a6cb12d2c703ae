"""What blocks: the open tickets that the configuration's query finds, or that given tickets wait for."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.listing import Tested, by_priority, not_done, query_test
from plaintickets.core.query.nodes import Compare, Query, Value
from plaintickets.core.ticket import id_of
from plaintickets.errors import RefusedError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.problem import Problem
    from plaintickets.core.ticket import Ticket
    from plaintickets.tracker import Tracker

    Test = Callable[[Ticket], bool]

_SYNTAX = re.compile(r"""[\s:<>=!()"'*~@]|\A-|\A(?:AND|OR|NOT)\Z""")


class Asked(NamedTuple):
    """What a gate looks for; an empty value asks for nothing.

    `words` are tickets whose own dependencies are meant, or a query in place of the configured one;
    `waiting` are tickets with all that they wait for. The rest narrows.
    """

    words: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    milestones: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    allow_unknown: bool = False


class Blocking(NamedTuple):
    """The tickets that block, the query that found them if one did, and what could not be looked at."""

    tickets: list[Ticket]
    query: str
    unreadable: list[str]
    problems: list[Problem]


def find(tracker: Tracker, asked: Asked) -> Blocking:
    """What blocks; raises TicketsError for what was asked and is not there."""
    ids, query = _sorted_out(tracker, asked.words)
    roots = [*ids, *(tracker.find(part).id for part in asked.waiting)]
    if not roots and not query:
        query = tracker.config.blockers_query
    narrow = _narrowing(tracker, asked)
    if not roots:
        found = by_priority(filter(narrow, _matching(tracker, query)))
        problems = _unread(tracker)
        return Blocking(found, query, sorted({id_of(problem.path) for problem in problems}), problems)
    graph = tracker.graph
    direct = [dep for part in ids for dep in graph.open_blockers(tracker.find(part))]
    names = list(dict.fromkeys([*direct, *graph.awaited(roots[len(ids) :])]))
    found = [graph.tickets[name] for name in names if name in graph.tickets]
    unreadable = [name for name in names if name not in graph.tickets]
    problems = [problem for problem in tracker.reading.problems if id_of(problem.path) in unreadable]
    if query:
        found = list(filter(_tested(tracker, query).test, found))
    return Blocking(list(filter(narrow, found)), query, unreadable, problems)


def refuse_empty(tracker: Tracker) -> None:
    """Raises UnreadableError for a store without a ticket: a gate that read nothing must not pass."""
    if not tracker.reading.files and not tracker.reading.problems:
        raise UnreadableError(
            f"{os.path.basename(tracker.place.store)} holds no tickets, so there was nothing to look at",
            hint="--allow-no-store passes all the same.",
        )


def _sorted_out(tracker: Tracker, words: Sequence[str]) -> tuple[list[str], str]:
    """The ids that the words name, or the query that they are.

    Words without any sign of the query language are tickets, so that a mistyped id, or an empty one
    out of a variable that is not set, is refused and not searched for in vain.
    """
    if any(_SYNTAX.search(word.strip()) and not tracker.existing_path(word) for word in words):
        return [], " ".join(words).strip()
    return [tracker.find(word).id for word in words], ""


def _matching(tracker: Tracker, query: str) -> Iterable[Ticket]:
    """The tickets that a query finds; those that are done only where it asks for a status."""
    test, mentioned, open_only = _tested(tracker, query)
    asks = "status" in mentioned or "is" in mentioned
    return filter(test, tracker.reading.tickets.values() if asks and not open_only else not_done(tracker))


def _tested(tracker: Tracker, query: str) -> Tested:
    try:
        return query_test(tracker, query)
    except UsageError as error:
        if query != tracker.config.blockers_query:
            raise
        source = tracker.config.source("blockers.query")
        raise UnreadableError(f"{source}: blockers.query: {error}", hint=error.hint) from None


def _narrowing(tracker: Tracker, asked: Asked) -> Test:
    """Whether a ticket is within what was asked for."""
    tests = [
        _one_of(tracker, name, values, allow_unknown=asked.allow_unknown)
        for name, values in (("milestone", asked.milestones), ("component", asked.components))
        if values
    ]
    if asked.paths:
        from plaintickets.core.affects import affects_test

        tests.append(affects_test(_given(tracker, path) for path in asked.paths))
    return lambda ticket: all(test(ticket) for test in tests)


def _one_of(tracker: Tracker, name: str, values: Sequence[str], *, allow_unknown: bool) -> Test:
    """Whether a field has one of the values; raises RefusedError for a value that no ticket has."""
    from plaintickets.actions.asking import Questions
    from plaintickets.core.query import compile_query

    def test_of(*some: str) -> Test:
        node = Compare(name, "=", tuple(Value(value, quoted=True) for value in some))
        return compile_query(Query("", node), Questions(tracker))

    for value in () if allow_unknown else values:
        if not any(map(test_of(value), tracker.reading.tickets.values())):
            from plaintickets.core.nearest import did_you_mean

            known = {item for ticket in tracker.reading.tickets.values() for item in ticket.items(name)}
            raise RefusedError(
                f"no ticket has the {name} '{value}', so there was nothing to look at",
                hint=did_you_mean(value, sorted(known)) or "--allow-unknown passes all the same.",
            )
    return test_of(*values)


def _given(tracker: Tracker, path: str) -> str:
    """A path from the command line as a path from the top of the work tree, folders with a `/` behind."""
    top = tracker.place.top or os.path.dirname(tracker.place.store)
    full = os.path.normpath(os.path.join(os.path.realpath(tracker.around.folder), path))
    inside = os.path.relpath(full, top)
    if inside == ".." or inside.startswith("../"):
        raise UsageError(f"--affects {path}: outside of {top}", hint="name a path inside the repository.")
    return f"{inside}/" if path.endswith("/") or os.path.isdir(full) else inside


def _unread(tracker: Tracker) -> list[Problem]:
    """The problems because of which a ticket was not looked at."""
    return [problem for problem in tracker.reading.problems if problem.code != "id-mismatch"]
