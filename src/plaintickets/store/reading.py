"""Read tickets from files: a ticket for each readable file, and a problem for each other one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.problem import Problem
from plaintickets.core.ticket import Ticket
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from plaintickets.core.document import Document

# Below this, reading every file is as fast as opening the cache (measured: 250 to 400 files).
CACHE_FROM = 300
MAX_BYTES = 1 << 20


class Reading:
    """All tickets of a store at one moment, and the problems; `broken` has the ids that cannot be read.

    `files` are all ticket files as they were listed, before they were read.
    """

    __slots__ = ("broken", "files", "problems", "tickets")

    def __init__(
        self, listed: list[files.Found], tickets: Mapping[str, Ticket], problems: list[Problem], broken: set[str]
    ) -> None:
        self.files = listed
        self.tickets = tickets
        self.problems = sorted(problems)
        self.broken = broken


def read_document(store: str, path: str, max_bytes: int = MAX_BYTES) -> Document:
    """Return the document of one ticket file; that of an unreadable file has a problem."""
    return document_of(path, _content(store, path, max_bytes), max_bytes)


def document_of(path: str, content: bytes | OSError, max_bytes: int = MAX_BYTES) -> Document:
    """Return the document of a file's bytes, or of the reason why it cannot be read."""
    from plaintickets.core.document import parse

    if not isinstance(content, OSError):
        return parse(content, path, max_bytes)
    document = parse(b"", path)
    document.problems[:] = [Problem(path, 0, "unreadable", f"cannot be read: {content.strerror}")]
    return document


def _content(store: str, path: str, max_bytes: int) -> bytes | OSError:
    try:
        return files.read_bytes(store, path, max_bytes)
    except OSError as error:
        return error


def id_mismatch(document: Document) -> Problem | None:
    """Return a problem if the key `id` is not the file's name; the ticket is then read under that name."""
    named = document.keys.get("id")
    if named is None or named == files.id_of(document.path):
        return None
    shown = named if isinstance(named, str) else "not a word"
    message = f"the id '{shown}' does not match the file's name"
    return Problem(document.path, document.line_of("id"), "id-mismatch", message)


def ticket_of(document: Document) -> Ticket:
    """Return the ticket of a document."""
    return Ticket(files.id_of(document.path), document.path, document.keys, document.title)


def read_all(
    store: str,
    derived: str = "",
    max_bytes: int = MAX_BYTES,
    is_ignored: Callable[[str], bool] | None = None,
    *,
    keeps: bool = True,
) -> Reading:
    """Return all tickets of the store, from the cache under `derived` if their files are unchanged.

    Without `keeps` the cache is read and not written.
    """
    listed, problems = files.listing(store, is_ignored)
    broken = {files.id_of(problem.path) for problem in problems}
    if derived and len(listed) >= CACHE_FROM:
        from plaintickets.store.cache import read_cached

        path = os.path.join(derived, "tickets.sqlite")
        cached = read_cached(path, listed, lambda some: read_each(store, some, max_bytes), keeps=keeps)
        if cached is not None:
            return Reading(listed, cached[0], [*problems, *cached[1]], broken | cached[2])
    return collected(listed, read_each(store, listed, max_bytes), problems)


def as_left(
    store: str, derived: str, max_bytes: int = MAX_BYTES, is_ignored: Callable[[str], bool] | None = None
) -> Reading:
    """Return all tickets as a cache has them if no file came, went or was replaced since; else the present ones.

    It writes nothing, does not look at each file of a large store, and returns no problems of unchanged files.
    """
    from plaintickets.store.names import folders_of

    path = os.path.join(derived, "tickets.sqlite")
    if derived and is_ignored is None and os.path.exists(path):
        from plaintickets.store import cache

        cached = cache.as_left(path, folders_of(store))
        if cached is not None:
            return Reading([], cached, [], set())
    return read_all(store, derived, max_bytes, is_ignored, keeps=False)


def collected(
    listed: list[files.Found], read: Iterable[tuple[Ticket | None, str, list[Problem]]], problems: list[Problem]
) -> Reading:
    """Return the tickets of read files, with the problems of the others; the first file of an id is used."""
    broken = {files.id_of(problem.path) for problem in problems}
    tickets: dict[str, Ticket] = {}
    for ticket, path, found in read:
        problems += found
        if ticket is None:
            broken.add(files.id_of(path))
        elif ticket.id in tickets:
            message = f"the id '{ticket.id}' also stands at {tickets[ticket.id].path}"
            problems.append(Problem(path, 0, "duplicate-id", message))
        else:
            tickets[ticket.id] = ticket
    return Reading(listed, tickets, problems, broken)


def read_each(
    store: str, found: Sequence[files.Found], max_bytes: int = MAX_BYTES
) -> list[tuple[Ticket | None, str, list[Problem]]]:
    """Return for each file its ticket, None if it cannot be read, its path, and its problems."""
    return read_contents(((path, _content(store, path, max_bytes)) for path, *_ in found), max_bytes)


def read_contents(
    contents: Iterable[tuple[str, bytes | OSError]], max_bytes: int = MAX_BYTES
) -> list[tuple[Ticket | None, str, list[Problem]]]:
    """Return the same, from paths with bytes or with the reason why a file cannot be read."""
    from plaintickets.core.document import scan

    read: list[tuple[Ticket | None, str, list[Problem]]] = []
    for path, content in contents:
        if isinstance(content, OSError):
            read.append((None, path, document_of(path, content).problems))
            continue
        plain = scan(content) if len(content) <= max_bytes else None
        if plain is not None and plain[0].get("id") == files.id_of(path):
            read.append((Ticket(files.id_of(path), path, *plain[:2]), path, []))
        else:
            read.append(_read_thoroughly(content, path, max_bytes))
    return read


def _read_thoroughly(content: bytes, path: str, max_bytes: int) -> tuple[Ticket | None, str, list[Problem]]:
    from plaintickets.core.document import parse

    document = parse(content, path, max_bytes)
    if document.problems:
        return None, path, document.problems
    mismatch = id_mismatch(document)
    return ticket_of(document), path, [mismatch] if mismatch else []
