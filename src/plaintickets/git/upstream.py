"""Compare the branch with its upstream branch, using GitPython."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(top: str, prefix: str) -> Iterator[Finding]:
    """Report commits of tickets that only this clone or only the upstream branch has.

    A repository that GitPython cannot read (SHA-256, reftable) and a branch without an upstream give no findings.
    """
    import git

    try:
        with git.Repo(top, search_parent_directories=False, expand_vars=False) as repository:
            if repository.head.is_detached:
                return
            branch = repository.active_branch
            tracked = branch.tracking_branch()
            if tracked is None or not tracked.is_valid():
                return
            ours = sum(1 for _ in repository.iter_commits(f"{tracked.path}..{branch.path}", paths=[prefix]))
            theirs = sum(1 for _ in repository.iter_commits(f"{branch.path}..{tracked.path}", paths=[prefix]))
            name = tracked.name
    except (git.GitError, ValueError, OSError, AttributeError, KeyError, TypeError):
        return
    if ours:
        message = f"{_commits(ours)} of tickets not yet on {name}: others do not see them"
        yield Finding("not-pushed", message, "git push", level="advice")
    if theirs:
        message = f"{_commits(theirs)} of tickets on {name} not yet here"
        yield Finding("not-pulled", message, "git pull", level="advice")


def _commits(number: int) -> str:
    return f"{number} commit{'s' if number != 1 else ''}"
