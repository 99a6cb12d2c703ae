"""Move the checked-out branch to another commit and keep staged and unstaged work, or change nothing."""

from __future__ import annotations

import contextlib
import os
import re
import time
import unicodedata
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.git import entries
from plaintickets.system.files import open_to_read, remove, spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.git.process import GitProcess

_LOCK_WAIT_SECONDS = 5.0
_MOST_BEGUN = 1 << 24
_NAMED = re.compile(r"(?:Entry|file|directory|in) '([^']+)'")


class MovedMeanwhileError(GitRefusedError):
    """The branch is no longer at the commit where the move was to start."""

    def __init__(self) -> None:
        super().__init__("another program moved the branch meanwhile; nothing was changed", hint="try again.")


def refuse_overwriting(git: GitProcess, old: str, new: str) -> None:
    """Raise GitRefusedError if a move from one commit to another would overwrite uncommitted work."""
    if old == new:
        return
    git.write("update-index", "-q", "--refresh")
    outcome = git.run("read-tree", "-m", "-u", "-n", old, new)
    in_the_way = _NAMED.findall(outcome.err) if outcome.code != 0 else _untracked_in_the_way(git, old, new)
    if outcome.code == 0 and not in_the_way:
        return
    if not in_the_way:
        raise GitRefusedError(
            f"git cannot bring the work tree up to date:\n{outcome.err.strip()}\nnothing was changed",
            hint="`git status` shows the files.",
        )
    shown = ", ".join(sorted(set(in_the_way))[:5])
    raise GitRefusedError(
        f"work of yours that is not committed is in the way: {shown}; nothing was changed",
        hint="the new commits change the same files: commit them (`tk commit` for tickets) or move them away.",
    )


def _untracked_in_the_way(git: GitProcess, old: str, new: str) -> list[str]:
    """Return untracked files, ignored ones too, at paths where the new commit adds files.

    Raise GitRefusedError if the file system takes a file that is added for another one of the new commit.
    """
    out = git.read("diff-tree", "-r", "-z", "--no-renames", "--name-only", "--diff-filter=A", old, new)
    added = [path for path in out.decode(errors="surrogateescape").split("\0") if path]
    there = {path: found for path in added if (found := spelling(git.top, path))}
    _refuse_twins(git, new, added, {path: found for path, found in there.items() if path != found})
    return entries.untracked(git, list(there.values())) if there else []


def _refuse_twins(git: GitProcess, new: str, added: list[str], spelled: dict[str, str]) -> None:
    """Raise GitRefusedError for two files of a commit that are one name on this file system.

    `spelled` has the paths among the added ones that the disk spells otherwise.
    """
    staying = entries.in_tree(git, new, list(spelled.values())) if spelled else None
    twins = [pair for pair in spelled.items() if pair[1] in (staying or ())]
    alike = [] if twins else _alike(added)
    if alike and git.run("config", "--type=bool", "core.ignorecase").out == b"true\n":
        twins = alike
    if twins:
        raise GitRefusedError(
            f"{twins[0][0]} and {twins[0][1]} are one file for this file system, which ignores letter case; "
            "nothing was changed",
            hint="where both can be, `tk mv` gives one of the two another id.",
        )


def _alike(paths: list[str]) -> list[tuple[str, str]]:
    """Return pairs of paths that differ in letter case or in Unicode form only."""
    first: dict[str, str] = {}
    pairs = ((first.setdefault(unicodedata.normalize("NFC", path).casefold(), path), path) for path in paths)
    return [pair for pair in pairs if pair[0] != pair[1]]


def move(git: GitProcess, old: str, new: str) -> None:
    """Move HEAD's branch, the index and the work tree; on failure, leave all three unchanged.

    The branch is locked while files change, so git refuses a commit made at the same moment and none is lost.

    Raises GitRefusedError.
    """
    if old == new:
        return
    deadline = time.monotonic() + _LOCK_WAIT_SECONDS
    while True:
        fault = _try(git, old, new)
        if not fault:
            return
        if not ("File exists" in fault and ".lock" in fault) or time.monotonic() > deadline:
            break
        time.sleep(0.02 + os.urandom(1)[0] / 2560)
    raise GitRefusedError(
        f"git could not bring the work tree up to date:\n{fault}\nnothing was changed",
        hint="`git status` shows the files; `tk doctor` lists leftover locks.",
    )


