"""Candidates for ids: the tickets that fit the command, with their titles."""

from __future__ import annotations

import re
from itertools import repeat
from typing import TYPE_CHECKING

from plaintickets.commands.completions.request import Candidate
from plaintickets.core.ids import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from plaintickets.commands.completions.request import Request
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

# Ids of other signs are not offered: a shell would expand or run them.
_PLAIN = re.compile(r"[\w.+@%:-]+\Z")
_FEW = 200  # so many files are read at once; of more tickets no titles are shown


def all_tickets(request: Request) -> Iterable[Candidate]:
    """Return every ticket that was not given yet."""
    return _chosen(request, None)


def open_tickets(request: Request) -> Iterable[Candidate]:
    """Return the tickets that are not closed."""
    is_done = request.config.is_done
    return _of_status(request, lambda status: not is_done(status))


def closed_tickets(request: Request) -> Iterable[Candidate]:
    """Return the closed tickets."""
    return _of_status(request, request.config.is_done)


def waiting_tickets(request: Request) -> Iterable[Candidate]:
    """Return the tickets that nobody works on yet: neither closed nor of an active status."""
    kinds = {status.name: status.kind for status in request.config.statuses}
    return _of_status(request, lambda status: kinds.get(status, "open") not in ("active", "done"))


def unarchived_tickets(request: Request) -> Iterable[Candidate]:
    """Return the closed tickets outside the archive."""
    is_done = request.config.is_done
    return _chosen(request, lambda ticket: is_done(ticket.status) and "/" not in ticket.path)


def conflicted_tickets(request: Request) -> Iterable[Candidate]:
    """Return the tickets with recorded conflicts; all of them during a merge, when git's index may have others."""
    from plaintickets.errors import GitRefusedError
    from plaintickets.git.head import refuse_under_way

    try:
        if request.project.place.git_dir:
            refuse_under_way(request.project.place.git_dir)
    except GitRefusedError:
        return _chosen(request, None)
    return _chosen(request, lambda ticket: ticket.has_conflicts)


def new_dependencies(request: Request) -> Iterable[Candidate]:
    """Return the open tickets that the first one does not depend on."""
    first = first_ticket(request)
    held = set(first.deps) if first else set()
    is_done = request.config.is_done
    return _chosen(request, lambda ticket: ticket.id not in held and not is_done(ticket.status))


def dependencies(request: Request) -> Iterable[Candidate]:
    """Return the dependencies of the first ticket."""
    first = first_ticket(request)
    return _named(request, first.deps if first else ())


def new_links(request: Request) -> Iterable[Candidate]:
    """Return the tickets that the first one is not linked to."""
    first = first_ticket(request)
    held = set(first.links) if first else set()
    return _chosen(request, lambda ticket: ticket.id not in held)


def links(request: Request) -> Iterable[Candidate]:
    """Return the tickets that the first one is linked to."""
    first = first_ticket(request)
    return _named(request, first.links if first else ())


def parents(request: Request) -> Iterable[Candidate]:
    """Return the tickets that have children."""
    return _named(request, sorted(held_texts(request.project, "parent")))


def dep_words(request: Request) -> Iterable[Candidate]:
    """Return the words of `tk dep`: a ticket or an action, then the tickets for it."""
    if not request.words:
        actions = (Candidate("tree", "show what a ticket depends on"), Candidate("cycle", "find cycles"))
        return [*actions, *open_tickets(request)]
    if request.words[0] == "cycle" or (request.words[0] == "tree" and len(request.words) > 1):
        return ()
    return all_tickets(request) if request.words[0] == "tree" else new_dependencies(request)


def held_texts(project: Project, name: str) -> set[str]:
    """Return the texts that a key has in the tickets."""
    known = project.reading.tickets
    values_of = getattr(known, "values_of", None)
    if values_of is not None:
        found: set[str] = values_of(name)
        return found
    return {
        value
        for ticket in known.values()
        for value in (ticket.items(name) if isinstance(ticket.get(name), list) else (ticket.text(name),))
        if value
    }


