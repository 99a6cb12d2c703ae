"""Find what a commit changed in each ticket, from the versions before and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plaintickets.core import comments
from plaintickets.core import event as kinds
from plaintickets.core.diff import part_changes
from plaintickets.core.document import parse
from plaintickets.core.paths import Key
from plaintickets.core.problem import Problem
from plaintickets.core.replay import NOTHING, Happening, Standing, comment_happening, happenings
from plaintickets.core.ticket_parts import EMPTY, Parts, origin, with_id
from plaintickets.core.version_reader import VersionReader
from plaintickets.history.log_parser import UNREADABLE, Entry, RawCommit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.comments import Comment

MISSING = "missing: git does not have this version"
_COMMENT = " comment"


@dataclass(slots=True)
class FileChange:
    """A change of one ticket file, or comment file, by one commit.

    `was` is the id before a rename. `old` and `new` are versions (see log_parser). `by_merge` means that a merge took
    this version although not all of its sides led to it. `joins` is the number of earlier changes of the file if all
    of them are behind the merge. `unread` holds the content if the difference needs the ticket's history.
    """

    rank: int
    commit: str
    ticket: str
    comment: str
    was: str
    old: str
    new: str
    by_merge: bool = False
    joins: int = 0
    happenings: list[Happening] = field(default_factory=list)
    unread: Standing | None = None


def request(entry: Entry, version: str) -> str:
    """Return the key that requests an entry's version: its blob, and how to read it."""
    return version + _COMMENT if entry.key.comment else version


def needs(commit: RawCommit) -> list[str]:
    """Return the versions needed to read a commit's changes; those of a merge are read later, if needed."""
    return requests(commit.sections[0]) if len(commit.parents) < 2 and commit.sections else []


def requests(entries: Sequence[Entry]) -> list[str]:
    """Return the keys that request the versions of entries."""
    return [
        request(entry, version)
        for entry in entries
        for version in (entry.old, entry.new)
        if version and version[0] != UNREADABLE
    ]


def standing(key: str, content: bytes | None, reader: VersionReader | None = None) -> Standing:
    """Return the state of a ticket with this file; a reader parses less of it if it has read another version."""
    if content is None:
        return Standing(exists=True, broken=MISSING, parts=EMPTY)
    if key.endswith(_COMMENT):
        document = parse(content, "")
        return Standing(exists=True, broken="", parts=Parts({}, "", _comment(document.keys, document.body)))
    found = (reader or VersionReader()).read(content)
    if isinstance(found, Problem):
        return Standing(exists=True, broken=f"{found.code}: {found.message}, line {found.line}", parts=EMPTY)
    return Standing(exists=True, broken="", parts=found)


def _comment(keys: Mapping[str, object], body: str) -> tuple[Comment, ...]:
    return (comments.of_file(keys, body),)


def _dated(parts: Parts, name: str) -> Parts:
    """Return the parts of a comment file, whose name tells a missing date; one without a date is no comment."""
    dated = (one._replace(date=one.date or comments.time_in(name)) for one in parts.comments)
    return parts._replace(comments=tuple(one for one in dated if one.date))


def stands(entry: Entry, version: str, read: Mapping[str, Standing]) -> Standing:
    """Return the state of a ticket with a version of an entry."""
    if not version:
        return NOTHING
    if version[0] == UNREADABLE:
        broken = "" if entry.key.comment else "not-a-file: not a regular file"
        return Standing(exists=True, broken=broken, parts=EMPTY)
    found = read[request(entry, version)]
    return found._replace(parts=_dated(found.parts, entry.key.comment)) if entry.key.comment else found


