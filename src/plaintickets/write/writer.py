"""The only writer: change files and commit them together, or not at all.

On success the change is committed (or staged, or only written, in those modes). On any error the files are byte for
byte as before, or the message says "saved, not committed".
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError, StoppedError, TicketsError
from plaintickets.git import commit, head
from plaintickets.write import atomic_files, journal, recent_commits
from plaintickets.write.commit_step import CommitSettings, Committing, Outcome
from plaintickets.write.lock import WriterLock
from plaintickets.write.signals import Interruption

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Self

    from plaintickets.core.config import Config
    from plaintickets.git.process import GitProcess
    from plaintickets.store.locations import Place
    from plaintickets.write.atomic_files import Write
    from plaintickets.write.journal import Step

__all__ = ["CommitSettings", "Outcome", "Writer", "settings_of"]
SAVED = "saved, not committed: {} as the command left it, and `tk commit` commits it"


def settings_of(config: Config, place: Place) -> CommitSettings:
    """Return the commit settings of a configuration; outside a repository nothing is committed."""
    mode = config.commit_mode if place.git_dir else "off"
    return CommitSettings(
        mode, config.commit_verify, config.commit_sync, config.commit_detached, config.commit_template
    )


class Writer:
    """A writer of sets of files at one place; as a context manager it holds the writer lock."""

    def __init__(
        self,
        place: Place,
        settings: CommitSettings,
        find_git: Callable[[], GitProcess | None],
        stamp: str,
        notify: Callable[[str], None],
    ) -> None:
        self._place = place
        self._settings = settings
        self._find_git = find_git
        self._git = find_git() if settings.mode != "off" else None
        self._stamp = stamp
        self._notify = notify
        self._sync = settings.sync != "none"
        self._journal = journal.Journal(place.shared) if place.shared else None
        if self._git and self._journal:
            self._git.on_start = self._journal.note_child
        self._lock: WriterLock | None = None
        self._interruption = Interruption(self._git.interrupt if self._git else _do_nothing)
        self._finished = False

    def __enter__(self) -> Self:
        """Take the lock, and finish or roll back the change of a crashed process.

        Raises GitRefusedError.
        """
        place = self._place
        if place.shared:
            try:
                os.makedirs(place.shared, mode=0o700, exist_ok=True)
            except OSError as error:
                message = f"cannot write to {place.common_dir}: {error.strerror}; nothing was changed"
                raise GitRefusedError(message, hint="fix its permissions; --no-commit does not help here.") from None
        self._lock = WriterLock(os.path.join(place.shared, "lock") if place.shared else place.store).__enter__()
        self._interruption.hold()
        try:
            self._recover()
            if self._git and self._settings.mode == "auto" and not self._git.inside_hook:
                head.refuse_under_way(place.git_dir)
                if not self._settings.detached:
                    head.refuse_detached(place.git_dir)
                self._restore(self._git)
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self._let_go()
        if not self._finished:
            self._interruption.raise_late()

    def _let_go(self) -> None:
        self._interruption.release()
        if self._lock:
            self._lock.release()

    def write(self, writes: Sequence[Write], message: str) -> Outcome:
        """Write and commit.

        Raises TicketsError with the files as they were, or with a message that they were saved.
        """
        writes = [write for write in writes if write.old != write.new]
        if not writes:
            return Outcome("", [])
        for write in writes:
            atomic_files.refuse_links_on_the_way(self._place.store, write.path)
        self._interruption.raise_late()
        token = os.urandom(6).hex()
        # Look for them now: the journal will give each file a second name.
        linked = atomic_files.hard_linked(self._place.store, writes)
        steps = self._begin(writes, message, token)
        try:
            atomic_files.put_all(self._place.store, writes, token, sync=self._sync)
        except OSError as error:
            state = self._taken_back(writes, steps)
            raise atomic_files.write_failed(error.filename or writes[0].path, error, state) from None
        except BaseException:
            self._taken_back(writes, steps)
            raise
        outcome = self._to_git(writes, steps, message)
        outcome.notices.extend(f"{path}: its other names (hard links) keep the old text" for path in linked)
        self._finished = True
        atomic_files.remove_empty_folders(self._place.store, [write.path for write in writes if write.new is None])
        self._done()
        return outcome

    def raise_late(self) -> None:
        """Raise StoppedError if a signal asked the program to end meanwhile."""
        self._interruption.raise_late()

    def commit_as_is(self, paths: Sequence[str], message: str) -> Outcome:
        """Commit files, named by git's paths, with their present content; on failure they stay unchanged.

        Raises TicketsError.
        """
        git = self._git
        if git is None or git.inside_hook:
            raise GitRefusedError("nothing is committed inside a git hook or with committing switched off")
        self._interruption.raise_late()
        contents = {path: atomic_files.content_of(f"{self._place.top}/{path}") for path in paths}
        unchanged = [
            atomic_files.Write(self._place.store_path(path), content, content) for path, content in contents.items()
        ]
        self._begin(unchanged, message, os.urandom(6).hex())
        # A file removed by hand, staged or not, is committed from the entry in HEAD.
        gone = [path for path, content in contents.items() if content is None]
        if gone:
            commit.reset_index_entries(git, gone)
        pairs = {path: (content or b"", content) for path, content in contents.items()}
        committing = Committing(git, self._settings, pairs)
        try:
            kept = self._keep_staged(git, contents)
            outcome = committing.run(message)
        except TicketsError as error:
            committing.undo()
            self._done()
            raise GitRefusedError(f"{error}\nnothing was changed", hint=error.hint) from None
        self._finished = True
        self._done()
        notices = [notice for notice in outcome.notices if "uncommitted edits" not in notice]
        return outcome._replace(notices=[*kept, *notices])

    def _begin(self, writes: Sequence[Write], message: str, token: str) -> list[Step]:
        place = self._place
        if self._journal is None:
            return []
        at = head.commit(place.git_dir, place.common_dir)
        mode = self._settings.mode
        record = journal.Record(
            place.store, place.git_dir, place.top, place.prefix, mode, message, at, token, time.time()
        )
        try:
            return self._journal.open(record, writes, sync=self._sync)
        except OSError as error:
            self._journal.drop()
            raise atomic_files.write_failed(place.shared, error) from None

    def _done(self) -> None:
        if self._journal:
            self._journal.drop()

    def _taken_back(self, writes: Sequence[Write], steps: Sequence[Step]) -> str:
        """Restore every file and end the operation; return the sentence that describes the result."""
        state = self._files_taken_back(writes, steps)
        self._done()
        return state

    def _files_taken_back(self, writes: Sequence[Write], steps: Sequence[Step]) -> str:
        """Restore every file; return the sentence that describes the result."""
        store = self._place.store
        if self._journal:
            left = [step.path for step in steps if not journal.put_back(store, step)]
        else:
            left = [write.path for write in reversed(writes) if not atomic_files.put_back(store, write)]
        atomic_files.remove_empty_folders(store, [write.path for write in writes if write.old is None])
        return (
            SAVED.format(", ".join(left[:5]) + (" is" if len(left) == 1 else " are")) if left else "nothing was changed"
        )

    def _to_git(self, writes: Sequence[Write], steps: Sequence[Step], message: str) -> Outcome:
        git = self._git
        if git is None:
            return Outcome("", [])
        if git.inside_hook:
            return Outcome("", ["inside a git hook: written, not committed"])
        contents = {self._place.git_path(write.path): (write.old, write.new) for write in writes}
        committing = Committing(git, self._settings, contents)
        try:
            kept = self._keep_staged(git, {path: old for path, (old, _) in contents.items()})
            outcome = committing.run(message)
            return outcome._replace(notices=[*kept, *outcome.notices])
        except TicketsError as error:
            if committing.is_in_head():
                return Outcome("", [f"committed, but: {error}"])
            saved = self._rejected(writes, steps, committing)
            if git.stopped:
                self._finished = True
                raise StoppedError(f"stopped by a signal\n{saved}") from None
            raise GitRefusedError(f"{error}\n{saved}", hint=error.hint) from None
        except BaseException:
            if not committing.is_in_head():
                self._rejected(writes, steps, committing)
            raise

    def _keep_staged(self, git: GitProcess, contents: Mapping[str, bytes | None]) -> list[str]:
        """Keep copies of staged versions that the commit replaces; return notices for the user."""
        from plaintickets.history.staged_versions import only_staged

        said = []
        try:
            found = only_staged(git, contents)
        except GitRefusedError:  # an unreadable index: the commit itself fails and reports why
            return []
        for path, staged in found.items():
            name = path.rpartition("/")[2]
            if staged is None:
                said.append(f"{path}: its staged removal was undone; `git rm --cached` stages it again")
            elif self._journal:
                place = self._journal.keep_rejected(name, staged, self._stamp)
                said.append(f"{path}: a staged version, other than the file, was replaced; it is kept in {place}")
        return said

    def _rejected(self, writes: Sequence[Write], steps: Sequence[Step], committing: Committing) -> str:
        """Restore the files, then the index, and keep the new text; return the sentence that describes it.

        On a full disk, restoring the files first makes room for the index. If the index cannot be restored, the
        journal stays and the next command finishes the rollback.
        """
        state = self._files_taken_back(writes, steps)
        if committing.undo():
            self._done()
        kept = [
            self._journal.keep_rejected(write.path, write.new, self._stamp)
            for write in writes
            if self._journal and write.new is not None
        ]
        places = ", ".join(place for place in kept if place)
        return f"{state}; what was not committed is kept in {places}" if places else state

    def move_to(self, base: str, tip: str, branch: str = "") -> Outcome:
        """Move the branch from one commit to another, with the index and the files; or make a new branch there.

        Raises GitRefusedError with nothing changed.
        """
        from plaintickets.write.branch_move import move

        git = self._git
        if git is None or git.inside_hook:
            raise GitRefusedError("nothing is committed inside a git hook or with committing switched off")
        self._interruption.raise_late()
        if branch:
            git.must_write("update-ref", "-m", "tk: import", f"refs/heads/{branch}", tip, "0" * len(tip))
        else:
            move(self._place, git, base, tip)
        self._finished = True
        return Outcome(tip, [])

    def _recover(self) -> None:
        self._recover_move()
        record = self._journal.pending() if self._journal else None
        git = self._find_git() if record else None
        if record is None or self._journal is None or git is None:
            return
        from plaintickets.write.crash_recovery import recover

        for notice in recover(record, self._journal, git, self._settings):
            self._notify(notice)

    def _recover_move(self) -> None:
        if not os.path.lexists(os.path.join(self._place.derived, journal.MOVING)):
            return
        from plaintickets.write.branch_move import recover

        git = self._find_git()
        for notice in recover(self._place, git) if git is not None and not git.inside_hook else ():
            self._notify(notice)

    def _restore(self, git: GitProcess) -> None:
        """Commit recent changes again that the user's own git has undone."""
        if os.path.isdir(os.path.join(self._place.derived, recent_commits.FOLDER)):
            from plaintickets.write.recommit import restore_recent

            for notice in restore_recent(self._place, git, self._settings):
                self._notify(notice)


def _do_nothing() -> None:
    pass
