"""Commit or stage files that were just written. On failure, restore the index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.config import DEFAULT_TEMPLATE
from plaintickets.errors import GitRefusedError
from plaintickets.git import commit, entries, index_file
from plaintickets.git.commit import IgnoredByGitError
from plaintickets.git.process import Outcome as GitOutcome
from plaintickets.store.locations import DERIVED_NAME
from plaintickets.write import recent_commits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.git.commit import Committed
    from plaintickets.git.process import GitProcess

    Contents = Mapping[str, tuple[bytes | None, bytes | None]]

_MOST_TIMES = 3


class CommitSettings(NamedTuple):
    """The settings for committing: mode `auto`, `stage` or `off`.

    Hooks run if `verify`; `sync` is none, batch or all; without `detached` HEAD must be on a branch. `template` is
    the message template for changes that `recommit` commits again.
    """

    mode: str = "auto"
    verify: bool = True
    sync: str = "batch"
    detached: bool = False
    template: str = DEFAULT_TEMPLATE


class Outcome(NamedTuple):
    """The result of a change: `commit` is empty if there is no commit; `notices` are for the user."""

    commit: str
    notices: list[str]


class Committing:
    """A commit of one change; `contents` are its files' old and new bytes by git's path."""

    def __init__(self, git: GitProcess, settings: CommitSettings, contents: Contents) -> None:
        self._git = git
        self._settings = settings
        self._contents = dict(contents)
        self._added: list[str] = []
        self._notices: list[str] = []

    def run(self, message: str) -> Outcome:
        """Commit or stage the files.

        Raises GitRefusedError; then call `undo`.
        """
        if self._settings.mode == "stage":
            self._known_to_git(commit.stage, list(self._contents))
            return Outcome("", self._notices)
        new = [path for path, (old, _) in self._contents.items() if old is None]
        if new:
            self._added += new
            self._known_to_git(commit.add_new, new)
        outcome = self._commit_known(message)
        if not self._contents:
            return Outcome("", self._notices)
        if outcome.code != 0 and not self.is_in_head():
            raise commit.refusal(outcome)
        return self._verified(message, made=outcome.code == 0)

    def undo(self) -> bool:
        """Remove the changes from the index; return whether they are removed."""
        try:
            return not self._added or commit.forget_new(self._git, self._added)
        except GitRefusedError:
            return False

    def is_in_head(self) -> bool:
        """Return whether HEAD holds the new contents; False if git cannot run."""
        try:
            return commit.holds(self._git, {path: new for path, (_, new) in self._contents.items()})
        except GitRefusedError:
            return False

    def _commit_known(self, message: str) -> GitOutcome:
        outcome = self._commit(message)
        for _ in range(_MOST_TIMES):
            if outcome.code == 0 or "empty commit message" not in outcome.err:
                break
            # Git keeps the message in a file that all commits share; another commit has just emptied it.
            outcome = self._commit(message)
        if outcome.code != 0 and "did not match any file" in outcome.err:
            self._add_unknown()
            outcome = self._commit(message)
        return outcome

    def _commit(self, message: str) -> GitOutcome:
        if not self._contents:
            return GitOutcome(0, b"", "")
        return commit.commit(
            self._git,
            list(self._contents),
            message,
            verify=self._settings.verify,
            sync=self._settings.sync,
        )

    def _known_to_git(self, add: Callable[[GitProcess, list[str]], None], paths: list[str]) -> None:
        """Add the paths, except those that git ignores."""
        try:
            add(self._git, paths)
        except IgnoredByGitError as error:
            ignored = entries.ignored(self._git, paths)
            if not ignored:
                raise
            self._leave_out(ignored, f"{', '.join(sorted(ignored)[:3])}: {error}")
            rest = [path for path in paths if path not in ignored]
            if rest:
                add(self._git, rest)

    def _add_unknown(self) -> None:
        unknown = entries.untracked(self._git, list(self._contents))
        gone = {path for path in unknown if self._contents[path][1] is None}
        if gone:
            self._leave_out(gone, f"{', '.join(sorted(gone)[:3])}: not known to git: removed, nothing to commit")
        there = [path for path in unknown if path not in gone]
        if there:
            self._added += there
            self._known_to_git(commit.add_new, there)

    def _leave_out(self, paths: set[str], notice: str) -> None:
        self._notices.append(notice)
        self._added = [path for path in self._added if path not in paths]
        for path in paths:
            del self._contents[path]

    def _verified(self, message: str, *, made: bool) -> Outcome:
        """Check what was committed, and set index entries that a hook changed to HEAD's."""
        committed = commit.inspect(self._git, self._contents)
        for _ in range(_MOST_TIMES):
            if committed is not None or not self._is_undone():
                break
            # The user's own `git commit` read the index before ours was written.
            made = self._commit_known(message).code == 0
            committed = commit.inspect(self._git, self._contents)
        if committed is None:
            commit.reset_index_entries(self._git, list(self._contents))
            head = self._git.run("rev-parse", "--verify", "HEAD").out.decode().strip()
            there = entries.in_tree(self._git, "HEAD", list(self._contents)) or {}
            self._remember(head, "", {path: there[path].blob if path in there else "" for path in self._contents})
            return Outcome(head, self._notices)
        if not made:
            # Git reported a failure but HEAD has the change: the index may not be written.
            commit.reset_index_entries(self._git, list(self._contents))
        elif committed.added:
            added = {path: (blob,) for path, blob in committed.added.items()}
            commit.reset_index_entries(self._git, list(added), added)
            self._notices.append(f"a git hook put more into the commit: {', '.join(sorted(added)[:5])}")
        else:
            self._keep_in_step(committed)
        for path in committed.rode_along:
            if self._contents[path][0] is not None:
                self._notices.append(f"{path}: other uncommitted edits in it were committed too")
        self._remember(committed.commit, committed.parent, committed.blobs)
        return Outcome(committed.commit, self._notices)

    def _is_undone(self) -> bool:
        return commit.holds(self._git, {path: old for path, (old, _) in self._contents.items()})

    def _keep_in_step(self, committed: Committed) -> None:
        """Fix index entries that the user's own git has set back to their state before the commit."""
        if index_file.surely_holds(self._git.git_dir, committed.blobs):
            return
        paths = list(committed.blobs)
        here = entries.in_index(self._git, paths)
        if all((here[path].blob if path in here else "") == blob for path, blob in committed.blobs.items()):
            return
        before = (entries.in_tree(self._git, committed.parent, paths) or {}) if committed.parent else {}
        commit.reset_index_entries(
            self._git, paths, {path: (before[path].blob if path in before else "",) for path in paths}
        )

    def _remember(self, commit: str, parent: str, blobs: Mapping[str, str]) -> None:
        recent_commits.remember(os.path.join(self._git.git_dir, DERIVED_NAME), commit, parent, blobs)
