"""Which tickets say the same thing, and what folding one into another means."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.comments import without_notes
from plaintickets.core.similar import WARN, Entry
from plaintickets.core.words import terms
from plaintickets.render.times import moment
from plaintickets.search.duplicates import DuplicateIndex
from plaintickets.store import files
from plaintickets.store.names import ticket_paths
from plaintickets.store.reading import ticket_of
from plaintickets.system.files import is_own, others_may_write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.search.duplicates import Match

INDEX_NAME = "duplicates.sqlite"
_TWIN_WORDS = 3
_TWIN_OVERLAP = 0.85


class Likeness(NamedTuple):
    """A ticket that may say the same: its score from 0 to 1, and why."""

    ticket: Ticket
    score: float
    reasons: tuple[str, ...]


class Finder:
    """Finds likely duplicates among the tickets of a store, with the index brought up to date on opening."""

    def __init__(self, project: Project) -> None:
        self._tracker = project
        self._index = DuplicateIndex.open(_place(project.place.derived))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._index.close()

    def unseen(self) -> list[str]:
        """The store paths of tickets that the index has never seen; what it has seen may have changed since."""
        known = self._index.keys()
        return [path for path in ticket_paths(self._tracker.place.store).values() if path not in known]

    def refresh(self) -> None:
        """Brings the index to the files."""
        self._index.refresh(files.identities(self._tracker.place.store), self._load)

    def document(self, path: str) -> Document:
        """The document at a store path."""
        return self._tracker.document_at(path)

    def _load(self, path: str) -> Entry:
        return entry_of(self.document(path))

    def similar(self, entry: Entry, limit: int, least: float = 0.0) -> list[Likeness]:
        """The tickets most like this one, itself left out, the likeliest first."""
        found = self._index.similar(entry, limit + 1)
        return [like for like in self._likenesses(found) if like.ticket.id != entry.id and like.score >= least][:limit]

    def _likenesses(self, matches: list[Match]) -> Iterator[Likeness]:
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


def _place(derived: str) -> str | None:
    """Where the index lies: a folder that belongs to the user alone; None where there is none."""
    if not derived:
        return None
    try:
        os.makedirs(derived, mode=0o700, exist_ok=True)
        state = os.lstat(derived)
    except OSError:
        return None
    own = stat.S_ISDIR(state.st_mode) and is_own(state) and not others_may_write(state)
    path = f"{derived}/{INDEX_NAME}"
    return path if own and not os.path.islink(path) else None


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


def warnings(finder: Finder, document: Document, unseen: Sequence[str] = (), limit: int = 3) -> list[Likeness]:
    """The tickets so like a new one that whoever files it should see them first.

    Those at the paths `unseen`, which the index does not have, are compared by their titles alone.
    """
    found = [
        like for like in finder.similar(entry_of(document), 2 * limit) if like.score >= WARN or _is_twin(like, document)
    ]
    for path in unseen:
        other = finder.document(path)
        like = Likeness(ticket_of(other), _overlap(document.title, other.title), ("title alike",))
        if not other.problems and _is_twin(like, document):
            found.append(like)
    return sorted(found, key=lambda like: -like.score)[:limit]


def _is_twin(like: Likeness, document: Document) -> bool:
    """Whether two titles of several words say the same: short tickets have little else to be compared by."""
    return len(document.title.split()) >= _TWIN_WORDS and _overlap(document.title, like.ticket.title) >= _TWIN_OVERLAP


def _overlap(one: str, two: str) -> float:
    """The share of their words that two titles have in common."""
    first, second = set(terms(one)), set(terms(two))
    return len(first & second) / len(first | second) if first and second else 0.0
