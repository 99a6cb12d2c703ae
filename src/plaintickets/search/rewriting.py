"""Bringing the index of duplicates up to date, inside one transaction."""

from __future__ import annotations

import math
import zlib
from array import array
from typing import TYPE_CHECKING

from plaintickets.core.similar import count_words, entry_facts, entry_terms, impact
from plaintickets.search import postings
from plaintickets.search.postings import CorruptError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from plaintickets.core.similar import Entry


def component_number(component: str) -> int:
    """A number that stands for a component; 0 for none."""
    return zlib.crc32(component.encode("utf-8", "surrogatepass")) if component else 0


def read_totals(connection: sqlite3.Connection) -> tuple[array[int], array[float], array[int]]:
    """How many tickets hold each term; when each ticket was created; its component's number."""
    holders, created, components = array("I"), array("d"), array("I")
    holders.frombytes(postings.read_bytes(connection, "holders"))
    created.frombytes(postings.read_bytes(connection, "created"))
    components.frombytes(postings.read_bytes(connection, "components"))
    if len(created) != len(components):
        raise CorruptError
    return holders, created, components


class Rewriting:
    """One change of the index, inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._holders, self._created, self._components = read_totals(connection)
        self._terms: dict[str, int] = {}
        self._change: postings.Change = {}

    def write(self, current: Mapping[str, str], load: Callable[[str], Entry]) -> None:
        """Index what differs from `current`; a new ticket takes the number of one that is gone."""
        rows = self._connection.execute("SELECT key, identity, number FROM ticket").fetchall()
        known = {key: (identity, number) for key, identity, number in rows}
        gone = [number for key, (_, number) in known.items() if key not in current]
        self._connection.executemany("DELETE FROM ticket WHERE number = ?", [(number,) for number in gone])
        work = dict.fromkeys(gone, "")
        free = iter(gone)
        top = len(self._created)
        for key, identity in current.items():
            before, number = known.get(key, ("", -1))
            if number >= 0 and before == identity:
                continue
            number = number if number >= 0 else next(free, -1)
            if number < 0:
                number, top = top, top + 1
            work[number] = key
        self._created.extend([math.nan] * (top - len(self._created)))
        self._components.extend([0] * (top - len(self._components)))
        self._replace(work, current, load, {number for _, number in known.values()})

    def _replace(
        self,
        work: Mapping[int, str],
        current: Mapping[str, str],
        load: Callable[[str], Entry],
        old: set[int],
    ) -> None:
        block = 0
        filled = {number // postings.BLOCK for number in old}
        for number, key in sorted(work.items()):
            if number // postings.BLOCK != block:
                self._flush(block, fresh=block not in filled)
                block = number // postings.BLOCK
            if number in old:
                self._forget(number)
            if key:
                self._add(number, key, current[key], load(key))
        self._flush(block, fresh=block not in filled)
        postings.write_bytes(self._connection, "holders", self._holders.tobytes())
        postings.write_bytes(self._connection, "created", self._created.tobytes())
        postings.write_bytes(self._connection, "components", self._components.tobytes())

    def _forget(self, number: int) -> None:
        row = self._connection.execute("SELECT titles, bodies, held FROM words WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise CorruptError
        words = postings.split_words(row[2], row[0], row[1])
        for term in {*words.title, *words.body}:
            self._holders[term] -= 1
            self._note(term, number, 0)
        self._connection.execute("DELETE FROM words WHERE number = ?", (number,))
        self._created[number], self._components[number] = math.nan, 0

    def _note(self, term: int, number: int, strength: int) -> None:
        packed = (number % postings.BLOCK) << 8 | strength
        held = self._change.get(term)
        if held is None:
            self._change[term] = array("I", (packed,))
        else:
            held.append(packed)

    def _add(self, number: int, key: str, identity: str, entry: Entry) -> None:
        titles, bodies = entry_terms(entry)
        words = count_words([self._number(n) for n in titles], [self._number(n) for n in bodies])
        counts = {term: [0, 0] for term in [*words.title, *words.body]}
        for term in words.title:
            counts[term][0] = 1
        for term, count in zip(words.body, words.counts, strict=True):
            counts[term][1] = count
        for term, (in_title, in_body) in counts.items():
            strength = impact(in_title, len(titles), in_body, len(bodies))
            self._holders[term] += 1
            self._note(term, number, max(1, round(255 * strength)))
        facts = entry_facts(entry, titles)
        self._created[number] = math.nan if facts.created is None else facts.created
        self._components[number] = component_number(facts.component)
        sizes = (len(words.title), len(words.body), postings.join_words(words))
        row = (number, *facts, *sizes)
        self._connection.execute("INSERT OR REPLACE INTO ticket VALUES (?, ?, ?)", (number, key, identity))
        self._connection.execute("INSERT OR REPLACE INTO words VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _number(self, name: str) -> int:
        number = self._terms.get(name)
        if number is None:
            row = self._connection.execute("SELECT number FROM term WHERE name = ?", (name,)).fetchone()
            if row is None:
                number = len(self._holders)
                self._holders.append(0)
                self._connection.execute("INSERT INTO term VALUES (?, ?)", (name, number))
            else:
                number = row[0]
            self._terms[name] = number
        return number

    def _flush(self, block: int, *, fresh: bool) -> None:
        if self._change:
            postings.apply(self._connection, block, self._change, fresh=fresh)
            self._change = {}
