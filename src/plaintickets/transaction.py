"""The only writer: files changed and committed together, or not at all.

The promise: on success the change is committed (or staged, or written, in those modes); on any
error the files are byte for byte what they were, or the message says "saved, not committed".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError, TicketsError
from plaintickets.history import commits, process
from plaintickets.store import journal, writing
from plaintickets.store.lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from plaintickets.core.config import Config
    from plaintickets.history.process import GitProcess
    from plaintickets.store.journal import Step
    from plaintickets.store.place import Place
    from plaintickets.store.writing import Write


class CommitSettings(NamedTuple):
    """How changes reach git: mode `auto`, `stage` or `off`; hooks run if `verify`; `sync` is none, batch or all."""

    mode: str = "auto"
    verify: bool = True
    sync: str = "batch"


def settings_of(config: Config, place: Place) -> CommitSettings:
    """The settings that a configuration gives; nothing is committed outside a repository."""
    return CommitSettings(config.commit_mode if place.git_dir else "off", config.commit_verify, config.commit_sync)


class Outcome(NamedTuple):
    """What became of a change: `commit` is empty where none was made; `notices` are for the user."""

    commit: str
    notices: list[str]


class Writer:
    """Writes sets of files for one place; use it as a context manager, which holds the writer lock."""

    def __init__(
        self, place: Place, settings: CommitSettings, git: GitProcess | None, stamp: str, notify: Callable[[str], None]
    ) -> None:
        self._place = place
        self._settings = settings
        self._git = git if settings.mode != "off" else None
        self._stamp = stamp
        self._notify = notify
        self._sync = settings.sync != "none"
        self._journal = journal.Journal(place.shared) if place.shared else None
        self._lock: WriterLock | None = None

    def __enter__(self) -> Self:
        """Takes the lock and settles what a dead process left; raises GitRefusedError."""
        place = self._place
        if place.shared:
            try:
                os.makedirs(place.shared, mode=0o700, exist_ok=True)
            except OSError as error:
                message = f"cannot write to {place.common_dir}: {error.strerror}; nothing was changed"
                raise GitRefusedError(message, hint="mend its permissions; --no-commit does not help here.") from None
        self._lock = WriterLock(os.path.join(place.shared, "lock") if place.shared else place.store).__enter__()
        try:
            self._recover()
            if self._git and self._settings.mode == "auto" and not self._git.inside_hook:
                process.refuse_under_way(place.git_dir)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        if self._lock:
            self._lock.release()

    def write(self, writes: Sequence[Write], message: str) -> Outcome:
        """Writes and commits; raises TicketsError with the files as they were, or says that they were saved."""
        writes = [write for write in writes if write.old != write.new]
        if not writes:
            return Outcome("", [])
        for write in writes:
            writing.refuse_links_on_the_way(self._place.store, write.path)
        steps = self._begin(writes, message)
        try:
            self._put_all(writes)
        except OSError as error:
            self._take_back(steps)
            raise writing.write_failed(error.filename or writes[0].path, error) from None
        except BaseException:
            self._take_back(steps)
            raise
        if self._git is None:
            self._done()
            return Outcome("", [])
        return self._to_git(self._git, writes, steps, message)

    def commit_as_is(self, paths: Sequence[str], message: str) -> Outcome:
        """Commits files as they stand; on failure they stay as they are. Raises GitRefusedError."""
        git = self._git
        if git is None or git.inside_hook:
            raise GitRefusedError("nothing is committed inside a git hook or with committing switched off")
        new = commits.untracked(git, paths)
        if new:
            commits.add_new(git, new)
        outcome = commits.commit(git, paths, message, verify=self._settings.verify, sync=self._settings.sync)
        if outcome.code != 0 and not commits.is_in_head(git, paths):
            if new:
                commits.forget_new(git, new)
            raise commits.refusal(outcome)
        commits.mend_index(git, paths)
        return Outcome(git.read("rev-parse", "HEAD").decode().strip(), [])

    def _begin(self, writes: Sequence[Write], message: str) -> list[Step]:
        place = self._place
        if self._journal is None:
            return [
                journal.Step(write.path, journal.digest(write.old), journal.digest(write.new), "") for write in writes
            ]
        record = journal.Record(
            place.store, place.git_dir, place.top, place.prefix, message, _process_start(), [os.getpid()], []
        )
        try:
            return self._journal.open(record, writes, sync=self._sync)
        except OSError as error:
            self._journal.drop()
            raise writing.write_failed(place.shared, error) from None

    def _put_all(self, writes: Sequence[Write]) -> None:
        done: list[Write] = []
        try:
            for write in writes:
                writing.put(self._place.store, write, sync=self._sync)
                done.append(write)
        except BaseException:
            if self._journal is None:
                for write in reversed(done):
                    writing.put(self._place.store, writing.Write(write.path, write.new, write.old), sync=False)
            raise

    def _done(self) -> None:
        if self._journal:
            self._journal.drop()

    def _take_back(self, steps: Sequence[Step]) -> bool:
        """Brings every file back; False if one could not be."""
        results = [journal.put_back(self._place.store, step) for step in steps] if self._journal else [True]
        if all(results):
            self._done()
        return all(results)

    def _git_path(self, path: str) -> str:
        prefix = self._place.prefix
        return path if prefix == "." else f"{prefix}/{path}"

    def _to_git(self, git: GitProcess, writes: Sequence[Write], steps: Sequence[Step], message: str) -> Outcome:
        if git.inside_hook:
            self._done()
            return Outcome("", ["inside a git hook: written, not committed"])
        added: list[str] = []
        try:
            notices = self._stage_or_commit(git, writes, message, added)
        except commits.IgnoredByGitError as ignored:
            self._done()
            return Outcome("", [str(ignored)])
        except BaseException as error:
            self._undo_in_git(git, added)
            saved = self._reject(writes, steps)
            if isinstance(error, TicketsError):
                raise GitRefusedError(f"{error}\n{saved}", hint=error.hint) from None
            raise
        self._done()
        return notices

    def _stage_or_commit(self, git: GitProcess, writes: Sequence[Write], message: str, added: list[str]) -> Outcome:
        paths = [self._git_path(write.path) for write in writes]
        new = [self._git_path(write.path) for write in writes if write.old is None]
        if self._settings.mode == "stage":
            commits.stage(git, paths)
            return Outcome("", [])
        if new:
            added.extend(new)
            commits.add_new(git, new)
        if self._journal:
            self._journal.note_children(git.child_started)
        outcome = commits.commit(git, paths, message, verify=self._settings.verify, sync=self._settings.sync)
        if outcome.code != 0 and "did not match any file" in outcome.err:
            unknown = commits.untracked(git, paths)
            existing = {self._git_path(write.path) for write in writes if write.new is not None}
            to_add = [path for path in unknown if path in existing]
            paths = [path for path in paths if path not in unknown or path in existing]
            if to_add:
                added.extend(to_add)
                commits.add_new(git, to_add)
            if not paths:
                return Outcome("", ["not known to git: removed, nothing to commit"])
            outcome = commits.commit(git, paths, message, verify=self._settings.verify, sync=self._settings.sync)
        if outcome.code != 0 and not commits.is_in_head(git, paths):
            raise commits.refusal(outcome)
        return self._verified(git, writes, paths)

    def _verified(self, git: GitProcess, writes: Sequence[Write], paths: list[str]) -> Outcome:
        expected = {self._git_path(write.path): (write.old, write.new) for write in writes}
        expected = {path: pair for path, pair in expected.items() if path in paths}
        committed = commits.inspect(git, expected)
        if committed is None:
            commits.mend_index(git, paths)
            head = git.run("rev-parse", "--verify", "HEAD").out.decode().strip()
            return Outcome(head, [])
        notices = [f"{path}: other uncommitted edits in it were committed too" for path in committed.rode_along]
        return Outcome(committed.commit, [] if len(notices) == len(writes) and _all_new(writes) else notices)

    def _undo_in_git(self, git: GitProcess, added: list[str]) -> None:
        if added:
            commits.forget_new(git, added)

    def _reject(self, writes: Sequence[Write], steps: Sequence[Step]) -> str:
        """Takes the files back, keeping the new text aside; returns the sentence that says so."""
        kept = [
            self._journal.keep_rejected(write.path, write.new, self._stamp)
            for write in writes
            if self._journal and write.new is not None
        ]
        if not self._take_back(steps):
            return "saved, not committed: the files hold the change, and `tk commit` commits it."
        places = [place for place in kept if place]
        return (
            "nothing was changed; what was not committed is kept in " + ", ".join(places)
            if places
            else "nothing was changed"
        )

    def _recover(self) -> None:
        record = self._journal.pending() if self._journal else None
        if record is None or self._journal is None:
            return
        from plaintickets.recovery import recover

        for notice in recover(record, self._journal, self._git, self._settings):
            self._notify(notice)


def _all_new(writes: Sequence[Write]) -> bool:
    return all(write.old is None for write in writes)


def _process_start() -> float:
    import time

    return time.time()