def _try(git: GitProcess, old: str, new: str) -> str:
    """Move the branch; return the error text, empty on success.

    Raises MovedMeanwhileError.
    """
    orders = f"start\nupdate HEAD {new} {old}\nprepare\n"
    with git.start_writing(["update-ref", "--stdin", "-m", "tk: sync"]) as updater:
        if updater.stdin is None or updater.stdout is None:
            raise ValueError(updater)
        # An updater that has already ended gives the reason in its error output.
        with contextlib.suppress(BrokenPipeError):
            updater.stdin.write(orders.encode())
            updater.stdin.flush()
        if updater.stdout.readline() != b"start: ok\n" or updater.stdout.readline() != b"prepare: ok\n":
            said = updater.communicate()[1].decode(errors="replace").strip()
            if "but expected" in said:
                raise MovedMeanwhileError
            return said or "the branch could not be locked"
        outcome = git.write("read-tree", "-m", "-u", old, new)
        if outcome.code == 0:
            refused = updater.communicate(b"commit\n")[1]
            if updater.returncode == 0:
                return ""
            git.write("read-tree", "-m", "-u", new, old)
            return refused.decode(errors="replace").strip()
        updater.communicate(b"abort\n")
    put_back(git, old, new)
    return outcome.err.strip() or "git read-tree failed"


def put_back(git: GitProcess, old: str, new: str) -> None:
    """Undo the files of an interrupted move: restore files with new content where the index has the old."""
    for path, before, after in _differing(git, old, new):
        place = f"{git.top}/{path}"
        if _blob_of(git, path) != after and not (after and _is_begun(git, path, after)):
            continue
        if before:
            git.write("checkout-index", "-f", "-q", "--", path)
        else:
            remove(place)


def finish(git: GitProcess, old: str, new: str) -> bool:
    """Finish or roll back a move whose process died; return whether the branch was moved."""
    paths = [path for path, _, _ in _differing(git, old, new)]
    index = entries.in_index(git, paths)
    reached = {path: entry.blob for path, entry in index.items()}
    if reached == {path: after for path, _, after in _differing(git, old, new) if after}:
        return git.write("update-ref", "-m", "tk: sync", "HEAD", new, old).code == 0
    if reached == {path: before for path, before, _ in _differing(git, old, new) if before}:
        put_back(git, old, new)
    return False


def _differing(git: GitProcess, old: str, new: str) -> Iterator[tuple[str, str, str]]:
    """Yield each differing path with its blob before and after; empty for no file."""
    out = git.read("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", old, new)
    fields = out.decode(errors="surrogateescape").split("\0")
    for meta, path in zip(fields[:-1:2], fields[1::2], strict=False):
        _, _, before, after, _ = meta.split(" ")
        yield path, before.strip("0") and before, after.strip("0") and after


def _is_begun(git: GitProcess, path: str, blob: str) -> bool:
    """Tell whether a file holds only the beginning of a blob: git was killed while it wrote the file."""
    place = f"{git.top}/{path}"
    if os.path.islink(place) or not os.path.isfile(place):
        return False
    with open(open_to_read(place), "rb") as file:
        held = file.read(_MOST_BEGUN + 1)
    return len(held) <= _MOST_BEGUN and git.read("cat-file", "blob", blob).startswith(held)


def _blob_of(git: GitProcess, path: str) -> str:
    """Return the blob id of a file of the work tree; empty if it is not a regular file."""
    place = f"{git.top}/{path}"
    if os.path.islink(place) or not os.path.isfile(place):
        return ""
    outcome = git.run("hash-object", "--", path)
    return outcome.out.decode().strip() if outcome.code == 0 else ""
