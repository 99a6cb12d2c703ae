"""What a caller asks about a query before running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .nodes import And, Compare, FieldWord, Has, Id, Is, No, Node, Not, Or, Query, Word

if TYPE_CHECKING:
    from collections.abc import Iterator


def words(query: Query) -> tuple[Word | FieldWord, ...]:
    """The full-text parts that a match may be found by, in order; not those negated."""
    return tuple(node for node, wanted in _leaves(query.root) if wanted and isinstance(node, Word | FieldWord))


def has_words(query: Query) -> bool:
    """Whether there is anything to rank by."""
    return bool(words(query))


def mentioned(query: Query) -> frozenset[str]:
    """The fields that the query asks about; `status` for `is:open` and the like.

    So that a default, such as hiding closed tickets, can yield to what was asked.
    """
    found = set()
    for node, _ in _leaves(query.root):
        if isinstance(node, Compare | Has | No | FieldWord):
            found.add(node.field)
        elif isinstance(node, Is):
            found.add("status")
        elif isinstance(node, Id):
            found.add("id")
    return frozenset(found)


def compared(query: Query) -> tuple[Compare, ...]:
    """The comparisons of a field with values, in order, negated or not."""
    return tuple(node for node, _ in _leaves(query.root) if isinstance(node, Compare))


def is_open_only(query: Query) -> bool:
    """Whether the query asks for `is:open` and whatever else, so that nothing closed can match."""
    parts = query.root.parts if isinstance(query.root, And) else (query.root,)
    return any(isinstance(part, Is) and part.word == "open" for part in parts)


def _leaves(root: Node) -> Iterator[tuple[Node, bool]]:
    """Every leaf, left to right, and whether it stands under an even number of Nots."""
    waiting = [(root, True)]
    while waiting:
        node, wanted = waiting.pop()
        if isinstance(node, And | Or):
            waiting.extend((part, wanted) for part in reversed(node.parts))
        elif isinstance(node, Not):
            waiting.append((node.part, not wanted))
        else:
            yield node, wanted
