"""Likely duplicates of a ticket, from an index that is only a copy of the tickets' words."""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
from array import array
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.similar import (
    DAY,
    SAME_COMPONENT,
    Facts,
    Profile,
    aging,
    count_words,
    entry_facts,
    entry_terms,
    features,
    likenesses,
    query_terms,
    rarity,
    reasons,
    wording,
)
from plaintickets.search import postings
from plaintickets.search.postings import CorruptError
from plaintickets.search.rewriting import Rewriting, component_number, read_totals
from plaintickets.system.files import remove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from os import PathLike
    from typing import Self

    Place = PathLike[str] | str

    from plaintickets.core.similar import Entry, Words

CANDIDATES = 100
_CLUSTER_CANDIDATES = 20
_OLDEST = 3650.0
_DAMAGE = (CorruptError, IndexError, TypeError, ValueError, sqlite3.DatabaseError)


class Match(NamedTuple):
    """A ticket like the one asked about; the score, 0 to 1, estimates that it is a duplicate."""

    id: str
    score: float
    reasons: tuple[str, ...]


class _Weights(dict[int, float]):
    """The rarity of each term by its number; negative numbers are terms no ticket holds."""

    def __init__(self, holders: array[int], tickets: int) -> None:
        super().__init__()
        self._holders, self._tickets = holders, tickets

    def __missing__(self, term: int) -> float:
        holders = self._holders[term] if term >= 0 else 0
        found = self[term] = rarity(max(1, holders), max(1, self._tickets))
        return found


class _Asked(NamedTuple):
    """A ticket in the numbers of the index."""

    words: Words
    profile: Profile
    numbers: Mapping[str, int]  # of its terms; negative for those that no ticket has


