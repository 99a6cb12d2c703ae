"""Settling what a process left that died between writing and committing."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.history import commits
from plaintickets.store import journal

if TYPE_CHECKING:
    from plaintickets.history.process import GitProcess
    from plaintickets.store.journal import Journal, Record
    from plaintickets.transaction import CommitSettings


def recover(record: Record, log: Journal, git: GitProcess | None, settings: CommitSettings) -> list[str]:
    """Finishes or takes back the recorded operation; returns what to tell the user. Raises GitRefusedError."""
    states = {step.path: journal.state_of(record.store, step) for step in record.steps}
    if all(state == "old" for state in states.values()):
        log.drop()
        return []
    if git is None or git.top != record.top or "other" in states.values():
        return _leave(record, log, states)
    if "old" in states.values():
        for step in record.steps:
            journal.put_back(record.store, step)
        log.drop()
        return ["a change that an earlier command had only half written was taken back"]
    return _finish(record, log, git, settings)


def _leave(record: Record, log: Journal, states: dict[str, str]) -> list[str]:
    log.drop()
    changed = ", ".join(sorted(path for path, state in states.items() if state != "old"))
    return [f"an earlier command died before it could commit {changed} in {record.store}: saved, not committed"]


def _finish(record: Record, log: Journal, git: GitProcess, settings: CommitSettings) -> list[str]:
    prefix = "" if record.prefix == "." else record.prefix + "/"
    paths = [prefix + step.path for step in record.steps]
    remove_dead_locks(record)
    if commits.is_in_head(git, paths):
        commits.mend_index(git, paths)
        log.drop()
        return []
    new = [prefix + step.path for step in record.steps if not step.old]
    if new:
        commits.add_new(git, new)
    outcome = commits.commit(git, paths, record.message, verify=settings.verify, sync=settings.sync)
    if outcome.code == 0 or commits.is_in_head(git, paths):
        commits.mend_index(git, paths)
        log.drop()
        return ["a change that an earlier command had written but not committed was committed now"]
    if new:
        commits.forget_new(git, new)
    results = [journal.put_back(record.store, step) for step in record.steps]
    if all(results):
        log.drop()
        return ["a change that an earlier command had written could not be committed and was taken back"]
    raise GitRefusedError(
        f"an earlier change of {', '.join(paths)} is saved, not committed, and git refuses it:\n{outcome.err.strip()}",
        hint="mend what git names; `tk doctor` shows what is left to do.",
    )


def remove_dead_locks(record: Record) -> list[str]:
    """Removes git's lock files that the journal proves to be a dead child's; returns their paths.

    `git commit --only` holds `index.lock` as long as `next-index-<pid>.lock` is there, so the pid in
    that name tells whose lock it is.
    """
    removed = []
    for name in _names(record.git_dir):
        if not (name.startswith("next-index-") and name.endswith(".lock")):
            continue
        pid = name[len("next-index-") : -len(".lock")]
        if pid.isdigit() and _is_since(os.path.join(record.git_dir, name), record.started) and not _alive(int(pid)):
            for lock in (name, "index.lock"):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(record.git_dir, lock))
                    removed.append(lock)
    index_lock = os.path.join(record.git_dir, "index.lock")
    if _is_since(index_lock, record.started) and not _git_is_running():
        with contextlib.suppress(OSError):
            os.unlink(index_lock)
            removed.append("index.lock")
    return removed


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_since(path: str, started: float) -> bool:
    try:
        return os.lstat(path).st_mtime >= started - 0.1
    except OSError:
        return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def _git_is_running() -> bool:
    """Whether any git process lives on this machine; where that cannot be known, yes."""
    if not os.path.isdir("/proc/self"):
        return True
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                if file.read().startswith("git") and _alive(int(pid)):
                    return True
    return False
