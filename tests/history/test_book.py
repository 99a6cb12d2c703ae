"""What the book of touches keeps, and that later commits can trust it."""

from __future__ import annotations

from plaintickets.history.commit_graph import CommitGraph, Nothing
from plaintickets.history.file_changes import FileChange
from plaintickets.history.renames import is_chained


def touch(rank: int, old: str, new: str, *, joins: int = 0, by_merge: bool = False) -> FileChange:
    happenings = [] if by_merge else [("changed", "status", old, new, ())]
    return FileChange(rank, f"c{rank}", "pt-1", "", "", old, new, by_merge, joins, list(happenings))


def test_a_join_counts_only_the_touches_that_are_kept() -> None:
    first, empty = touch(1, "", "a"), touch(2, "a", "a", by_merge=True)
    join = touch(4, "a", "b", joins=2, by_merge=True)
    book = CommitGraph(Nothing())
    for row in (first, empty, join):
        book.add(row)
    book.drop_empty([empty, join])
    kept = book.touches("pt-1")
    assert (kept, join.joins) == ([first, join], 1)
    assert is_chained(kept)
    # What another branch did is no part of the join, although there are as many touches before it as once there were.
    assert not is_chained([first, touch(3, "a", "c"), join])