class DuplicateIndex:
    """The index at a path; one that cannot be used there is built in memory instead."""

    def __init__(self, connection: sqlite3.Connection, path: Place | None) -> None:
        """Use `open`."""
        self._connection, self._path = connection, path
        self._source: tuple[Mapping[str, str], Callable[[str], Entry]] | None = None
        self._seen = -1
        self._holders: array[int] = array("I")
        self._created: array[float] = array("d")
        self._components: array[int] = array("I")
        self._tickets = 0
        self._weights = _Weights(self._holders, 0)

    @classmethod
    def open(cls, path: Place | None) -> DuplicateIndex:
        """The index at the path, in memory for None or where no file can be made."""
        return cls(*_opened(path))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closed."""
        self.close()

    def keys(self) -> set[str]:
        """The keys of the tickets that are indexed."""
        try:
            return {row[0] for row in self._connection.execute("SELECT key FROM ticket")}
        except sqlite3.DatabaseError:
            return set()

    def pending(self, current: Mapping[str, str]) -> int:
        """How many tickets `refresh` would have to read."""
        known = self._known()
        return sum(known.get(key) != identity for key, identity in current.items())

    def refresh(self, current: Mapping[str, str], load: Callable[[str], Entry]) -> None:
        """Index what differs from `current`, a content identity for the key of every ticket.

        `load` gives the ticket of a key. When the file cannot be written, or another process
        writes it, the differences are kept in memory.
        """
        self._source = (current, load)
        try:
            if self._known() != current:
                self._update(current, load)
        except sqlite3.OperationalError:
            self._leave_file()
        except (CorruptError, sqlite3.DatabaseError):
            self._start_afresh()

    def similar(self, entry: Entry, limit: int = 10, before: float | None = None) -> list[Match]:
        """The likeliest duplicates, best first; only tickets created earlier if `before` is set."""
        try:
            return self._similar(entry, limit, before)
        except _DAMAGE:
            self._start_afresh()
            return self._similar(entry, limit, before)

    def clusters(self, threshold: float) -> list[list[str]]:
        """Groups of ids of tickets that are likely one problem, oldest first in each."""
        try:
            with self._snapshot():
                return self._clusters(threshold)
        except _DAMAGE:
            self._start_afresh()
            with self._snapshot():
                return self._clusters(threshold)

    # reading

    def _known(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT key, identity FROM ticket").fetchall())

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[None]:
        """One state of the file for several reads, with the arrays that belong to it."""
        self._connection.execute("BEGIN")
        try:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version != self._seen:
                self._read_arrays()
                self._seen = version
            yield
        finally:
            self._connection.execute("COMMIT")

    def _read_arrays(self) -> None:
        self._holders, self._created, self._components = read_totals(self._connection)
        self._tickets = self._connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
        self._weights = _Weights(self._holders, self._tickets)

    def compare(self, entry: Entry, before: float | None = None) -> list[tuple[str, tuple[float, ...]]]:
        """The ids of the candidates and what `features` says of each: what a model learns from."""
        with self._snapshot():
            asked = self._asked(entry)
            found = self._compared(asked, before, CANDIDATES)
        return [(other.facts.id, values) for other, values in found]

    def _similar(self, entry: Entry, limit: int, before: float | None) -> list[Match]:
        with self._snapshot():
            asked = self._asked(entry)
            best = _ranked(self._compared(asked, before, CANDIDATES))[:limit]
            weight = self._weights
        words = wording(entry, asked.numbers) if best else None
        return [
            Match(other.facts.id, score, reasons(asked.profile, other, weight, words)) for score, other in best if words
        ]

    def _asked(self, entry: Entry) -> _Asked:
        titles, bodies = entry_terms(entry)
        distinct = dict.fromkeys(titles + bodies)
        numbers = postings.numbers_of(self._connection, distinct)
        for place, name in enumerate(distinct):
            numbers.setdefault(name, -1 - place)
        words = count_words([numbers[n] for n in titles], [numbers[n] for n in bodies])
        return _Asked(words, Profile(words, entry_facts(entry, titles)), numbers)

    def _compared(self, asked: _Asked, before: float | None, count: int) -> list[tuple[Profile, tuple[float, ...]]]:
        """The candidates by the first score, with their features."""
        query = asked.profile
        terms = query_terms(asked.words, self._weights)
        most = math.fsum([weight for _, weight in terms]) or 1.0
        found = []
        for match, number in self._candidates(terms, query.facts, before, count):
            other = Profile(*self._load(number))
            if other.facts.id != query.facts.id or not query.facts.id:
                found.append((other, features(query, other, self._weights, match, most)))
        return found

    def _load(self, number: int) -> tuple[Words, Facts]:
        row = self._connection.execute(
            "SELECT id, shape, created, component, type, titles, bodies, held FROM words WHERE number = ?",
            (number,),
        ).fetchone()
        if row is None:
            raise CorruptError
        return postings.split_words(row[7], row[5], row[6]), Facts(*row[:5])

    def _candidates(
        self,
        terms: Iterable[tuple[int, float]],
        facts: Facts,
        before: float | None,
        count: int,
    ) -> list[tuple[float, int]]:
        """The best tickets by the first score: unaged score and number."""
        scores = [0.0] * len(self._created)
        for term, weight in terms:
            if term < 0:
                continue
            scale = weight / 255
            for base, places, impacts in postings.postings_of(self._connection, term):
                if base:
                    for place, strength in zip(places, impacts, strict=True):
                        scores[base + place] += scale * strength
                else:
                    for place, strength in zip(places, impacts, strict=True):
                        scores[place] += scale * strength
        if before is not None:
            # unknown dates are NaN, and not before anything
            scores = [s if c < before else 0.0 for s, c in zip(scores, self._created, strict=True)]
        return self._best(scores, facts, count)

    def _best(self, scores: list[float], facts: Facts, count: int) -> list[tuple[float, int]]:
        # age can take at most this share away, so what is less alike cannot come in
        last = sorted(scores)[-count:][:1] or [0.0]
        least = max(last[0] * aging(_OLDEST) / SAME_COMPONENT, 1e-9)
        own = component_number(facts.component)
        best = []
        for number, score in enumerate(scores):
            if score >= least:
                aged = score * self._aging(number, facts.created)
                same = own and self._components[number] == own
                best.append((aged * SAME_COMPONENT if same else aged, number))
        born = self._created
        best.sort(key=lambda pair: (-pair[0], -born[pair[1]] if born[pair[1]] > 0 else 0, pair[1]))
        return [(scores[number], number) for _, number in best[:count]]

    def _aging(self, number: int, created: float | None) -> float:
        if created is None:
            return 1.0
        born = self._created[number]
        days = abs(created - born) / DAY if not math.isnan(born) else 365.0
        return aging(min(days, _OLDEST))

    def _clusters(self, threshold: float) -> list[list[str]]:
        numbers = [n for (n,) in self._connection.execute("SELECT number FROM ticket").fetchall()]
        order = sorted(numbers, key=lambda n: (self._created[n], n))
        home: dict[str, list[str]] = {}
        for number in order:
            words, facts = self._load(number)
            asked = _Asked(words, Profile(words, facts), {})
            best = _ranked(self._compared(asked, facts.created, _CLUSTER_CANDIDATES))[:1]
            if best and best[0][0] >= threshold:
                first = best[0][1].facts.id
                group = home.setdefault(first, [first])
                group.append(facts.id)
                home[facts.id] = group
        unique = {id(group): group for group in home.values()}
        return sorted(unique.values(), key=lambda group: (-len(group), group[0]))

    # writing

    def _update(self, current: Mapping[str, str], load: Callable[[str], Entry]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            Rewriting(self._connection).write(current, load)
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        self._seen = -1

    def _leave_file(self) -> None:
        """Go on in memory, from what the file holds."""
        copy = postings.copy_to_memory(self._connection)
        self._connection.close()
        self._connection, self._path, self._seen = copy, None, -1
        try:
            if self._source is not None:
                self._update(*self._source)
        except (CorruptError, sqlite3.Error):
            self._start_afresh()

    def _start_afresh(self) -> None:
        self._connection.close()
        if self._path is not None:
            _remove(self._path)
        self._connection, self._path = _opened(self._path)
        self._seen = -1
        if self._source is None:
            return
        try:
            self._update(*self._source)
        except (CorruptError, sqlite3.Error):
            self._connection.close()
            self._connection, self._path = _opened(None)
            self._update(*self._source)


def _ranked(pairs: Sequence[tuple[Profile, tuple[float, ...]]]) -> list[tuple[float, Profile]]:
    """The candidates with their scores, the likeliest first."""
    scores = likenesses([values for _, values in pairs])
    found = [(score, other) for score, (other, _) in zip(scores, pairs, strict=True)]
    found.sort(key=lambda one: (-one[0], one[1].facts.id))
    return found


def _opened(path: Place | None) -> tuple[sqlite3.Connection, Place | None]:
    """A connection, and the path that it keeps its index at."""
    if path is None:
        return postings.connect(None), None
    try:
        return postings.connect(path), path
    except CorruptError:
        _remove(path)
    except sqlite3.Error:
        return _copied(path), None  # no such folder, no right to write, locked
    try:
        return postings.connect(path), path
    except (CorruptError, sqlite3.Error):
        return postings.connect(None), None


def _remove(path: Place) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            remove(os.fspath(path) + suffix)


def _copied(path: Place) -> sqlite3.Connection:
    """What can be read of a file in a folder that cannot be written, in memory."""
    if not os.path.exists(path):
        return postings.connect(None)
    from pathlib import Path

    try:
        source = sqlite3.connect(f"{Path(path).absolute().as_uri()}?immutable=1", uri=True)
        try:
            return postings.copy_to_memory(source)
        finally:
            source.close()
    except sqlite3.Error:
        return postings.connect(None)
