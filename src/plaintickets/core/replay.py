"""Compute a ticket's parts from its events, and events from the difference of its parts."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zlib import crc32

from plaintickets.core import event as kinds
from plaintickets.core.change import BODY, COMMENT, Change
from plaintickets.core.diff import Thread, changed_parts, part_changes
from plaintickets.core.texthunks import Hunk, hunks, patched
from plaintickets.core.ticket_parts import EMPTY, Parts, comment_from, with_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.comments import Comment
    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value

# An event without ticket and commit: kind, field, before, after, hunks.
Happening: TypeAlias = "tuple[str, str, Value | None, Value | None, tuple[Hunk, ...]]"


# The key in an added comment for the number of equal comments that the ticket then has.
COPY = "copy"


class Standing(NamedTuple):
    """The result of the events so far: the last readable parts, and whether the file exists and is readable."""

    exists: bool
    broken: str
    parts: Parts


NOTHING = Standing(exists=False, broken="", parts=EMPTY)


def replay(events: Iterable[Event]) -> Standing:
    """Return the state of a ticket after its events, given from the oldest to the newest."""
    return replayed(NOTHING, ((e.kind, e.field, e.before, e.after, e.hunks) for e in events))


def replayed(standing: Standing, happenings: Iterable[Happening]) -> Standing:
    """Return the state of a ticket after more happenings."""
    for kind, run in groupby(happenings, itemgetter(0)):
        if kind == kinds.COMMENTED:
            standing = standing._replace(parts=_commented(standing.parts, run))
        elif kind == kinds.CHANGED:
            made = [Change("", field, before, after) for _, field, before, after, _ in run]
            standing = standing._replace(parts=changed_parts(standing.parts, made))
        else:
            for happening in run:
                standing = _after(standing, happening)
    return standing


def _after(standing: Standing, happening: Happening) -> Standing:
    """Return the state of a ticket after a happening that concerns more than one key or comment."""
    kind, _, before, after, changed_lines = happening
    exists, broken, parts = standing
    if kind == kinds.CREATED:
        return Standing(exists=True, broken="", parts=Parts(_mapping(after), "", ()))
    if kind == kinds.DELETED:
        return NOTHING
    if kind == kinds.BROKEN:
        broken = after if isinstance(after, str) else "broken"
    elif kind == kinds.MENDED:
        broken = ""
    elif kind == kinds.RENAMED:
        parts = with_id(parts, before, after)
    elif kind == kinds.TEXT:
        same = checksum(parts.text) == after
        parts = parts if same else parts._replace(text=patched(parts.text, changed_lines))
    return Standing(exists, broken, parts)


def _mapping(value: Value | None) -> dict[str, Value]:
    return dict(value) if isinstance(value, dict) else {}


def happenings(old: Standing, new: Standing) -> list[Happening]:
    """Return what happened between two states of a ticket; replaying it leads from one to the other."""
    if not new.exists:
        return [(kinds.DELETED, "", dict(old.parts.fields), None, ())] if old.exists else []
    found: list[Happening] = []
    start = old.parts
    if not old.exists:
        start = Parts({}, "", ()) if new.broken else Parts(new.parts.fields, "", ())
        found.append((kinds.CREATED, "", None, dict(start.fields), ()))
    if new.broken:
        known = old.exists and new.broken == old.broken
        return found if known else [*found, (kinds.BROKEN, "", None, new.broken, ())]
    if old.exists and old.broken:
        found.append((kinds.MENDED, "", None, None, ()))
    copies: dict[Comment, int] = Counter(start.comments if start.comments != new.parts.comments else ())
    for change in part_changes(start, new.parts, ""):
        if change.field == BODY:
            row = (checksum(start.text), checksum(new.parts.text), hunks(start.text, new.parts.text))
            found.append((kinds.TEXT, BODY, *row))
        elif change.field == COMMENT:
            found.append(comment_happening(change, copies))
        else:
            found.append((kinds.CHANGED, change.field, change.before, change.after, ()))
    return found


def comment_happening(change: Change, copies: dict[Comment, int]) -> Happening:
    """Return the change of a comment, and count it in `copies`; an added copy is numbered."""
    after = change.after
    gone, come = comment_from(change.before), comment_from(after)
    if come is not None:
        count = copies[come] = copies.get(come, 0) + 1
        if gone is None and count > 1 and isinstance(after, dict):
            after = {**after, COPY: str(count)}
    if gone is not None:
        copies[gone] = copies.get(gone, 0) - 1
    return (kinds.COMMENTED, COMMENT, change.before, after, ())


def _commented(parts: Parts, run: Iterable[Happening]) -> Parts:
    """Return the parts after changes of comments; a change that another branch already made has no effect."""
    thread = Thread(parts.comments)
    for _, _, before, after, _ in run:
        added, old = comment_from(after), comment_from(before)
        if added is not None and isinstance(after, dict):
            copy = int(str(after.get(COPY, "1")))
            if thread.count(added) >= copy and (old is None or not thread.count(old)):
                continue
        thread.replace(old, added)
    return parts._replace(comments=thread.comments())


def checksum(text: str) -> str | None:
    """Return a checksum that distinguishes texts; None for no text."""
    return f"{crc32(text.encode('utf-8', 'surrogatepass')):08x}" if text else None
