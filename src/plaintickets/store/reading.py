"""Tickets out of files: each readable one, and a problem for each that is not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.document import MAX_BYTES, Document, parse
from plaintickets.core.problem import Problem
from plaintickets.core.ticket import Ticket
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterable

CACHE_FROM = 1_000_000


class Reading:
    """All tickets of a store at one moment, and the problems met; `broken` has the ids that cannot be read."""

    __slots__ = ("broken", "problems", "tickets")

    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.problems: list[Problem] = []
        self.broken: set[str] = set()


def read_document(store: str, path: str, max_bytes: int = MAX_BYTES) -> Document:
    """The document of one ticket file; a file that cannot be read is a document with a problem."""
    try:
        content = files.read_bytes(store, path, max_bytes)
    except OSError as error:
        content = b""
        document = parse(content, path)
        document.problems[:] = [Problem(path, 0, "unreadable", f"cannot be read: {error.strerror}")]
        return document
    return parse(content, path, max_bytes)


def id_mismatch(document: Document) -> Problem | None:
    """The problem of a document whose key `id` is not its file's name; such a ticket is read under the file's name."""
    named = document.keys.get("id")
    if named is None or named == files.id_of(document.path):
        return None
    shown = named if isinstance(named, str) else "not a word"
    message = f"the id '{shown}' does not match the file's name"
    return Problem(document.path, document.line_of("id"), "id-mismatch", message)


def ticket_of(document: Document) -> Ticket:
    """The ticket that a document holds."""
    return Ticket(files.id_of(document.path), document.path, document.keys, document.title)


def read_all(store: str, derived: str = "", max_bytes: int = MAX_BYTES) -> Reading:
    """Every ticket of the store, from the cache under `derived` where its files are unchanged."""
    listing = files.listing(store)
    reading = Reading()
    reading.problems.extend(listing.problems)
    reading.broken.update(files.id_of(problem.path) for problem in listing.problems)
    if derived and len(listing.files) >= CACHE_FROM:
        from plaintickets.store.cache import read_cached

        read_cached(os.path.join(derived, "tickets.sqlite"), store, listing.files, reading, max_bytes)
    else:
        read_each(store, listing.files, reading, max_bytes)
    reading.problems.sort(key=lambda problem: (problem.path, problem.line))
    return reading


def read_each(store: str, found: Iterable[files.Found], reading: Reading, max_bytes: int = MAX_BYTES) -> None:
    """Adds the tickets of these files to a reading."""
    for file in found:
        add(reading, read_document(store, file.path, max_bytes))


def add(reading: Reading, document: Document) -> None:
    """Adds a document's ticket, or its problems, to a reading."""
    ticket_id = files.id_of(document.path)
    if document.problems:
        reading.problems.extend(document.problems)
        reading.broken.add(ticket_id)
        return
    other = reading.tickets.get(ticket_id)
    if other is not None:
        message = f"the id '{ticket_id}' also stands at {other.path}"
        reading.problems.append(Problem(document.path, 0, "duplicate-id", message))
        return
    reading.tickets[ticket_id] = ticket_of(document)
    mismatch = id_mismatch(document)
    if mismatch:
        reading.problems.append(mismatch)
