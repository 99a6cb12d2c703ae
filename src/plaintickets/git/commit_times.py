"""When commits were made, and which commits a clone had and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.git.process import GitProcess


class CommitTimes(NamedTuple):
    """The parents of a commit, and when it was written and committed, in seconds since 1970."""

    parents: tuple[str, ...]
    authored: int
    committed: int


def commit_times(git: GitProcess) -> dict[str, CommitTimes]:
    """Return the times of all commits of HEAD.

    Raises GitRefusedError.
    """
    out = git.read("--no-replace-objects", "log", "--format=%H %at %ct %P", "HEAD", "--").decode()
    rows = (line.split(" ") for line in out.splitlines())
    return {row[0]: CommitTimes(tuple(filter(None, row[3:])), int(row[1]), int(row[2])) for row in rows}


def lost_commits(git: GitProcess, folder: str) -> Iterator[tuple[str, int, str, str]]:
    """Yield the commits of a folder that reflogs name and no branch, tag or remote has: id, time, author, subject."""
    form = "--format=%x02%H%x00%at%x00%an <%ae>%x00%s"
    gone = ("--reflog", "--not", "HEAD", "--branches", "--remotes", "--tags")
    out = git.read("log", "--no-mailmap", form, *gone, "--", folder).decode(errors="replace")
    for row in out.split("\x02")[1:]:
        commit, at, author, subject = row.rstrip("\n").split("\0", 3)
        yield commit, int(at or 0), author, subject
