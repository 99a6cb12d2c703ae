"""Checks of a clone's history: is it complete, and is it fast to read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding
from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.git.process import GitProcess

FIX = "commit-graph"
# Without changed paths, reading the history of one path costs about 0.2 ms per commit.
LARGE_HISTORY = 5000
_MOST_CHUNKS = 64


def check(git: GitProcess, common_dir: str) -> Iterator[Finding]:
    """Report a shallow clone, and a large history without changed paths in its commit graph."""
    if os.path.exists(os.path.join(common_dir, "shallow")):
        message = "this clone is shallow: the history of tickets ends where it does"
        yield Finding("shallow", message, "git fetch --unshallow", level="advice")
    counted = git.run("rev-list", "--count", "HEAD")
    commits = int(counted.out) if counted.code == 0 else 0
    if commits >= LARGE_HISTORY and not has_changed_paths(common_dir):
        message = f"{commits} commits without changed paths in the commit graph: history is slow to read"
        remedy = "tk doctor --fix, or git commit-graph write --reachable --changed-paths"
        yield Finding("no-changed-paths", message, remedy, level="advice", fix=FIX)


def has_changed_paths(common_dir: str) -> bool:
    """Return whether the commit graph has the chunk of changed paths (gitformat-commit-graph(5): BIDX)."""
    info = os.path.join(common_dir, "objects", "info")
    paths = [os.path.join(info, "commit-graph")]
    chain = os.path.join(info, "commit-graphs", "commit-graph-chain")
    try:
        with open(chain, encoding="ascii", errors="replace") as file:
            layers = [line.strip() for line in file if line.strip()]
            paths += [os.path.join(info, "commit-graphs", f"graph-{layer}.graph") for layer in layers]
    except OSError:
        pass
    return any(b"BIDX" in _chunks(path) for path in paths)


def _chunks(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as file:
            head = file.read(8 + 12 * _MOST_CHUNKS)
    except OSError:
        return []
    if head[:4] != b"CGPH":
        return []
    return [head[8 + 12 * place :][:4] for place in range(min(head[6], _MOST_CHUNKS))]


def write_commit_graph(git: GitProcess) -> None:
    """Write the commit graph with changed paths.

    Raises GitRefusedError.
    """
    outcome = git.write("commit-graph", "write", "--reachable", "--changed-paths")
    if outcome.code != 0:
        raise GitRefusedError(f"git commit-graph failed: {outcome.err.strip()}")
