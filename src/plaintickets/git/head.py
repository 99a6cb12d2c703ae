"""Read HEAD and the state files beside it without running git."""

from __future__ import annotations

import os

from plaintickets.errors import GitRefusedError

UNDER_WAY = {
    "rebase-merge": ("a rebase", "git rebase --continue"),
    "rebase-apply": ("a rebase", "git rebase --continue"),
    "MERGE_HEAD": ("a merge", "git merge --continue"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick --continue"),
    "REVERT_HEAD": ("a revert", "git revert --continue"),
    "BISECT_LOG": ("a bisection", "git bisect reset"),
    "sequencer": ("a cherry-pick or revert of several commits", "git cherry-pick --continue"),
}


def refuse_under_way(git_dir: str) -> None:
    """Raise GitRefusedError if a merge, rebase, cherry-pick, revert or bisection is in progress."""
    for name, (what, next_command) in UNDER_WAY.items():
        if os.path.lexists(os.path.join(git_dir, name)):
            raise GitRefusedError(
                f"{what} is under way, so nothing was changed",
                hint=f"finish it first (`{next_command}`), or write without committing: --no-commit.",
            )


def refuse_detached(git_dir: str) -> None:
    """Raise GitRefusedError if HEAD is detached, because no branch would get the commit."""
    if not branch(git_dir):
        raise GitRefusedError(
            "HEAD is detached, so a commit would be on no branch; nothing was changed",
            hint="`git switch BRANCH` first, or write without committing: --no-commit. "
            "TK_COMMIT_DETACHED=true (setting commit.detached) commits all the same.",
        )


def branch(git_dir: str) -> str:
    """Return the branch of HEAD (`refs/heads/main`), or an empty string if HEAD is detached.

    Raises GitRefusedError if HEAD cannot be read.
    """
    line = _first_line(os.path.join(git_dir, "HEAD"))
    if line is None:
        raise GitRefusedError("HEAD cannot be read; nothing was changed", hint="`git status` says what is wrong.")
    return line[5:].strip() if line.startswith("ref: ") else ""


def commit(git_dir: str, common_dir: str) -> str | None:
    """Return the commit of HEAD, empty if its branch has no commit, None if only git can resolve it."""
    line = _first_line(os.path.join(git_dir, "HEAD"))
    if line is None:
        return None
    if not line.startswith("ref: "):
        return line
    ref = line[5:].strip()
    loose = _first_line(os.path.join(common_dir, ref))
    if loose is not None:
        return None if loose.startswith("ref: ") else loose
    if os.path.lexists(os.path.join(common_dir, "reftable")):
        return None
    return _packed(os.path.join(common_dir, "packed-refs"), ref)


def _packed(path: str, ref: str) -> str | None:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return ""
    except OSError:
        return None
    place = content.find(b" " + os.fsencode(ref) + b"\n")
    return "" if place < 0 else content[content.rfind(b"\n", 0, place) + 1 : place].decode(errors="replace")


def _first_line(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.readline(4096).strip()
    except OSError:
        return None
