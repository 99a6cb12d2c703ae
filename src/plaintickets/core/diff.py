"""What changed between two documents, field by field, and how to make such changes to a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.change import BODY, COMMENT, TITLE, Change
from plaintickets.core.parts import EMPTY, Parts, comment_from, comment_value, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.document import Document
    from plaintickets.core.notes import Comment


def changes(before: Document | None, after: Document | None, ticket_id: str) -> list[Change]:
    """The changes that lead from one document to another; None stands for no document.

    Keys come in file order, then text and comments. Layout (quoting, key order, blank
    lines, line ends) is no change.
    """
    old = parts_of(before) if before is not None else EMPTY
    new = parts_of(after) if after is not None else EMPTY
    return part_changes(old, new, ticket_id)


def part_changes(old: Parts, new: Parts, ticket_id: str) -> list[Change]:
    """The changes that lead from the parts of one document to those of another."""
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
    """The comments that differ: (was, None) removed, (None, is) added, (was, is) edited.

    A comment is known by its date and author; several of the same second pair in file order.
    """
    left, right = _without_common(old, new)
    waiting: dict[tuple[str, str], list[Comment]] = {}
    for comment in left:
        waiting.setdefault((comment.date, comment.author), []).append(comment)
    pairs: list[tuple[Comment | None, Comment | None]] = []
    for comment in right:
        same = waiting.get((comment.date, comment.author))
        pairs.append((same.pop(0) if same else None, comment))
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


def changed_parts(parts: Parts, made: Iterable[Change]) -> Parts:
    """The parts after the changes; what a change finds is not compared with its `before`."""
    fields, text, comments = dict(parts.fields), parts.text, list(parts.comments)
    for change in made:
        if change.field == BODY:
            text = change.after if isinstance(change.after, str) else ""
        elif change.field == COMMENT:
            _replace(comments, comment_from(change.before), comment_from(change.after))
        elif change.after is None:
            fields.pop(change.field, None)
        else:
            fields[change.field] = change.after
    return Parts(fields, text, tuple(comments))


def _replace(comments: list[Comment], old: Comment | None, new: Comment | None) -> None:
    place = next((at for at in range(len(comments) - 1, -1, -1) if comments[at] == old), -1) if old else -1
    if place >= 0:
        del comments[place]
    if new and place >= 0:
        comments.insert(place, new)
    elif new:
        after = [at for at, comment in enumerate(comments) if comment.date > new.date]
        comments.insert(min(after, default=len(comments)), new)


def conflicting(document: Document | None, made: Iterable[Change]) -> list[Change]:
    """The changes whose `before` is not what the document holds."""
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
    """The document after the changes; lines that no change concerns stay as they are.

    None stands for a file that does not exist yet. A value is put in place whatever stands
    there (see `conflicting`). Raises UnreadableError where the layout does not allow it.
    """
    from plaintickets.core.writing import written

    listed = list(made)
    return written(document, listed, changed_parts(parts_of(document) if document else EMPTY, listed))


def names(made: Iterable[Change]) -> list[str]:
    """The fields that changed, each once, for a message: `status`, `title`, `text`, `comment`."""
    shown = dict[str, None]()
    for change in made:
        shown["text" if change.field == BODY else change.field] = None
    return list(shown)


__all__ = ["TITLE", "apply", "changed_parts", "changes", "comment_pairs", "conflicting", "names", "part_changes"]
