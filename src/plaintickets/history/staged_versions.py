"""Versions of files that the user has staged and that are neither in HEAD nor in the work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.git import entries, index_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.git.process import GitProcess

_SHA1_DIGITS = 40


def only_staged(git: GitProcess, contents: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    """Return the staged bytes by git's path, None for a staged removal; `contents` are those of the work tree.

    Unmerged files are left out: nobody has staged a version of them.
    """
    if index_file.surely_holds(git.git_dir, {path: _blob(content) for path, content in contents.items()}):
        return {}
    index = entries.in_index(git, list(contents))
    head = entries.in_tree(git, "HEAD", list(contents)) or {}
    found: dict[str, bytes | None] = {}
    for path, content in contents.items():
        here, there = index.get(path), head.get(path)
        if here == there or (here is None and (content is None or there is None)):
            continue
        if here is None:
            found |= dict.fromkeys(entries.untracked(git, [path]))
        elif not _is_known(git, path, here.blob, content):
            found[path] = git.read("cat-file", "blob", here.blob)
    return found


def _is_known(git: GitProcess, path: str, blob: str, content: bytes | None) -> bool:
    """Return whether a blob is the file after line ends and filters, or the empty entry of a new file."""
    if blob in (entries.blob_id(content, len(blob)), entries.blob_id(b"", len(blob))):
        return True
    if content is None:
        return False
    return git.run("hash-object", f"--path={path}", "--stdin", stdin=content).out.decode().strip() == blob


def _blob(content: bytes | None) -> str:
    return "" if content is None else entries.blob_id(content, _SHA1_DIGITS)
