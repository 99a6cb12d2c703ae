"""Questions about a query before it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .comparison import is_me
from .dates import absolute, period
from .nodes import And, Compare, FieldWord, Has, Id, Is, No, Node, Not, Or, Query, Word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime


def words(query: Query) -> tuple[Word | FieldWord, ...]:
    """Return the full-text parts that can find a match, in order, without negated ones."""
    return tuple(node for node, wanted in leaves(query.root) if wanted and isinstance(node, Word | FieldWord))


def has_words(query: Query) -> bool:
    """Tell whether the query has words to rank by."""
    return bool(words(query))


def mentioned(query: Query) -> frozenset[str]:
    """Return the fields that the query asks about; `status` for `is:open` and the like.

    A default, such as hiding closed tickets, then gives way to the query.
    """
    found = set()
    for node, _ in leaves(query.root):
        if isinstance(node, Compare | Has | No | FieldWord):
            found.add(node.field)
        elif isinstance(node, Is):
            found.add("status")
        elif isinstance(node, Id):
            found.add("id")
    return frozenset(found)


def compared(query: Query) -> tuple[Compare, ...]:
    """Return the comparisons of a field with values, in order, negated or not."""
    return tuple(node for node, _ in leaves(query.root) if isinstance(node, Compare))


def changes_by_itself(query: Query, now: datetime) -> bool:
    """Tell whether a query can change its mind on a ticket that stays as it is: it names the time, the user, others."""
    for node, _ in leaves(query.root):
        if isinstance(node, Is) and node.word in {"blocked", "overdue", "ready"}:
            return True
        if isinstance(node, Compare):
            texts = [value.text for value in node.values]
            if any(is_me(text) or (absolute(text) is None and period(text, now) is not None) for text in texts):
                return True
    return False


def is_open_only(query: Query, done: Collection[str]) -> bool:
    """Tell whether no closed ticket can match: the query requires `is:open`, or a status that is none of `done`."""
    parts = query.root.parts if isinstance(query.root, And) else (query.root,)
    closed = {status.casefold() for status in done}
    return any(_is_open(part, closed) for part in parts)


def _is_open(node: Node, closed: Collection[str]) -> bool:
    if isinstance(node, Is):
        return node.word == "open"
    if not isinstance(node, Compare) or node.field != "status" or node.op != "=":
        return False
    return not any(value.is_glob or value.text.casefold() in closed for value in node.values)


def leaves(root: Node) -> Iterator[tuple[Node, bool]]:
    """Yield every leaf, left to right, and whether it is under an even number of Nots."""
    waiting = [(root, True)]
    while waiting:
        node, wanted = waiting.pop()
        if isinstance(node, And | Or):
            waiting.extend((part, wanted) for part in reversed(node.parts))
        elif isinstance(node, Not):
            waiting.append((node.part, not wanted))
        else:
            yield node, wanted
