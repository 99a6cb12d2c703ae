"""Which tickets say the same thing, and what folding one into another means."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.notes import without_notes
from plaintickets.core.similar import WARN, Entry
from plaintickets.render.times import moment
from plaintickets.search.duplicates import DuplicateIndex
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.search.duplicates import Match
    from plaintickets.tracker import Tracker

INDEX_NAME = "duplicates.sqlite"
_TICK_NS = 100_000_000


class Likeness(NamedTuple):
    """A ticket that may say the same: its score from 0 to 1, and why."""

    ticket: Ticket
    score: float
    reasons: tuple[str, ...]


class Finder:
    """Finds likely duplicates among the tickets of a store, with the index brought up to date on opening."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        derived = tracker.place.derived
        self._index = DuplicateIndex.open(Path(derived, INDEX_NAME) if derived else None)
        self._current = _identities(tracker.place.store)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._index.close()

    def pending(self) -> int:
        """How many tickets the index has not seen as they are."""
        return self._index.pending(self._current)

    def refresh(self) -> None:
        """Brings the index to the files."""
        self._index.refresh(self._current, self._load)

    def _load(self, path: str) -> Entry:
        document = self._tracker.document_at(path)
        return entry_of(document)

    def similar(self, entry: Entry, limit: int, least: float = 0.0) -> list[Likeness]:
        """The tickets most like this one, itself left out, the likeliest first."""
        found = self._index.similar(entry, limit + 1)
        return [like for like in self._likenesses(found) if like.ticket.id != entry.id and like.score >= least][:limit]

    def _likenesses(self, matches: list[Match]) -> Iterator[Likeness]:
        from plaintickets.store.reading import ticket_of

        for match in matches:
            path = self._tracker.existing_path(match.id)
            document = self._tracker.document_at(path) if path else None
            if document is not None and not document.problems:
                yield Likeness(ticket_of(document), match.score, match.reasons)

    def clusters(self, threshold: float) -> list[list[Ticket]]:
        """Groups of tickets that are likely one problem, the oldest first in each."""
        groups = [[like for part in group if (like := self._ticket(part))] for group in self._index.clusters(threshold)]
        return [group for group in groups if len(group) > 1]

    def _ticket(self, ticket_id: str) -> Ticket | None:
        return self._tracker.reading.tickets.get(ticket_id)


def _identities(store: str) -> Mapping[str, str]:
    """What tells each ticket file's content apart from what it held before, by store path."""
    found, _ = files.listing(store)
    young = time.time_ns() - _TICK_NS
    return {
        path: f"{mtime}.{ctime}.{size}.{inode}" if max(mtime, ctime) < young else f"young {time.time_ns()}"
        for path, mtime, ctime, size, inode in found
    }


def entry_of(document: Document) -> Entry:
    """What is compared of a ticket: title and text, without the comments."""
    keys = document.keys
    when = moment(str(keys.get("created") or ""))
    body = without_notes(document.body)
    heading = f"# {document.title}"
    return Entry(
        id=files.id_of(document.path),
        title=document.title,
        body=body.replace(heading, "", 1) if heading in body[:400] else body,
        created=when.timestamp() if when else None,
        component=str(keys.get("component") or ""),
        type=str(keys.get("type") or ""),
        status=str(keys.get("status") or ""),
    )


def warnings(finder: Finder, document: Document, limit: int = 3) -> list[Likeness]:
    """The tickets so like a new one that whoever files it should see them first."""
    return finder.similar(entry_of(document), limit, WARN)
