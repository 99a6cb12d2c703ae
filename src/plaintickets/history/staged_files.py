"""Files of a store whose content in the index differs from the work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.git import trees
from plaintickets.history.compare import INDEX, WORK_TREE, between

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess
    from plaintickets.history.compare import FilePair


def head_or_nothing(git: GitProcess) -> str:
    """Return HEAD, or the empty tree before the first commit."""
    born = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").code == 0
    return "HEAD" if born else trees.empty_tree(git)


def differing(git: GitProcess, prefix: str, max_bytes: int) -> dict[str, tuple[bytes | None, str]]:
    """Return the ticket files whose staged content differs from the work tree: bytes and kind by store path."""
    head = head_or_nothing(git)
    staged = {change.path: (change.new, change.new_kind) for change in between(git, prefix, head, INDEX, max_bytes)}
    here = {change.path: change for change in between(git, prefix, head, WORK_TREE, max_bytes)}
    found = {path: _before(change) for path, change in here.items() if path not in staged}
    found |= {path: side for path, side in staged.items() if path not in here or side != _after(here[path])}
    return found


def _before(change: FilePair) -> tuple[bytes | None, str]:
    return change.old, change.old_kind


def _after(change: FilePair) -> tuple[bytes | None, str]:
    return change.new, change.new_kind
