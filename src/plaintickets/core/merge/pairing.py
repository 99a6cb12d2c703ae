"""Tell whether versions are of one ticket: git takes a new file for a renamed one if they are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import parse, title_match
from plaintickets.core.merge.identity import are_one, order

if TYPE_CHECKING:
    from plaintickets.core.document import Document


class Apart(NamedTuple):
    """Two tickets instead of one: a side removed `was` and created `new`, the other side changed `was`.

    If both sides created a ticket under one id, or a side has another ticket under it, `was` and `new` are that id.
    """

    was: str
    new: str
    content: bytes


def apart(base: bytes | None, ours: bytes | None, theirs: bytes | None) -> Apart | None:
    """Return the two tickets behind three versions, with the content of the new one; None if they are one ticket."""
    if not ours or not theirs:
        return None
    if not base:
        return _made_apart(ours, theirs)
    was = parse(base, "")
    for content in sorted((ours, theirs)):
        new = parse(content, "")
        if not is_one(was, new) or _is_displaced(was, new):
            return Apart(_id(was), _id(new), content)
    return None


def _made_apart(ours: bytes, theirs: bytes) -> Apart | None:
    """Return the two tickets that both sides created under one id."""
    first, second = sorted((ours, theirs), key=order)
    one, other = parse(first, ""), parse(second, "")
    return None if are_one(one, other) else Apart(_id(other), _id(one), first)


def is_one(old: Document, new: Document) -> bool:
    """Tell whether two versions are of one ticket; a renamed ticket keeps its creation moment and its text."""
    ids = _id(old), _id(new)
    if not old.keys or new.problems or (ids[0] and ids[0] == ids[1]):
        return True
    moments = _moment(old), _moment(new)
    differ = all(moments) and moments[0] != moments[1]
    if differ and all(ids):
        return False
    # Several tickets can be made within a second, and tickets of other programs may lack an id.
    alike = _look(old, titled=True) == _look(new, titled=True) or _look(old) == _look(new) != ""
    return alike or not (differ or all(ids))


def _is_displaced(old: Document, new: Document) -> bool:
    """Tell whether another ticket has the id: its moment of creation, title and text are others.

    In a rebase of a ticket whose id somebody else gave to another one, the later commits find that one there.
    """
    moments = _moment(old), _moment(new)
    if not all(moments) or moments[0] == moments[1] or new.problems:
        return False
    return _look(old, titled=True) != _look(new, titled=True) and _look(old) != _look(new)


def _look(document: Document, *, titled: bool = False) -> str:
    """Return the title of a ticket if `titled`, else the text below it."""
    match = title_match(document.body)
    text = (document.body[match.end() :] if match else document.body).strip()
    return document.title or text if titled else text


def _id(document: Document) -> str:
    return str(document.keys.get("id") or "")


def _moment(document: Document) -> str:
    """Return the creation moment of a ticket or comment."""
    return str(document.keys.get("created") or ("" if _id(document) else document.keys.get("date")) or "")
