"""Events for changes that a merge commit itself made.

A timeline lists the commits of all branches in one row. If two branches changed the same ticket, replaying that row
may give another result than the merge. The difference is reported as the change of the merge; nothing else of a merge
is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import event as kinds
from plaintickets.core.paths import Key
from plaintickets.core.replay import NOTHING, Standing, happenings, replayed
from plaintickets.history.file_changes import MISSING, FileChange, comment_happenings, moved, request, stands
from plaintickets.history.log_parser import UNREADABLE, Entry
from plaintickets.history.log_stream import read_blobs
from plaintickets.history.renames import TicketIdentities, is_chained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from plaintickets.core.replay import Happening
    from plaintickets.history.commit_graph import CommitGraph
    from plaintickets.history.log_parser import GitReader, RawCommit

    Parse: TypeAlias = Callable[[str, bytes | None], Standing]


class Doubt(NamedTuple):
    """A ticket's file at a commit whose events depend on the file changes before the commit.

    For a comment, `own` are the changes of the ticket's own file where it was removed or created more than once.
    """

    touch: FileChange
    entry: Entry
    behind: list[FileChange]
    own: Sequence[FileChange] = ()


def add_merge_changes(git: GitReader, book: CommitGraph, merges: Iterable[RawCommit], parse: Parse, limit: int) -> None:
    """Add the file changes of merges to a graph that holds all others, and complete those of repaired files."""
    work: list[tuple[int, str, FileChange | RawCommit]] = [(touch.rank, touch.commit, touch) for touch in book.unread()]
    work += [(book.rank(merge.oid), merge.oid, merge) for merge in merges]
    work.sort(key=lambda row: row[:2])
    doubts: list[Doubt] = []
    for _, _, item in work:
        doubts.extend([_repaired(book, item)] if isinstance(item, FileChange) else _decided(book, item))
    wanted = dict.fromkeys(request(doubt.entry, doubt.touch.new) for doubt in doubts if _is_unread(doubt.touch))
    read = read_blobs(git, list(wanted), parse, limit)
    for doubt in doubts:
        _complete(doubt, read)
    book.drop_empty([doubt.touch for doubt in doubts if doubt.touch.by_merge])


def _is_unread(touch: FileChange) -> bool:
    return touch.by_merge and bool(touch.new) and touch.new[0] != UNREADABLE


def _repaired(book: CommitGraph, touch: FileChange) -> Doubt:
    rows = _before(book, touch.rank, touch.commit, book.related(touch.ticket))
    reach = book.ancestors(touch.commit, min((row.rank for row in rows), default=0))
    threads, numbered = _numbered(row for row in rows if row.commit in reach)
    wanted = threads.of(touch.was or touch.ticket)
    behind = [row for number, row in numbered if number == wanted and row.comment == touch.comment]
    return Doubt(touch, Entry(Key(touch.ticket, touch.comment), "", touch.old, touch.new), behind)


def _decided(book: CommitGraph, merge: RawCommit) -> Iterator[Doubt]:
    """Yield possible changes by a merge, one for each ticket; each is entered before its content is known."""
    held: dict[Key, Entry] = {}
    for entry in (entry for section in merge.sections for entry in section):
        if entry.new or entry.key not in held:
            held[entry.key] = entry
    ids = {key.ticket: book.related(key.ticket) for key in held}
    groups: dict[tuple[int, str], list[Entry]] = {}
    for key, entry in held.items():
        groups.setdefault((id(ids[key.ticket]), key.comment), []).append(entry)
    rank = book.rank(merge.oid)
    # A ticket's own file comes before the comments on it, which are lost where the ticket is.
    for (_, comment), entries in sorted(groups.items(), key=lambda group: group[0][1] != ""):
        names = ids[entries[0].key.ticket]
        rows = _before(book, rank, merge.oid, names)
        same = [row for row in rows if row.comment == comment]
        may_be_lost = comment != "" and _has_restarts(rows)
        if len(names) == 1 and not may_be_lost and _is_expected(book, merge, entries[0], same):
            continue
        reach = book.ancestors(merge.oid, min((row.rank for row in rows), default=0))
        may_be_lost = may_be_lost and _has_restarts([row for row in rows if row.commit in reach])
        for doubt in _by_thread(entries, [row for row in rows if row.commit in reach], merge.oid, rank):
            doubt.touch.joins = len(same) if len(names) == 1 and len(doubt.behind) == len(same) else 0
            book.add(doubt.touch)
            yield doubt._replace(own=_own(doubt, book, names, reach)) if may_be_lost else doubt


def _has_restarts(rows: list[FileChange]) -> bool:
    """Tell whether a ticket was removed, or created more than once, before a commit."""
    own = [row for row in rows if not row.comment]
    return any(not row.new for row in own) or sum(not row.old and not row.was for row in own) > 1


def _own(doubt: Doubt, book: CommitGraph, ids: set[str], reach: set[str]) -> list[FileChange]:
    """Return the changes of the file of a comment's ticket up to a commit, that of the commit itself included."""
    touch = doubt.touch
    rows = [row for name in ids for row in book.touches(name) if not row.comment and row.commit in reach]
    here = sorted((row for row in rows if (row.rank, row.commit) <= (touch.rank, touch.commit)), key=_order)
    threads, numbered = _numbered(here)
    # Another ticket that had the id for a while, and has another now, took no comments with it.
    number = threads.of(touch.ticket)
    name = touch.ticket if number is None else threads.names[number]
    return [row for at, row in numbered if threads.names[at] == name]


