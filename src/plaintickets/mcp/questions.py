"""The tools that only read: each asks one action, and gives what the command of its name prints with `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions import listing
from plaintickets.actions.listing import Filter
from plaintickets.actions.sorting import check_order, sort
from plaintickets.errors import UnreadableError, UsageError
from plaintickets.render.jsonform import error_object, listed, ticket_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from plaintickets.core.similar import Entry
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

    Given = Mapping[str, Any]
    Value = dict[str, object]


def _problems(project: Project) -> list[str]:
    return list(map(str, project.reading.problems))


def _tickets(project: Project, tickets: Sequence[Ticket], limit: int) -> Value:
    """Return tickets, at most `limit`, and how many there are."""
    shown = map(ticket_object, listing.limited(list(tickets), limit))
    return listed("tickets", shown, total=len(tickets), problems=_problems(project))


def _sorted(project: Project, tickets: list[Ticket], order: str) -> list[Ticket]:
    if not order:
        return tickets
    check_order(project, order)
    return sort(project, tickets, order)


def _unless_unread(value: Value, refuse: Callable[[], None]) -> Value:
    """Return an answer, with an error beside it if `refuse` raises UnreadableError."""
    try:
        refuse()
    except UnreadableError as error:
        return value | error_object(str(error), error.hint, error.exit_code)
    return value


def list_tickets(project: Project, given: Given) -> Value:
    """List tickets that match a query."""
    found = listing.select(project, Filter(query=given["query"]), closed_too=given["closed"])
    return _tickets(project, _sorted(project, found, given["sort"]), given["limit"])


def ready(project: Project, given: Given) -> Value:
    """List tickets that are not blocked, the most urgent first."""
    asked = Filter(query=given["query"])
    value = _tickets(project, listing.ready(project, asked), given["limit"])
    waiting = listing.select(project, asked, closed_too=False) if project.reading.broken else []
    unread = listing.unreadable_dependencies(project, waiting)
    return _unless_unread(value, lambda: listing.refuse_unreadable(unread))


def next_ticket(project: Project, given: Given) -> Value:
    """Give the ticket to begin next, or none."""
    from plaintickets.actions.next_ticket import next_ticket as choose

    found = choose(project, Filter(query=given["query"]))
    if found.ticket is None:
        others = f"; {found.of_others} ready with others or in work" if found.of_others else ""
        project.around.notify(f"nothing is ready to begin{others}")
    value = _tickets(project, [found.ticket] if found.ticket else [], 1)
    return _unless_unread(value, lambda: listing.refuse_unreadable(found.unreadable))


def show(project: Project, given: Given) -> Value:
    """Show tickets with their text, comments and relations."""
    from plaintickets.actions.asked_tickets import asked
    from plaintickets.actions.shown_tickets import shown_object

    return shown_object(project, asked(project, given["tickets"]))


def search(project: Project, given: Given) -> Value:
    """Find tickets by their words, best first."""
    from plaintickets.actions.search import SearchOptions
    from plaintickets.actions.search import search as find
    from plaintickets.render.hits import whole_values

    answer = find(project, Filter(query=given["query"]), SearchOptions("", given["limit"]), lambda _done, _total: None)
    if answer.slip:
        project.around.notify(f"searched for as plain words, because it is not a query: {answer.slip}")
    objects = [
        {**ticket_object(hit.ticket), **whole_values(hit, is_partial=is_partial)}
        for hits, is_partial in ((answer.hits, False), (answer.partial, True))
        for hit in hits
    ]
    more = {"total": answer.total, "suggestions": answer.suggestions, "problems": _problems(project)}
    return listed("tickets", objects, **more)


def similar(project: Project, given: Given) -> Value:
    """Find likely duplicates of a ticket or a text."""
    from plaintickets.actions.duplicates import Finder
    from plaintickets.render.likenesses import likeness_object

    if bool(given["ticket"]) == bool(given["text"].strip()):
        raise UsageError("similar needs a ticket or a text", hint="give one of `ticket` and `text`.")
    with Finder(project) as finder:
        finder.refresh()
        found = finder.similar(_entry(project, given), given["limit"] or len(project.paths), given["threshold"])
    return listed("tickets", map(likeness_object, found), problems=_problems(project))


def _entry(project: Project, given: Given) -> Entry:
    from plaintickets.actions.ticket_source import similar_entry
    from plaintickets.core.similar import Entry

    if given["ticket"]:
        return similar_entry(project.document(given["ticket"], guess=True))
    return Entry(id="", title=given["text"], created=project.now.timestamp())


def blockers(project: Project, given: Given) -> Value:
    """List the tickets that block a release or a ticket."""
    from plaintickets.actions.blockers import BlockersOptions, find, refuse_empty, refuse_unread

    refuse_empty(project)
    words = (given["query"],) if given["query"] else ()
    if words and given["tickets"]:
        raise UsageError("a query and tickets exclude each other", hint="leave one of them out.")
    options = BlockersOptions(words, given["tickets"], given["milestones"], given["components"])
    found = find(project, options)
    problems = list(map(str, found.problems))
    more = {"total": len(found.tickets), "query": found.query, "unreadable": found.unreadable, "problems": problems}
    value = listed("blockers", map(ticket_object, listing.limited(found.tickets, given["limit"])), **more)
    return _unless_unread(value, lambda: refuse_unread(found))


def log(project: Project, given: Given) -> Value:
    """Show the history of a ticket or of all, newest first."""
    from plaintickets.actions.log import history, note_unknown_author, wanted_events, wanted_of

    wanted = wanted_of(project, given["grep"], given["fields"], given["author"], given["since"] or None, None)
    found = history(project, given["ticket"] or None)
    events = wanted_events(found.events, wanted)
    if not events:
        note_unknown_author(project, wanted)
    shown = events[: given["limit"]] if given["limit"] else events
    objects = [event.as_json() for event in shown]
    return listed("events", objects, complete=found.complete, total=len(events))


def prime(project: Project, given: Given) -> Value:
    """Give what an agent must know at the start."""
    from plaintickets.actions.prime import prime as state
    from plaintickets.render.prime import json_object

    return json_object(state(project), given["limit"] or 5, project.graph.open_blockers, _problems(project))
