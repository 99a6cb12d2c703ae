"""The commits that changed the settings, remembered as derived state: to find them, git compares every commit."""

from __future__ import annotations

import json
import os
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.config import SETTINGS_FILES
from plaintickets.git.revisions import is_shallow
from plaintickets.store import derived_json
from plaintickets.system.files import NotRegularError, open_to_read

if TYPE_CHECKING:
    from typing import TypeAlias

    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project

    # When a commit was made, in seconds since 1970, and its id; the newest first.
    Rows: TypeAlias = list[tuple[int, str]]

CACHE_NAME = "settings-versions.json"
MOST_HEADS = 8
MOST_NEW = 1000  # from this number of new commits on, all commits are looked at
_HEX = frozenset("0123456789abcdef")


class Version(NamedTuple):
    """A commit that changed the settings, and when it was made, in seconds since 1970."""

    start: int
    commit: str


def settings_versions(project: Project, revision: str) -> list[Version]:
    """Return the commits up to a revision that changed the settings, from the oldest to the newest."""
    if project.git is None:
        return []
    found = project.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    head = found.out.decode().strip()
    if found.code or not head:
        return []
    rows = _remembered(project, project.git, head)[::-1]
    starts = accumulate((when for when, _ in rows), max)  # a clock that was wrong does not change the order
    return [Version(start, commit) for start, (_, commit) in zip(starts, rows, strict=True)]


def _remembered(project: Project, git: GitProcess, head: str) -> Rows:
    paths = [project.place.git_path(name) for name in SETTINGS_FILES]
    file = os.path.join(project.cache, CACHE_NAME) if project.cache else ""
    known = _read(file, paths) if file else {}
    if head in known:
        return known[head]
    rows = None
    for old in reversed(known):
        if _is_in_line(git, old, head):
            rows = [*_changed(git, f"{old}..{head}", paths), *known[old]]
            break
    rows = _changed(git, head, paths) if rows is None else rows
    if file and not is_shallow(git):
        kept = dict([*known.items(), (head, rows)][-MOST_HEADS:])
        derived_json.write(file, {"paths": paths, "heads": kept})
    return rows


def _changed(git: GitProcess, commits: str, paths: list[str]) -> Rows:
    found = git.run("log", "--topo-order", "--format=%ct %H", "--end-of-options", commits, "--", *paths)
    rows = (line.split() for line in found.out.decode().splitlines())
    return [(int(when), commit) for when, commit in rows]


def _is_in_line(git: GitProcess, old: str, head: str) -> bool:
    """Tell whether only commits without a second parent lead from one commit to a later one."""
    found = git.run(
        "rev-list", "--parents", "--topo-order", f"--max-count={MOST_NEW}", "--end-of-options", f"{old}..{head}"
    )
    at = head
    for line in found.out.decode().splitlines():
        commit, *parents = line.split()
        if commit != at or len(parents) != 1:
            return False
        at = parents[0]
    return not found.code and at == old


def _read(file: str, paths: list[str]) -> dict[str, Rows]:
    """Return what is remembered by the id of the newest commit; nothing where the file cannot be that."""
    try:
        with open(open_to_read(file), "rb") as opened:
            cached = json.load(opened)
        if cached["paths"] != paths:
            return {}
        return {str(head): [_row(*row) for row in rows] for head, rows in cached["heads"].items()}
    except (NotRegularError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _row(when: int, commit: str) -> tuple[int, str]:
    """Return a remembered row.

    Raise ValueError for one that is none.
    """
    if not isinstance(when, int) or len(commit) not in (40, 64) or not _HEX.issuperset(commit):
        raise ValueError(commit)
    return when, commit
