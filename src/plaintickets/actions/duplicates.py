"""Find tickets that may be duplicates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from plaintickets.actions.ticket_source import similar_entry
from plaintickets.core.similar import SAME_TITLE, WARN, Entry
from plaintickets.core.words import fold, terms
from plaintickets.search.duplicates import Match
from plaintickets.store import files
from plaintickets.store.names import ticket_paths
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Self

    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.search.duplicates import Duplicates

T = TypeVar("T")
_SMALL = 500  # tickets
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
        from plaintickets.actions.ticket_source import TicketSource, open_index

        self._tracker = project
        self._index = open_index(project, TicketSource(project, _quiet))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._index.close()

    def unseen(self) -> list[str]:
        """The store paths of tickets that the index has never seen; what it has seen may have changed since."""
        known = self._index.numbers
        return [path for path in ticket_paths(self._tracker.place.store).values() if path not in known]

    def is_small(self) -> bool:
        """Whether indexing costs next to nothing."""
        return len(self._index.numbers) < _SMALL

    def refresh(self) -> None:
        """Update the index from the files."""
        self._index.refresh()

    def document(self, path: str) -> Document:
        """Return the document at a store path."""
        return self._tracker.document_at(path)

    def similar(self, entry: Entry, limit: int, least: float = 0.0) -> list[Likeness]:
        """The tickets most like this one, itself left out, the likeliest first."""
        found = self._ask(lambda duplicates: duplicates.similar(entry, limit + 1))
        return [like for like in self._likenesses(found) if like.ticket.id != entry.id and like.score >= least][:limit]

    def of_title(self, title: str) -> list[Likeness]:
        """Return the tickets whose title has all words of this one in a row, with the least score."""
        from plaintickets.search.words import Finder as Words

        leaf = self._ask(lambda _: Words(self._index).find(title, "phrase", "title"))
        ids = [files.id_of(self._index.key_of(number)) for number in leaf.scores] if leaf else []
        return list(self._likenesses([Match(name, 0.0, ("same title",)) for name in sorted(ids)]))

    def _likenesses(self, matches: list[Match]) -> Iterator[Likeness]:
        for match in matches:
            path = self._tracker.existing_path(match.id)
            document = self._tracker.document_at(path) if path else None
            if document is not None and not document.problems:
                yield Likeness(ticket_of(document), match.score, match.reasons)

    def clusters(self, threshold: float) -> list[list[Ticket]]:
        """Groups of tickets that are likely one problem, the oldest first in each."""
        found = self._ask(lambda duplicates: duplicates.clusters(threshold))
        groups = [[like for part in group if (like := self._ticket(part))] for group in found]
        return [group for group in groups if len(group) > 1]

    def _ask(self, question: Callable[[Duplicates], T]) -> T:
        from plaintickets.search.duplicates import Duplicates
        from plaintickets.search.storage import DamagedError

        try:
            answer = question(Duplicates(self._index))
            self._index.check()
        except DamagedError:
            self._index.recover()
            answer = question(Duplicates(self._index))
        return answer

    def _ticket(self, ticket_id: str) -> Ticket | None:
        return self._tracker.reading.tickets.get(ticket_id)


def _quiet(_done: int, _total: int) -> None:
    return None


def warnings(
    finder: Finder, document: Document, unseen: Sequence[str] = (), limit: int = 3, least: float = WARN
) -> list[Likeness]:
    """Return the tickets so like a new one that whoever files it should see them first.

    One with the same title, case and punctuation aside, is always among them. Those at the paths
    `unseen`, which the index does not have, are compared by their titles alone.
    """
    title = _plain(document.title)
    found = {like.ticket.id: like for like in finder.similar(similar_entry(document), 2 * limit)}
    found |= {like.ticket.id: like for like in finder.of_title(document.title) if like.ticket.id not in found}
    for path in unseen:
        other = finder.document(path)
        if not other.problems:
            like = Likeness(ticket_of(other), _overlap(document.title, other.title), ("title alike",))
            found.setdefault(like.ticket.id, like)
    kept = []
    for like in found.values():
        if title and title == _plain(like.ticket.title):
            kept.append(like._replace(score=max(like.score, SAME_TITLE)))
        elif _is_twin(like, document):
            kept.append(like._replace(score=max(like.score, WARN)))
        elif like.score >= least:
            kept.append(like)
    return sorted(kept, key=lambda like: (-like.score, like.ticket.id))[:limit]


def _plain(title: str) -> str:
    """Return a title without what does not count: case, accents, punctuation, blanks."""
    return " ".join(re.findall(r"\w+", fold(title)))


def _is_twin(like: Likeness, document: Document) -> bool:
    """Whether two titles of several words say the same: short tickets have little else to be compared by."""
    return len(document.title.split()) >= _TWIN_WORDS and _overlap(document.title, like.ticket.title) >= _TWIN_OVERLAP


def _overlap(one: str, two: str) -> float:
    """Return the share of words that two titles have in common."""
    first, second = set(terms(one)), set(terms(two))
    return len(first & second) / len(first | second) if first and second else 0.0