def _is_expected(book: CommitGraph, merge: RawCommit, entry: Entry, rows: list[FileChange]) -> bool:
    """Return whether the file changes before a merge form a chain that ends in the merge's version."""
    if not rows or rows[-1].new != entry.new or not is_chained(rows):
        return False
    return rows[-1].commit in book.ancestors(merge.oid, rows[-1].rank)


def _by_thread(entries: list[Entry], rows: list[FileChange], oid: str, rank: int) -> Iterator[Doubt]:
    """Yield one doubt for each ticket: about the file that the merge holds, or about its absence."""
    threads, numbered = _numbered(rows)
    sides: dict[int, list[Entry]] = {}
    for entry in entries:
        number = threads.of(entry.key.ticket)
        sides.setdefault(-1 - len(sides) if number is None else number, []).append(entry)
    for number, candidates in sides.items():
        behind = [row for at, row in numbered if at == number and row.comment == candidates[0].key.comment]
        name = threads.names[number] if number >= 0 else candidates[0].key.ticket
        present = sorted((entry for entry in candidates if entry.new), key=lambda entry: entry.key.ticket != name)
        comment = candidates[0].key.comment
        chosen = present[:1] or [entry for entry in candidates if comment or entry.key.ticket == name][:1]
        for entry in (*chosen, *present[1:]):
            is_other = entry not in chosen
            # Only the ticket's own file determines its id; comments follow it.
            was = "" if is_other or comment or name == entry.key.ticket else name
            old = behind[-1].new if behind and not is_other else ""
            touch = FileChange(rank, oid, entry.key.ticket, comment, was, old, entry.new, by_merge=True)
            yield Doubt(touch, entry, [] if is_other else behind)


def _before(book: CommitGraph, rank: int, oid: str, ids: set[str]) -> list[FileChange]:
    """Return the file changes of these ids that come before a commit in the timeline."""
    rows = [row for name in ids for row in book.touches(name) if (row.rank, row.commit) < (rank, oid)]
    return sorted(rows, key=_order)


def _order(row: FileChange) -> tuple[int, str, str, str]:
    return row.rank, row.commit, row.ticket, row.comment


def _numbered(rows: Iterable[FileChange]) -> tuple[TicketIdentities, list[tuple[int, FileChange]]]:
    threads = TicketIdentities()
    rows = list(rows)
    return threads, list(zip(threads.numbers(rows), rows, strict=True))


def _complete(doubt: Doubt, read: Mapping[str, Standing]) -> None:
    """Create the events from the last version before the commit to the version of the commit."""
    touch, entry = doubt.touch, doubt.entry
    found = replayed(NOTHING, _happenings(doubt))
    if touch.unread is not None:
        renamed = [row for row in touch.happenings if row[0] == kinds.RENAMED]
        touch.happenings = renamed + happenings(replayed(found, renamed), touch.unread)
        touch.unread = None
        return
    new = stands(entry, touch.new, read)
    if new.broken == MISSING:
        return
    if touch.comment:
        touch.happenings = comment_happenings(found.parts, new.parts)
    elif touch.was and found.exists:
        touch.happenings = moved(entry._replace(key=Key(touch.was, "")), entry, found, new)
    else:
        touch.happenings = happenings(found, new)


def _happenings(doubt: Doubt) -> Iterator[Happening]:
    """Yield what happened behind a commit to its file, and for a comment what takes all comments away."""
    for row in sorted([*doubt.behind, *doubt.own], key=_order):
        for happening in row.happenings:
            if row.comment == doubt.touch.comment:
                yield happening
            elif happening[0] in {kinds.CREATED, kinds.DELETED}:
                yield (kinds.DELETED, "", None, None, ())
