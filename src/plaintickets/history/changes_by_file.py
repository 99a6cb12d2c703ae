"""Find the file changes of many commits, file by file, so that a version is read once and after one much like it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.history.file_changes import place, requests, touches
from plaintickets.history.log_stream import read_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from plaintickets.core.replay import Standing
    from plaintickets.history.file_changes import FileChange
    from plaintickets.history.log_parser import Entry, GitReader, RawCommit


class Part(NamedTuple):
    """Entries of a commit whose events depend on no other entry of the commit; `order` is the place of the commit."""

    order: int
    commit: str
    rank: int
    entries: Sequence[Entry]


def parts_by_file(commits: Iterable[RawCommit], rank: Callable[[str], int]) -> list[Part]:
    """Return the parts of the commits with at most one parent, those of one file together.

    A commit that both removes and adds files is one part, because files of it may have been renamed.
    """
    files: dict[str, list[Part]] = {}
    whole: list[Part] = []
    for order, commit in enumerate(commits):
        if len(commit.parents) > 1 or not commit.sections:
            continue
        entries = commit.sections[0]
        if any(not entry.new for entry in entries) and any(not entry.old for entry in entries):
            whole.append(Part(order, commit.oid, rank(commit.oid), entries))
            continue
        for entry in entries:
            files.setdefault(entry.path, []).append(Part(order, commit.oid, rank(commit.oid), (entry,)))
    return [*chain.from_iterable(files.values()), *whole]


def file_changes(
    git: GitReader,
    parts: Callable[[], Iterable[Part]],
    parse: Callable[[str, bytes | None], Standing],
    max_bytes: int,
) -> Generator[tuple[Part, list[FileChange]], None, None]:
    """Yield each part with its file changes; `parts` gives the same parts to two threads.

    Raises GitRefusedError.
    """
    for part, read in read_groups(git, parts, lambda part: requests(part.entries), parse, max_bytes):
        yield part, touches(part.commit, part.rank, part.entries, read)


def in_log_order(found: Iterable[tuple[Part, list[FileChange]]]) -> list[FileChange]:
    """Return the file changes in the order of the commits, and of the paths in each."""
    rows = sorted(found, key=lambda row: (row[0].order, place(row[0].entries[0])))
    return [touch for _, touches_here in rows for touch in touches_here]
