"""What HEAD and the files beside it say, read without git."""

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
    """Raises GitRefusedError while a merge, rebase, cherry-pick, revert or bisection is under way."""
    for name, (what, way_on) in UNDER_WAY.items():
        if os.path.lexists(os.path.join(git_dir, name)):
            raise GitRefusedError(
                f"{what} is under way, so nothing was changed",
                hint=f"finish it first (`{way_on}`), or write without committing: --no-commit.",
            )


def refuse_detached(git_dir: str) -> None:
    """Raises GitRefusedError where HEAD is on no branch, so that a commit would belong to none."""
    if not branch(git_dir):
        raise GitRefusedError(
            "HEAD is detached, so a commit would be on no branch; nothing was changed",
            hint="`git switch BRANCH` first, or write without committing: --no-commit. "
            "TK_COMMIT_DETACHED=true (setting commit.detached) commits all the same.",
        )


def branch(git_dir: str) -> str:
    """The branch that HEAD is on (`refs/heads/main`), or an empty string where it is detached."""
    line = _first_line(os.path.join(git_dir, "HEAD"))
    if line is None:
        raise GitRefusedError("HEAD cannot be read; nothing was changed", hint="`git status` says what is wrong.")
    return line[5:].strip() if line.startswith("ref: ") else ""


def commit(git_dir: str, common_dir: str) -> str | None:
    """The commit that HEAD stands for, empty where its branch has none yet; None where only git can tell."""
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