def touches(commit: str, rank: int, entries: Sequence[Entry], read: Mapping[str, Standing]) -> list[FileChange]:
    """Return the file changes by entries of a commit with at most one parent."""
    found = []
    for before, after in _paired(entries, read):
        first = before or after
        last = after or before
        if first is None or last is None:
            continue
        old = stands(first, first.old, read)
        new = stands(last, last.new, read)
        if MISSING in (old.broken, new.broken):
            continue
        touch = FileChange(
            rank,
            commit,
            last.key.ticket,
            last.key.comment,
            # Only the ticket's own file determines its id; comments follow it.
            "" if first.key.ticket == last.key.ticket or last.key.comment else first.key.ticket,
            first.old,
            last.new,
        )
        if last.key.comment:
            touch.happenings = comment_happenings(old.parts, new.parts)
        else:
            touch.happenings = moved(first, last, old, new)
            if old.broken and new.exists:
                touch.unread = new
        if touch.happenings or touch.old != touch.new:
            found.append(touch)
    return found


def comment_happenings(old: Parts, new: Parts) -> list[Happening]:
    """Return the events of a changed comment file."""
    return [comment_happening(change, {}) for change in part_changes(old, new, "")]


def moved(first: Entry, last: Entry, old: Standing, new: Standing) -> list[Happening]:
    """Return the events of a ticket whose file may have another name or folder than before."""
    rows = renaming(first, last)
    if rows and rows[0][1] == "id":
        old = old._replace(parts=with_id(old.parts, first.key.ticket, last.key.ticket))
    return rows + happenings(old, new)


def renaming(first: Entry, last: Entry) -> list[Happening]:
    """Return the event of a file whose name or folder changed."""
    if first.key.ticket != last.key.ticket:
        return [(kinds.RENAMED, "id", first.key.ticket, last.key.ticket, ())]
    return [(kinds.RENAMED, "path", first.path, last.path, ())] if first.path != last.path else []


def _paired(entries: Sequence[Entry], read: Mapping[str, Standing]) -> list[tuple[Entry | None, Entry | None]]:
    """Return the entries; a removal and an addition of the same file are one pair."""
    gone = {entry.path: entry for entry in entries if not entry.new}
    come = {entry.path: entry for entry in entries if not entry.old}
    pairs: list[tuple[Entry | None, Entry | None]] = [(entry, entry) for entry in entries if entry.old and entry.new]
    if gone and come:
        for names in (_by_key, _by_version, _by_origin):
            known = {name: entry for entry in reversed(gone.values()) if (name := names(entry, entry.old, read))}
            for entry in list(come.values()):
                source = known.pop(names(entry, entry.new, read), None)
                if source is not None:
                    pairs.append((source, entry))
                    del gone[source.path], come[entry.path]
        pairs += _moved_comments(pairs, gone, come)
    pairs += [(entry, None) for entry in gone.values()]
    pairs += [(None, entry) for entry in come.values()]
    return sorted(pairs, key=lambda pair: place(pair[1] or pair[0] or entries[0]))


def place(entry: Entry) -> tuple[bool, str]:
    """Return a sort key: a ticket's file comes before its comments, because it shows which ticket they belong to."""
    return bool(entry.key.comment), entry.path


def _moved_comments(
    pairs: list[tuple[Entry | None, Entry | None]], gone: dict[str, Entry], come: dict[str, Entry]
) -> list[tuple[Entry | None, Entry | None]]:
    """Return the comment files that moved with a renamed ticket, and remove them from `gone` and `come`."""
    before = {last.key.ticket: first.key.ticket for first, last in pairs if first and last and not last.key.comment}
    left = {entry.key: entry for entry in gone.values() if entry.key.comment}
    found: list[tuple[Entry | None, Entry | None]] = []
    for entry in list(come.values()):
        source = left.pop(Key(before.get(entry.key.ticket, ""), entry.key.comment), None)
        if entry.key.comment and source is not None:
            found.append((source, entry))
            del gone[source.path], come[entry.path]
    return found


def _by_key(entry: Entry, _version: str, _read: Mapping[str, Standing]) -> object:
    return entry.key


def _by_version(entry: Entry, version: str, _read: Mapping[str, Standing]) -> object:
    return None if entry.key.comment else version


def _by_origin(entry: Entry, version: str, read: Mapping[str, Standing]) -> object:
    return None if entry.key.comment else origin(stands(entry, version, read).parts)
