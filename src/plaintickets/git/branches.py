"""The branches of a clone, local and remote, and the versions of a file on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.git.revisions import blobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.process import GitProcess


class Branch(NamedTuple):
    """A branch: its short name (`topic`, `origin/topic`), its commit, and whether it is merged into HEAD."""

    name: str
    commit: str
    is_merged: bool


def branches(git: GitProcess) -> list[Branch]:
    """Return all branches except the current one, local branches first.

    Raises GitRefusedError.
    """
    fields = "--format=%(HEAD)%00%(symref)%00%(objectname)%00%(refname:lstrip=2)"
    known = ("refs/heads", "refs/remotes")
    out = git.read("for-each-ref", fields, *known).decode(errors="surrogateescape")
    # Before the first commit HEAD does not exist, so no branch is merged.
    merged = git.run("for-each-ref", "--format=%(objectname)", "--merged=HEAD", *known).out.decode().split("\n")
    rows = [row.split("\0") for row in out.splitlines()]
    return [Branch(name, oid, oid in merged) for is_head, symref, oid, name in rows if is_head != "*" and not symref]


def versions(git: GitProcess, among: Sequence[Branch], paths: Sequence[str]) -> dict[str, tuple[str, bytes] | None]:
    """Return for each branch the first of the paths that exists there, with its content; None if none exists."""
    found = blobs(git, list({f"{branch.commit}:{path}": None for branch in among for path in paths}))
    held: dict[str, tuple[str, bytes] | None] = {}
    for branch in among:
        candidates = ((path, found.get(f"{branch.commit}:{path}")) for path in paths)
        held[branch.name] = next(((path, content) for path, content in candidates if content is not None), None)
    return held
