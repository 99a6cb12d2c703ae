"""Find the git folder of a `.git`, and its work tree."""

from __future__ import annotations

import os
import re

# Settings that can make the work tree another than the folder of `.git`. Hardly any repository has one. Without
# them git is not run, because a process for each command would cost more than the command.
_MENTIONS = re.compile(rb"^\s*(?:bare\s*(?!\s*=\s*false\s*$)|worktree\s*=|\[include)", re.IGNORECASE | re.MULTILINE)
_LARGEST = 1 << 20


def git_dirs(marker: str) -> tuple[str, str] | None:
    """Return the git folder and the common one of a `.git` folder or file."""
    git_dir = marker
    if os.path.isfile(marker):
        line = _first_line(marker)
        if not line.startswith("gitdir:"):
            return None
        git_dir = os.path.join(os.path.dirname(marker), line[7:].strip())
    if not os.path.lexists(os.path.join(git_dir, "HEAD")):
        return None
    common = os.path.join(git_dir, _first_line(os.path.join(git_dir, "commondir")).strip())
    return os.path.realpath(git_dir), os.path.realpath(common)


def work_tree(folder: str, git_dir: str, common: str) -> str:
    """Return the work tree of the `.git` in a folder; empty if the repository is bare."""
    if git_dir != common or not _is_doubtful(git_dir):  # a linked work tree has a folder, whatever the settings are
        return folder
    from plaintickets.system.programs import said

    is_bare = said(["git", "-C", folder, "rev-parse", "--is-bare-repository"])
    if is_bare is None:
        return folder
    if is_bare == "true":
        return ""
    return said(["git", "-C", folder, "rev-parse", "--show-toplevel"]) or folder


def linked_work_trees(common: str) -> list[str]:
    """Return the existing folders of the work trees that `git worktree add` created."""
    folder = os.path.join(common, "worktrees")
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    markers = (_first_line(os.path.join(folder, name, "gitdir")).strip() for name in names)
    found = (os.path.normpath(os.path.join(folder, os.path.dirname(marker))) for marker in markers if marker)
    return [path for path in found if os.path.isdir(path)]


def _is_doubtful(git_dir: str) -> bool:
    return any(_MENTIONS.search(_content(os.path.join(git_dir, name))) for name in ("config", "config.worktree"))


def _content(path: str) -> bytes:
    from plaintickets.system.files import open_to_read

    try:
        with open(open_to_read(path, follow=True), "rb") as file:
            return file.read(_LARGEST)
    except OSError:
        return b""


def _first_line(path: str) -> str:
    return _content(path).partition(b"\n")[0][:4096].decode(errors="surrogateescape")
