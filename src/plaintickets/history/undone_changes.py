"""Find our changes that a later commit or the index undid, although the file still has them.

Git reads its index before it locks it. A `git commit` that began just before another one ended therefore writes older
entries back, to its own commit or at least to the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.checks.finding import Finding
from plaintickets.git import entries
from plaintickets.git.revisions import changed_paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.git.process import GitProcess

FIX = "reversal"
COMMITS_LOOKED_AT = 500
_MOST_PATHS = 200
_DIFF = ("diff-tree", "--stdin", "-r", "-z", "--root", "--raw", "--no-renames", "--no-abbrev", "--no-relative")


class Reversal(NamedTuple):
    """A path whose file is as a commit once made it, although the change was undone.

    `commit` is the later commit that undid it, at `time` in seconds; empty if only the index does. `blob` is what the
    index holds, empty for nothing.
    """

    path: str
    commit: str
    time: float
    blob: str


class _Step(NamedTuple):
    commit: str
    old: str
    new: str


def reversals(git: GitProcess, paths: Sequence[str], limit: int) -> list[Reversal]:
    """Return the reversals at these paths within the last `limit` commits."""
    if not paths:
        return []
    head, index = entries.in_tree(git, "HEAD", paths), entries.in_index(git, paths)
    files = _files(git, paths)
    doubtful = [path for path in paths if not files[path] == _blob(head, path) == _blob(index, path)]
    if not doubtful:
        return []
    times, steps = _history(git, doubtful, limit)
    found = []
    for path in doubtful:
        held, staged, file, past = _blob(head, path), _blob(index, path), files[path], steps.get(path, [])
        if held == file:
            if staged in {step.old for step in past}:
                found.append(Reversal(path, "", 0.0, staged))
        elif past and past[0].new == held and past[0].old == file and held in {step.old for step in past[1:]}:
            commit = past[0].commit
            found.append(Reversal(path, commit, times[commit], staged))
    return found


def in_store(git: GitProcess, prefix: str) -> list[Reversal]:
    """Return the reversals among the store's changed files, at most _MOST_PATHS of them."""
    return reversals(git, changed_paths(git, prefix)[:_MOST_PATHS], COMMITS_LOOKED_AT)


def check(git: GitProcess, prefix: str) -> Iterator[Finding]:
    """Report changes that a commit or the index undid although the files still have them."""
    for row in in_store(git, prefix):
        if row.commit:
            message = f"commit {row.commit[:10]} undid a committed change, but the file still has it"
            yield Finding("taken-back", message, "tk doctor --fix commits it again", row.path, fix=FIX)
        else:
            message = "git's index is older than HEAD and the file, so the next git commit would undo the change"
            yield Finding("older-in-index", message, "tk doctor --fix updates the index", row.path, fix=FIX)


def _blob(held: dict[str, entries.Entry] | None, path: str) -> str:
    entry = (held or {}).get(path)
    return entry.blob if entry else ""


def _files(git: GitProcess, paths: Sequence[str]) -> dict[str, str]:
    """Return the blobs that the files would become; empty if there is no file."""
    there = [path for path in paths if "\n" not in path and git.is_file(path)]
    asked = "\n".join(there).encode(errors="surrogateescape")
    found = git.run("hash-object", "--stdin-paths", stdin=asked).out.decode().split() if there else []
    blobs = dict(zip(there, found, strict=True)) if len(there) == len(found) else {}
    return {path: blobs.get(path, "") for path in paths}


def _history(git: GitProcess, paths: Sequence[str], limit: int) -> tuple[dict[str, float], dict[str, list[_Step]]]:
    """Return the times of the last commits, and the steps of each at the paths, newest first; merges have none."""
    listed = git.run("rev-list", "--timestamp", f"--max-count={limit}", "HEAD").out.decode().split()
    times = {commit: float(time) for time, commit in zip(listed[::2], listed[1::2], strict=True)}
    steps: dict[str, list[_Step]] = {}
    asked = "".join(f"{commit}\n" for commit in times).encode()
    output = git.run(*_DIFF, "--", *paths, stdin=asked).out.decode(errors="surrogateescape")
    fields = iter(output.split("\0"))
    commit = ""
    for field in fields:
        if field.startswith(":"):
            _, _, old, new, _ = field.split(" ")
            steps.setdefault(next(fields), []).append(_Step(commit, _named(old), _named(new)))
        else:
            commit = field.strip()
    return times, steps


def _named(blob: str) -> str:
    return blob if blob.strip("0") else ""
