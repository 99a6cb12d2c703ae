"""The changes between two documents, field by field, and the document that changes produce."""

from __future__ import annotations

from bisect import insort
from collections import deque
from typing import TYPE_CHECKING

from plaintickets.core.change import BODY, COMMENT, TITLE, Change
from plaintickets.core.ticket_parts import EMPTY, Parts, comment_from, comment_value, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document


def changes(before: Document | None, after: Document | None, ticket_id: str) -> list[Change]:
    """Return the changes that lead from one document to another; None means no document.

    Keys come in file order, then text and comments. Layout (quoting, key order, blank lines, line ends) is
    ignored.
    """
    old = parts_of(before) if before is not None else EMPTY
    new = parts_of(after) if after is not None else EMPTY
    return part_changes(old, new, ticket_id)


def part_changes(old: Parts, new: Parts, ticket_id: str) -> list[Change]:
    """Return the changes that lead from the parts of one document to those of another."""
    found = [
        Change(ticket_id, field, old.fields.get(field), value)
        for field, value in new.fields.items()
        if old.fields.get(field) != value
    ]
    found += [Change(ticket_id, field, value, None) for field, value in old.fields.items() if field not in new.fields]
    if old.text != new.text:
        found.append(Change(ticket_id, BODY, old.text or None, new.text or None))
    if old.comments != new.comments:
        for gone, come in comment_pairs(old.comments, new.comments):
            before = comment_value(gone) if gone else None
            found.append(Change(ticket_id, COMMENT, before, comment_value(come) if come else None))
    return found


def comment_pairs(old: Sequence[Comment], new: Sequence[Comment]) -> list[tuple[Comment | None, Comment | None]]:
    """Return the comments that differ: (old, None) removed, (None, new) added, (old, new) edited.

    A comment is identified by its date and author; comments of the same second are paired in file order.
    """
    left, right = _without_common(old, new)
    waiting: dict[tuple[str, str], deque[Comment]] = {}
    for comment in left:
        waiting.setdefault((comment.date, comment.author), deque()).append(comment)
    pairs: list[tuple[Comment | None, Comment | None]] = []
    for comment in right:
        same = waiting.get((comment.date, comment.author))
        pairs.append((same.popleft() if same else None, comment))
    gone = [comment for rest in waiting.values() for comment in rest]
    return [(comment, None) for comment in gone] + pairs


def _without_common(old: Sequence[Comment], new: Sequence[Comment]) -> tuple[list[Comment], list[Comment]]:
    counts: dict[Comment, int] = {}
    for comment in old:
        counts[comment] = counts.get(comment, 0) + 1
    right = []
    for comment in new:
        if counts.get(comment, 0):
            counts[comment] -= 1
        else:
            right.append(comment)
    left = []
    for comment in reversed(old):
        if counts[comment]:
            counts[comment] -= 1
            left.append(comment)
    return left[::-1], right


class Thread:
    """The comments of a ticket during changes; the cost of a change does not depend on their number."""

    _rows: list[Comment | None]  # None: removed
    _places: dict[Comment, list[int]]
    _latest: str  # the date of the youngest comment

    def __init__(self, comments: Iterable[Comment]) -> None:
        self._hold(comments)

    def count(self, comment: Comment) -> int:
        """Return how often the comment occurs."""
        return len(self._places.get(comment, ()))

    def replace(self, old: Comment | None, new: Comment | None) -> None:
        """Replace the last comment equal to `old`; without one, insert `new` in the order of dates."""
        places = self._places.get(old) if old else None
        if places:
            place = places.pop()
            self._rows[place] = new
            if new:
                insort(self._places.setdefault(new, []), place)
                self._latest = max(self._latest, new.date)
        elif new and new.date >= self._latest:
            self._append(new)
        elif new:
            rows = self.comments()
            place = next((at for at, comment in enumerate(rows) if comment.date > new.date), len(rows))
            self._hold((*rows[:place], new, *rows[place:]))

    def comments(self) -> tuple[Comment, ...]:
        """Return the present comments."""
        return tuple(comment for comment in self._rows if comment)

    def _hold(self, comments: Iterable[Comment]) -> None:
        self._rows = []
        self._places = {}
        self._latest = ""
        for comment in comments:
            self._append(comment)

    def _append(self, comment: Comment) -> None:
        self._places.setdefault(comment, []).append(len(self._rows))
        self._rows.append(comment)
        self._latest = max(self._latest, comment.date)


def changed_parts(parts: Parts, made: Iterable[Change]) -> Parts:
    """Return the parts after the changes; the present values are not compared with `before`."""
    fields, text, thread = dict(parts.fields), parts.text, Thread(parts.comments)
    for change in made:
        if change.field == BODY:
            text = change.after if isinstance(change.after, str) else ""
        elif change.field == COMMENT:
            thread.replace(comment_from(change.before), comment_from(change.after))
        elif change.after is None:
            fields.pop(change.field, None)
        else:
            fields[change.field] = change.after
    return Parts(fields, text, thread.comments())


def conflicting(document: Document | None, made: Iterable[Change]) -> list[Change]:
    """Return the changes whose `before` differs from the document."""
    parts = parts_of(document) if document is not None else EMPTY
    found = []
    for change in made:
        if change.field == COMMENT:
            old = comment_from(change.before)
            fits = old is None or old in parts.comments
        elif change.field == BODY:
            fits = (change.before or "") == parts.text
        else:
            fits = parts.fields.get(change.field) == change.before
        if not fits:
            found.append(change)
    return found


def apply(made: Iterable[Change], document: Document | None) -> Document:
    """Return the document after the changes; lines of unchanged parts stay as they are.

    None means a file that does not exist yet. A value is written whatever the file holds (see `conflicting`).

    Raise UnreadableError if the layout does not allow the change.
    """
    from plaintickets.core.apply_changes import written

    listed = list(made)
    return written(document, listed, changed_parts(parts_of(document) if document else EMPTY, listed))


def names(made: Iterable[Change]) -> list[str]:
    """Return the changed fields for a message, each once: `status`, `title`, `text`, `comment`."""
    shown = dict[str, None]()
    for change in made:
        shown["text" if change.field == BODY else change.field] = None
    return list(shown)


__all__ = ["TITLE", "apply", "changed_parts", "changes", "comment_pairs", "conflicting", "names", "part_changes"]
