"""Find tickets that may be duplicates."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from zlib import crc32

from plaintickets.actions.ticket_source import epoch, similar_entry
from plaintickets.core.known_duplicates import known_problems
from plaintickets.core.similar import PERHAPS, SAME_TITLE, WARN, Entry
from plaintickets.core.words import fold, terms
from plaintickets.query_context import key_names
from plaintickets.search.duplicates import Match
from plaintickets.store import derived_json, files
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Self

    from plaintickets.core.document import Document
    from plaintickets.core.draft import Draft
    from plaintickets.core.known_duplicates import Problem
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.search.duplicates import Duplicates

T = TypeVar("T")
_SMALL = 500  # tickets
_CLUSTERS, _SCHEMA = "clusters.json", 1
_SHORTEST_TITLE, _LONGEST_TITLE = 4, 500
_TWIN_WORDS = 3
_TWIN_OVERLAP = 0.85


class Candidate(NamedTuple):
    """A likely duplicate: its score from 0 to 1, and why.

    `repeat` is the known duplicate of it that is alike, None where it is alike itself.
    """

    ticket: Ticket
    score: float
    reasons: tuple[str, ...]
    repeat: Ticket | None = None

    @property
    def title(self) -> str:
        """Return the title that is similar."""
        return (self.repeat or self.ticket).title


class Finder:
    """Search for likely duplicates in a store."""

    def __init__(self, project: Project) -> None:
        from plaintickets.actions.ticket_source import TicketSource, open_index

        self._tracker = project
        self._source = TicketSource(project, _quiet)
        self._index = open_index(project, self._source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._index.close()

    def unseen(self) -> list[str]:
        """Return the store paths of tickets that are not in the index; indexed ones may have changed since."""
        known = self._index.indexed
        return [path for path in self._source.stamps() if path not in known]

    def is_small(self) -> bool:
        """Tell whether the store is so small that indexing takes no noticeable time."""
        return self._index.count < _SMALL

    def refresh(self) -> None:
        """Update the index from the files."""
        self._index.refresh()

    def document(self, path: str) -> Document:
        """Return the document at a store path."""
        return self._tracker.document_at(path)

    def similar(self, entry: Entry, limit: int, least: float = 0.0) -> list[Candidate]:
        """Return the tickets most similar to this one, without itself, the most similar first."""
        found = self.ask(lambda duplicates: duplicates.similar(entry, limit + 1))
        candidates = self._candidates(found, entry.id)
        return [like for like in candidates if like.ticket.id != entry.id and like.score >= least][:limit]

    def of_title(self, title: str) -> list[Candidate]:
        """Return the tickets whose title contains the words of this one in a row, with the least score."""
        from plaintickets.search.words import Finder as Words

        leaf = self.ask(lambda _: Words(self._index).find(title, "phrase", "title"))
        ids = [files.id_of(self._index.key_of(number)) for number in leaf.scores] if leaf else []
        return list(self._candidates([Match(name, 0.0, ("same title",)) for name in sorted(ids)]))

    def _candidates(self, matches: list[Match], own_id: str = "") -> Iterator[Candidate]:
        """Yield the tickets; in place of a known duplicate the one that goes on, except of `own_id`'s problem."""
        own = self._problems.get(own_id)
        for match in matches:
            ticket = self._readable(match.id)
            problem = self._problems.get(match.id)
            if ticket is None:
                continue
            original = self._readable(problem.original) if problem and problem != own else None
            if original is None or original.id == ticket.id:
                yield Candidate(ticket, match.score, match.reasons)
            else:
                reason = f"repeated by {ticket.id}: {ticket.title}"
                yield Candidate(original, match.score, (reason, *match.reasons), ticket)

    def _readable(self, ticket_id: str) -> Ticket | None:
        path = self._tracker.existing_path(ticket_id)
        document = self._tracker.document_at(path) if path else None
        return None if document is None or document.problems else ticket_of(document)

    @cached_property
    def _problems(self) -> dict[str, Problem]:
        """Return the known duplicates by id, each with its problem."""
        tickets = self._tracker.reading.tickets
        originals = known_originals(self._tracker)
        return known_problems(originals, lambda ticket_id: epoch(tickets[ticket_id].text("created")))

    def clusters(self, threshold: float) -> list[list[Ticket]]:
        """Return groups of likely duplicates, the oldest ticket first in each."""
        groups = [[like for part in group if (like := self._ticket(part))] for group in self._grouped(threshold)]
        return [group for group in groups if len(group) > 1]

    def _grouped(self, threshold: float) -> list[list[str]]:
        """Return the ids of each group, as they were kept for this state of the index, or found now."""
        folder, path = self._tracker.cache, f"{self._tracker.cache}/{_CLUSTERS}"
        key = self._state_for(threshold)
        kept = derived_json.read_checked(path) if key and folder else None
        if kept is not None and kept["key"] == key:
            groups: list[list[str]] = kept["groups"]
            return groups
        found = self.ask(lambda duplicates: duplicates.clusters(threshold))
        key = self._state_for(threshold)
        if key and folder:
            derived_json.write_checked(path, {"key": key, "groups": found})
        return found

    def _state_for(self, threshold: float) -> list[object]:
        """Return what the groups follow from, empty for an index in memory."""
        weights = sorted((self._tracker.config.duplicates_weights or {}).items())
        problems = crc32(repr(sorted(self._problems.items())).encode("utf-8", "surrogatepass"))
        generation = self._index.generation
        return [_SCHEMA, generation, threshold, [list(one) for one in weights], problems] if generation else []

    def ask(self, question: Callable[[Duplicates], T]) -> T:
        """Return what a question to the index gives, once more where the index was found to be damaged."""
        from plaintickets.search.storage import DamagedError

        try:
            answer = question(self._duplicates())
            self._index.check()
        except DamagedError:
            self._index.recover()
            answer = question(self._duplicates())
        return answer

    def _duplicates(self) -> Duplicates:
        from plaintickets.search.duplicates import Duplicates

        return Duplicates(self._index, self._problems, self._tracker.config.duplicates_weights)

    def _ticket(self, ticket_id: str) -> Ticket | None:
        return self._tracker.reading.tickets.get(ticket_id)


