"""Read commit messages, with the files of tickets that each commit changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.process import GitProcess


class Message(NamedTuple):
    """A commit with its message and the store's files it changed; `date` is in seconds since 1970."""

    commit: str
    author: str
    date: int
    subject: str
    body: str
    paths: list[str]


_FORMAT = "%x02%H%x01%an%x01%at%x01%s%x01%b%x01"


def read(git: GitProcess, revisions: Sequence[str], prefix: str) -> list[Message]:
    """Return the messages of commits, newest first, with the paths that each changed below `prefix`.

    Raises GitRefusedError.
    """
    options = ["-z", "--encoding=UTF-8", "--no-mailmap", "--no-show-signature", "--no-color", "--no-ext-diff"]
    options += ["--no-renames", "--name-only", "--diff-merges=first-parent"]
    outcome = git.run("log", *options, f"--format={_FORMAT}", *revisions, "--")
    if outcome.code != 0:
        raise GitRefusedError(f"git log failed: {outcome.err.strip()}")
    found = []
    for row in outcome.out.decode(errors="replace").split("\x02")[1:]:
        commit, author, date, subject, body, rest = row.split("\x01", 5)
        paths = [path for path in rest.replace("\n", "\0").split("\0") if path]
        kept = [path for path in paths if prefix in ("", ".") or path.startswith(prefix + "/")]
        found.append(Message(commit, author, int(date or 0), subject, body.strip(), kept))
    return found
