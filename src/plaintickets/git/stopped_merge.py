"""Read the commits and index entries of a stopped merge, rebase, cherry-pick, revert or popped stash."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.merge.identity import Version, place_of
from plaintickets.core.paths import git_lead
from plaintickets.errors import GitRefusedError
from plaintickets.git.revisions import contents
from plaintickets.git.unmerged import Unmerged, unmerged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.git.process import GitProcess


_MOST_STASHES = 20
_MARKER = re.compile(rb"[<>=|]{7}")


class Sides(NamedTuple):
    """The two commits of a merge, and their common ancestors."""

    bases: list[str]
    ours: str
    theirs: str


class Indexed(NamedTuple):
    """The index entries of tickets by store path: merged versions, and the numbered stages of unmerged ones."""

    merged: dict[str, Version]
    unmerged: dict[str, dict[int, Version]]


def sides(git: GitProcess, git_dir: str) -> Sides | None:
    """Return the commits of a stopped merge; None if none is stopped, or more than two commits are merged."""
    ours = _commit(git, "HEAD")
    if os.path.lexists(os.path.join(git_dir, "MERGE_HEAD")):
        with open(os.path.join(git_dir, "MERGE_HEAD"), encoding="ascii", errors="replace") as file:
            others = file.read().split()
        if len(others) != 1 or not ours:
            return None
        return Sides(git.run("merge-base", "--all", ours, others[0]).out.decode().split(), ours, others[0])
    for name, is_back in (("CHERRY_PICK_HEAD", False), ("REVERT_HEAD", True), ("REBASE_HEAD", False)):
        if name == "REBASE_HEAD" and not _is_rebasing(git_dir):
            continue
        commit = _commit(git, name)
        parent = _commit(git, f"{name}^") if commit else ""
        if commit and parent and ours:
            return Sides([commit], ours, parent) if is_back else Sides([parent], ours, commit)
    return None


def popped_stash(git: GitProcess, prefix: str) -> Sides | None:
    """Return the commits of a stash that stopped at a path which only one side has; None if no stash explains that.

    git keeps no record of what it was doing, but it keeps the stash. The index tells which one it is: its base has
    the bases of all unmerged tickets, and nothing was staged on top of HEAD in the tickets that stopped.
    """
    rows = unmerged(git, prefix)
    ours = _commit(git, "HEAD")
    if not ours or all(row.ours is not None and row.theirs is not None for row in rows):
        return None
    found = git.run("rev-list", "--walk-reflogs", f"--max-count={_MOST_STASHES}", "refs/stash", "--")
    for stash in found.out.decode().split() if found.code == 0 else ():
        base = _commit(git, f"{stash}^")
        if base and _explains(git, rows, base, ours, stash):
            return Sides([base], ours, stash)
    return None


def _explains(git: GitProcess, rows: list[Unmerged], base: str, ours: str, theirs: str) -> bool:
    """Tell whether a merge of two commits can have left these unmerged files."""
    paths = [row.path for row in rows]
    before, here, there = (contents(git, commit, paths) for commit in (base, ours, theirs))
    known = {line for held in (before, here, there) for content in held.values() for line in content.splitlines()}
    return all(
        (row.base is None or row.base == before.get(row.path))
        and (row.ours is None or row.path in here)
        and (row.theirs is None or row.path in there)
        # Of a file that both sides renamed, git leaves the merged text as ours.
        and all(line in known or _MARKER.match(line) for line in (row.ours or b"").splitlines())
        for row in rows
    )


def _is_rebasing(git_dir: str) -> bool:
    return any(os.path.lexists(os.path.join(git_dir, name)) for name in ("rebase-merge", "rebase-apply"))


def _commit(git: GitProcess, name: str) -> str:
    outcome = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return outcome.out.decode().strip() if outcome.code == 0 else ""


def indexed(git: GitProcess, prefix: str) -> Indexed:
    """Return the index entries of the store's tickets."""
    lead = git_lead(prefix)
    found = Indexed({}, {})
    for row in git.read("ls-files", "--stage", "-z", "--", prefix).decode(errors="surrogateescape").split("\0"):
        meta, tab, path = row.partition("\t")
        if not tab or place_of(path.removeprefix(lead)) is None:
            continue
        mode, blob, stage = meta.split(" ")
        if stage == "0":
            found.merged[path.removeprefix(lead)] = Version(mode, blob)
        else:
            found.unmerged.setdefault(path.removeprefix(lead), {})[int(stage)] = Version(mode, blob)
    return found


def put(
    git: GitProcess,
    prefix: str,
    merged: Mapping[str, Version | None],
    unmerged: Mapping[str, Iterable[Version | None]],
    contents: Mapping[str, bytes],
) -> None:
    """Write versions into the index: one of a path, or its base, ours and theirs; None removes an entry.

    A path in both stays unmerged: one ticket leaves it, and what another one has there is still to be decided.

    Raises GitRefusedError.
    """
    lead = git_lead(prefix)
    merged = {path: version for path, version in merged.items() if path not in unmerged}
    rows = []
    length = 40
    versions = [*merged.values(), *(version for held in unmerged.values() for version in held)]
    for version in versions:
        if version:
            length = len(version.blob)
            if version.blob in contents:
                git.must_write("hash-object", "-w", "--stdin", stdin=contents[version.blob])
    rows += [f"0 {'0' * length}\t{lead}{path}\0" for path in (*merged, *unmerged)]
    for path, version in merged.items():
        rows += [f"{version.mode} {version.blob} 0\t{lead}{path}\0"] if version else []
    for path, held in unmerged.items():
        rows += [f"{version.mode} {version.blob} {at}\t{lead}{path}\0" for at, version in enumerate(held, 1) if version]
    text = "".join(rows).encode(errors="surrogateescape")
    outcome = git.write("update-index", "-z", "--index-info", stdin=text)
    if outcome.code != 0:
        raise GitRefusedError(f"git update-index failed: {outcome.err.strip() or outcome.code}")
