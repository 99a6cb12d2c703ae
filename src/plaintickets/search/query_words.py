"""The words of a query, looked up in the index: which documents each finds, and what they leave over together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.query import QueryError, words
from plaintickets.core.query.nodes import And, FieldWord, Or, Word
from plaintickets.search.schema import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.query import Query
    from plaintickets.core.query.nodes import Node
    from plaintickets.search.words import Finder, Leaf


MOST_OF = 2  # words of a query from which on a document can have most of them


class QueryWords:
    """The words of one query asked of one state of the index; raises QueryError and DamagedError."""

    def __init__(self, query: Query, finder: Finder) -> None:
        self._query, self._finder = query, finder
        self._leaves: dict[int, Leaf] = {}  # by identity: nodes hash their whole meaning
        self.words = list(dict.fromkeys(node for node in words(query) if is_indexed(node)))

    def leaf(self, node: Word | FieldWord) -> Leaf:
        """Return what a word finds."""
        leaf = self._leaves.get(id(node))
        if leaf is None:
            found = self._finder.find(node.text, node.kind, node.field if isinstance(node, FieldWord) else "")
            if found is None:
                message = "there is no letter and no digit to search for here"
                raise QueryError(message, self._query.text, node.span, hint="`tk ls` looks for any text, this one too.")
            leaf = self._leaves[id(node)] = found
        return leaf

    def possible(self, node: Node) -> set[int] | None:
        """Return the documents that the words leave over; None where the words alone exclude none."""
        if isinstance(node, Word | FieldWord):
            return set(self.leaf(node).scores) if is_indexed(node) else None
        if isinstance(node, And):
            sets = [found for part in node.parts if (found := self.possible(part)) is not None]
            return set.intersection(*sets) if sets else None
        if isinstance(node, Or):
            every = [self.possible(part) for part in node.parts]
            return set().union(*(found for found in every if found)) if None not in every else None
        return None

    def score(self, number: int) -> float:
        """Return how well a document fits: the sum over the words."""
        return sum([self.leaf(node).scores.get(number, 0.0) for node in self.words])

    def filters(self) -> list[Node] | None:
        """Return the parts that are no words, where a query is several words and such parts; None elsewhere."""
        root = self._query.root
        parts = root.parts if isinstance(root, And) else ()
        if sum(map(self._is_word, parts)) < MOST_OF:
            return None
        return [part for part in parts if not self._is_word(part)]

    def partial(self) -> dict[int, float]:
        """Return the score of each document that has half or more of the words that any document has."""
        leaves = [scores for word in self.words if (scores := self.leaf(word).scores)]
        held: dict[int, int] = {}
        for scores in leaves:
            for number in scores:
                held[number] = held.get(number, 0) + 1
        return {number: self.score(number) for number, count in held.items() if 2 * count >= len(leaves)}

    def missing(self, number: int) -> tuple[str, ...]:
        """Return the words that a document does not have."""
        return tuple(word.text for word in self.words if number not in self.leaf(word).scores)

    @staticmethod
    def _is_word(node: Node) -> bool:
        return isinstance(node, Word | FieldWord) and is_indexed(node)

    def marks(self, field: str) -> Callable[[str], bool]:
        """Return whether a term is to be marked in a field."""
        leaves = [node for node in self.words if not isinstance(node, FieldWord) or node.field == field]
        tests = [self.leaf(node).marks for node in leaves]
        return lambda term: any(test(term) for test in tests)


def is_decided(node: Node) -> bool:
    """Return whether the words alone say which documents match."""
    if isinstance(node, And | Or):
        return all(map(is_decided, node.parts)) and bool(node.parts)
    return isinstance(node, Word | FieldWord) and is_indexed(node)


def is_indexed(node: Word | FieldWord) -> bool:
    """Return whether the index knows the place that a word is looked for in."""
    return isinstance(node, Word) or node.field in FIELDS