def first_ticket(request: Request) -> Ticket | None:
    """Return the ticket that the first word names, None if it is not exactly one."""
    found = named_tickets(request.project, request.words[:1])
    return found[0] if found else None


def named_tickets(project: Project, words: Iterable[str]) -> list[Ticket]:
    """Return the readable tickets that words name, for each word that names exactly one."""
    paths = project.paths
    found = [matching(word, paths) for word in words]
    return _read(project, [paths[names[0]] for names in found if len(names) == 1])


def _read(project: Project, paths: Iterable[str]) -> list[Ticket]:
    from plaintickets.store.reading import read_each

    listed = [(path, 0, 0, 0, 0) for path in paths]
    read = read_each(project.place.store, listed, project.config.format_max_file_size)
    return [ticket for ticket, _, _ in read if ticket is not None]


def _of_status(request: Request, test: Callable[[str], bool]) -> Iterable[Candidate]:
    """Return the tickets whose status passes the test; of many only the ids, which a cache knows without the rest."""
    if not request.typed:
        ids_of_status = getattr(request.project.reading.tickets, "ids_of_status", None)
        ids = sorted(ids_of_status(test)) if ids_of_status is not None else []
        if len(ids) > _FEW:
            return _untitled(_offered(ids, _given(request, ids)))
    return _chosen(request, lambda ticket: test(ticket.status))


def _named(request: Request, ids: Iterable[str]) -> Iterator[Candidate]:
    """Yield those of the ids that match, also of missing tickets."""
    wanted = list(dict.fromkeys(ids))
    wanted = _offered(wanted, _given(request, request.project.paths) if request.words else set())
    wanted = matching(request.typed, wanted) if request.typed else wanted
    known: dict[str, str] = {}
    if request.shows_titles and len(wanted) <= _FEW:
        paths = request.project.paths
        read = _read(request.project, [paths[one] for one in wanted if one in paths])
        known = {ticket.id: ticket.title for ticket in read}
    for one in wanted:
        yield _ticket(one, known.get(one, ""))


def _chosen(request: Request, test: Callable[[Ticket], bool] | None) -> Iterator[Candidate]:
    """Yield the tickets that match the typed text, pass a test and were not given yet; unreadable ones only without."""
    project, typed = request.project, request.typed
    if typed or test is None:
        paths = project.paths
        ids = _offered(matching(typed, paths) if typed else sorted(paths), _given(request, paths) - {typed})
        if len(ids) > _FEW and test is None:
            yield from _untitled(ids)
            return
        if len(ids) <= _FEW:
            known: dict[str, Ticket] = {}
            if test is not None or request.shows_titles:
                known = {ticket.id: ticket for ticket in _read(project, [paths[one] for one in ids])}
            for one in ids:
                if test is None or (one in known and test(known[one])):
                    yield _ticket(one, known[one].title if one in known else "")
            return
    passing = {ticket.id: ticket for ticket in _passing(project, test)}
    given = _given(request, passing)
    ids = _offered(matching(typed, passing) if typed else sorted(passing), given)
    for one in ids:
        yield _ticket(one, passing[one].title if len(ids) <= _FEW and request.shows_titles else "")


def _offered(ids: list[str], given: set[str]) -> list[str]:
    """Return the ids that a shell can take as they are and that were not given yet."""
    if given or not _PLAIN.match("".join(ids)):
        return [one for one in ids if one not in given and _PLAIN.match(one)]
    return ids


def _untitled(ids: list[str]) -> Iterator[Candidate]:
    return map(Candidate, ids, repeat(""), repeat("plain"), repeat(True))


def _ticket(ticket_id: str, title: str = "") -> Candidate:
    return Candidate(ticket_id, title, is_chosen=True)


def _passing(project: Project, test: Callable[[Ticket], bool] | None) -> Iterable[Ticket]:
    tickets = project.reading.tickets.values()
    return tickets if test is None else filter(test, tickets)


def _given(request: Request, ids: Collection[str]) -> set[str]:
    """Return the ids that the words before name, which are not offered again."""
    if not request.words:
        return set()
    found: set[str] = set()
    for word in request.words:
        found.update(names if len(names := matching(word, ids)) == 1 else ())
    return found
