"""Look up the words of a query in the index: the documents of each, and of all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.query import QueryError, words
from plaintickets.core.query.nodes import And, FieldWord, Or, Word
from plaintickets.search.schema import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.core.query import Query
    from plaintickets.core.query.nodes import Node
    from plaintickets.search.words import Finder, Leaf


class QueryWords:
    """The words of one query in one state of the index; raises QueryError and DamagedError."""

    def __init__(self, query: Query, finder: Finder) -> None:
        self._query, self._finder = query, finder
        self._leaves: dict[int, Leaf] = {}  # by identity, because hashing a node takes its whole subtree
        self._found: dict[tuple[str, str, str], Leaf] = {}  # a query may repeat a word
        self._forms: dict[int, Leaf] = {}
        self.words = list(dict.fromkeys(node for node in words(query) if is_indexed(node)))

    def leaf(self, node: Word | FieldWord) -> Leaf:
        """Return the documents that a word finds."""
        leaf = self._leaves.get(id(node))
        if leaf is None:
            said = node.text, node.kind, node.field if isinstance(node, FieldWord) else ""
            found = self._found.get(said) or self._finder.find(*said)
            if found is None:
                message = "there is no letter or digit to search for here"
                raise QueryError(message, self._query.text, node.span, hint="`tk ls` looks for any text, this one too.")
            leaf = self._leaves[id(node)] = self._found[said] = found
        return leaf

    def possible(self, node: Node) -> set[int] | None:
        """Return the documents that the words allow; None if the words alone exclude none."""
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
        """Return the score of a document: the sum over the words."""
        return sum([self.leaf(node).scores.get(number, 0.0) for node in self.words])

    def scores(self, numbers: Iterable[int]) -> dict[int, float]:
        """Return the scores of documents."""
        leaves = [self.leaf(node).scores for node in self.words]
        return {number: sum([leaf.get(number, 0.0) for leaf in leaves]) for number in numbers}

    def filters(self) -> list[Node] | None:
        """Return the parts other than words if the query is a conjunction of both; otherwise None."""
        root = self._query.root
        parts = root.parts if isinstance(root, And) else (root,)
        if not any(map(self._is_word, parts)):
            return None
        return [part for part in parts if not self._is_word(part)]

    def partial(self, few: int) -> dict[int, float]:
        """Return the scores of documents with at least half of the words that occur at all, but not all of them.

        For a word in few documents, other forms count half.
        """
        leaves = []
        for word in self.words:
            scores = self.leaf(word).scores
            if word.kind == "word" and len(scores) < few:
                scores = {number: score / 2 for number, score in self._other_forms(word).scores.items()} | scores
            if scores:
                leaves.append(scores)
        held: dict[int, int] = {}
        found: dict[int, float] = {}
        for scores in leaves:
            for number, score in scores.items():
                held[number] = held.get(number, 0) + 1
                found[number] = found.get(number, 0.0) + score
        every = set.intersection(*(set(self.leaf(word).scores) for word in self.words))
        return {n: found[n] for n, count in held.items() if 2 * count >= len(leaves) and n not in every}

    def missing(self, number: int) -> tuple[str, ...]:
        """Return the words that a document does not contain in any form."""
        others = self._forms
        return tuple(
            word.text
            for word in self.words
            if number not in self.leaf(word).scores
            and (id(word) not in others or number not in others[id(word)].scores)
        )

    def _other_forms(self, node: Word | FieldWord) -> Leaf:
        if id(node) not in self._forms:
            self._forms[id(node)] = self._finder.forms(node.text, node.field if isinstance(node, FieldWord) else "")
        return self._forms[id(node)]

    @staticmethod
    def _is_word(node: Node) -> bool:
        return isinstance(node, Word | FieldWord) and is_indexed(node)

    def marks(self, field: str) -> Callable[[str], bool]:
        """Return the test whether a term is to be marked in a field."""
        leaves = [node for node in self.words if not isinstance(node, FieldWord) or node.field == field]
        tests = [self.leaf(node).marks for node in leaves]
        tests += [self._forms[id(node)].marks for node in leaves if id(node) in self._forms]
        return lambda term: any(test(term) for test in tests)


def is_decided(node: Node) -> bool:
    """Return whether the words alone decide which documents match."""
    if isinstance(node, And | Or):
        return all(map(is_decided, node.parts)) and bool(node.parts)
    return isinstance(node, Word | FieldWord) and is_indexed(node)


def is_indexed(node: Word | FieldWord) -> bool:
    """Return whether the index covers the field in which a word is searched."""
    return isinstance(node, Word) or node.field in FIELDS
