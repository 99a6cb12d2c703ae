"""Finish or roll back the change of a process that crashed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from plaintickets.core.paths import git_lead
from plaintickets.errors import GitRefusedError, TicketsError
from plaintickets.git import commit, entries, lock_files
from plaintickets.system.processes import is_alive, start_of
from plaintickets.write import atomic_files, journal
from plaintickets.write.commit_step import Committing

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.git.process import GitProcess
    from plaintickets.write.commit_step import CommitSettings
    from plaintickets.write.journal import Journal, Record

_WAIT_SECONDS = 10.0


def recover(record: Record, log: Journal, git: GitProcess, settings: CommitSettings) -> list[str]:
    """Finish or roll back the recorded operation; return notices for the user.

    Raises GitRefusedError.
    """
    if git.inside_hook:
        raise GitRefusedError(
            "an earlier tk command crashed, and its change cannot be finished inside a git hook; nothing was changed",
            hint="when this git command has ended, run any tk command that writes.",
        )
    if not (os.path.isdir(record.git_dir) and os.path.isdir(record.store)):
        log.drop()  # its work tree was removed, with the files
        return []
    git = git.elsewhere(record.git_dir, record.top)
    git.on_start = log.note_child
    _wait_for_children(record)
    if record.mode != "off":
        lock_files.remove_dead(record.git_dir, record.top, record.children, record.started)
    atomic_files.sweep(record.store, [step.path for step in record.steps], record.token)
    _fix_index(record, git)
    states = {step.path: journal.state_of(record.store, step) for step in record.steps}
    if all(state == "old" for state in states.values()):
        _forget_announced(record, git)
        log.drop()
        return []
    if "other" in states.values():
        return _leave(record, log, states)
    if "old" in states.values():
        return _take_back(record, log, "had written only in part")
    if record.mode == "off":
        log.drop()
        return []
    return _finish(record, log, git, settings._replace(mode=record.mode))


def _forget_announced(record: Record, git: GitProcess) -> None:
    """Remove new files from the index that were announced and rolled back.

    Raises GitRefusedError.
    """
    paths = [path for path, step in zip(_git_paths(record), record.steps, strict=True) if not step.old]
    if record.mode != "off" and paths and not commit.forget_announced(git, paths):
        raise GitRefusedError(
            f"git's index still announces {paths[0]}, which an earlier command rolled back; nothing was changed",
            hint="free some space, or fix the permissions of git's folder, then run the command again.",
        )


def _leave(record: Record, log: Journal, states: dict[str, str]) -> list[str]:
    log.drop()
    changed = ", ".join(sorted(path for path, state in states.items() if state != "old"))
    return [f"an earlier command crashed before it could commit {changed} in {record.store}: saved, not committed"]


def _take_back(record: Record, log: Journal, what: str, undo: Callable[[], bool] = lambda: True) -> list[str]:
    """Restore the files, then the index with `undo`; if that fails, keep the journal for the next command."""
    left = [step.path for step in record.steps if not journal.put_back(record.store, step)]
    atomic_files.remove_empty_folders(record.store, [step.path for step in record.steps if not step.old])
    if undo():
        log.drop()
    if left:
        return [f"a change of {', '.join(left)} that an earlier command {what} is saved, not committed"]
    return [f"a change that an earlier command {what} was rolled back"]


def _wait_for_children(record: Record) -> None:
    """Wait until the dead process's git commands have ended.

    Raises GitRefusedError after _WAIT_SECONDS.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    for pid, start in record.children:
        while is_alive(pid) and start_of(pid) == start:
            if time.monotonic() > deadline:
                raise GitRefusedError(
                    f"an earlier tk command crashed, and its git (process {pid}) is still running; nothing was changed",
                    hint="wait for it to end (perhaps a hook is running), then try again.",
                )
            time.sleep(0.02)


def _git_paths(record: Record) -> list[str]:
    prefix = git_lead(record.prefix)
    return [prefix + step.path for step in record.steps]


def _fix_index(record: Record, git: GitProcess) -> None:
    """Set index entries to HEAD's if the dead process's git committed but did not update its index."""
    paths = _git_paths(record)
    if record.head is None:
        if git.run("diff", "--quiet", "--no-ext-diff", "--no-textconv", "HEAD", "--", *paths).code == 0:
            commit.reset_index_entries(git, paths)
        return
    before = entries.in_tree(git, record.head, paths) if record.head else {}
    if before is not None and record.head != git.run("rev-parse", "--verify", "HEAD").out.decode().strip():
        commit.reset_index_entries(git, paths, {path: (entry.blob,) for path, entry in before.items()})


def _finish(record: Record, log: Journal, git: GitProcess, settings: CommitSettings) -> list[str]:
    contents = {}
    for path, step in zip(_git_paths(record), record.steps, strict=True):
        new = atomic_files.content_of(f"{record.store}/{step.path}")
        # Only whether there was a file matters here, not its content.
        contents[path] = (b"" if step.old else None, new)
    committing = Committing(git, settings, contents)
    if settings.mode == "auto" and committing.is_in_head():
        log.drop()
        return []
    try:
        outcome = committing.run(record.message)
    except TicketsError:
        return _take_back(record, log, "had written and git refused", committing.undo)
    log.drop()
    if outcome.commit:
        return ["a change that an earlier command had written but not committed was committed now"]
    return [notice for notice in outcome.notices if notice]
