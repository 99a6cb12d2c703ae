"""Merge the files that are not tickets with git, when both sides changed the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.new_commits import CommitWriter
    from plaintickets.git.process import GitProcess

_UNKNOWN_OPTION = 129


def merge_others(
    git: GitProcess, writer: CommitWriter, bases: Sequence[str], tips: tuple[str, str], hidden: Sequence[str]
) -> tuple[str, list[str]]:
    """Merge two commits with git, without the `hidden` paths; return the tree and the paths in conflict.

    Raises GitRefusedError.
    """
    gone = dict.fromkeys(hidden)

    def bare(commit: str, parents: Sequence[str]) -> str:
        tree = writer.tree(commit, gone)
        rows = [word for parent in parents for word in ("-p", parent)]
        return git.must_write("commit-tree", tree, *rows, stdin=b"to be joined").decode().strip()

    commons = [bare(base, []) for base in bases if base]
    ours, theirs = (bare(tip, commons) for tip in tips)
    more = ["--allow-unrelated-histories"] * (not commons)
    outcome = git.write(
        *("-c", "merge.directoryRenames=false"),
        *("merge-tree", "--write-tree", "-z", "--no-messages", "--name-only", *more, ours, theirs),
    )
    if outcome.code == _UNKNOWN_OPTION or "unknown option" in outcome.err:
        raise GitRefusedError(
            "git 2.38 or newer is needed for this; nothing was changed",
            hint="with an older one, `git pull --rebase` and `git push` in a clean work tree do the same.",
        )
    if outcome.code not in (0, 1):
        raise GitRefusedError(f"git could not join the two sides:\n{outcome.err.strip()}\nnothing was changed")
    tree, *paths = outcome.out.decode(errors="surrogateescape").split("\0")
    return tree, list(dict.fromkeys(path for path in paths if path))