def known_originals(project: Project) -> dict[str, str]:
    """Return the original of each known duplicate; the tickets are read only if one has a `duplicate-of`."""
    if "duplicate-of" not in key_names(project):
        return {}
    tickets = project.reading.tickets
    found = ((ticket.id, ticket.raw("duplicate-of")) for ticket in tickets.values())
    return {name: original for name, original in found if isinstance(original, str) and original in tickets}


def _quiet(_done: int, _total: int) -> None:
    return None


def warnings(
    finder: Finder, document: Document, unseen: Sequence[str] = (), limit: int = 3, least: float = WARN
) -> list[Candidate]:
    """Return the likely duplicates to show before a new ticket is created.

    A ticket with the same title, apart from case and punctuation, is always among them. Tickets at the paths
    `unseen`, which the index lacks, are compared by their titles only.
    """
    found = [*finder.similar(similar_entry(document), 2 * limit), *finder.of_title(document.title)]
    for path in unseen:
        other = finder.document(path)
        if not other.problems:
            found.append(Candidate(ticket_of(other), _overlap(document.title, other.title), ("title alike",)))
    kept: dict[str, Candidate] = {}
    for like in found:
        score = like.score
        if same_title(like, document):
            score = max(score, SAME_TITLE)
        elif _is_twin(like, document):
            score = max(score, WARN)
        if score >= least and (like.ticket.id not in kept or score > kept[like.ticket.id].score):
            kept[like.ticket.id] = like._replace(score=score)
    return sorted(kept.values(), key=lambda like: (-like.score, like.ticket.id))[:limit]


def alike_while_typing(project: Project, title: str, limit: int = 3) -> tuple[list[Candidate], str]:
    """Return the tickets that are like a title which somebody is typing, and a note if nobody can say it quickly."""
    from plaintickets.actions.new import build
    from plaintickets.core.draft import Draft

    title = title.strip()[:_LONGEST_TITLE]
    if len(title) < _SHORTEST_TITLE:
        return [], ""
    document = build(project, Draft(title), complete=False, empties=False)
    with Finder(project) as finder:
        unseen = finder.unseen()
        if len(unseen) > _SMALL:
            return [], f"{len(unseen)} tickets are not indexed yet; `tk similar` does it"
        if unseen:
            finder.refresh()
        return warnings(finder, document, limit=limit, least=PERHAPS), ""


def likely(project: Project, draft: Draft) -> list[Candidate]:
    """Return the likely duplicates of a ticket that does not exist yet; the index is updated for it."""
    from plaintickets.actions.new import build

    document = build(project, draft)
    with Finder(project) as finder:
        if finder.unseen():
            finder.refresh()
        return warnings(finder, document)


def same_title(like: Candidate, document: Document) -> bool:
    """Tell whether two titles are the same, case, accents and punctuation aside."""
    return _plain(like.title) == _plain(document.title) != ""


def _plain(title: str) -> str:
    """Return a title in lower case, without accents, punctuation and repeated blanks."""
    return " ".join(re.findall(r"\w+", fold(title)))


def _is_twin(like: Candidate, document: Document) -> bool:
    """Tell whether two titles of several words are nearly the same: short tickets have little else to compare."""
    return len(document.title.split()) >= _TWIN_WORDS and _overlap(document.title, like.title) >= _TWIN_OVERLAP


def _overlap(one: str, two: str) -> float:
    """Return the share of words that two titles have in common."""
    first, second = set(terms(one)), set(terms(two))
    return len(first & second) / len(first | second) if first and second else 0.0
