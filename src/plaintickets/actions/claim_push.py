"""Claim tickets across clones: commit the claim, push it alone, and take it back if somebody was faster."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from plaintickets.actions import sync
from plaintickets.actions.change_status import StatusChanges, change_statuses
from plaintickets.actions.claim import is_mine
from plaintickets.actions.merge_tickets import joiner
from plaintickets.actions.undo import undo
from plaintickets.core.shortened import shortened
from plaintickets.errors import BrokenTicketError, GitRefusedError, RefusedError, TicketsError, UsageError
from plaintickets.git import head, remote, revisions, update_branch
from plaintickets.past_project import at
from plaintickets.store import files
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

CLAIM_TRAILER = "Tk-Claim"
"""The trailer that tells two claims of people with one name apart; without it both could be the same commit."""

_STATE = re.compile(r"[;\s]*(nothing was changed( here)?)?$")


class ClaimPush:
    """One claim that is pushed: the commit of the claim alone, never the other commits of this clone."""

    def __init__(self, project: Project, *, seconds: float | None) -> None:
        """Find the shared branch, and fetch it.

        Raise UsageError if nothing would be committed, GitRefusedError with nothing changed.
        """
        if project.config.commit_mode != "auto":
            raise UsageError("claim --push needs a commit, so it cannot be combined with --stage or --no-commit")
        self._project = project
        self._seconds = seconds
        self._git = sync.ready(project)
        self._branch = head.branch(project.place.git_dir)
        self._where = remote.shared(self._git, self._branch)
        self._head = remote.commit_of(self._git, "HEAD")
        self._claim = ""
        self._ids: list[str] = []
        self.upstream = self._where.name
        self.has_pushed = False
        self._fetch()

    def change(
        self,
        project: Project,
        verb: str,
        parts: Sequence[str],
        status: str,
        *,
        prepare: Callable[[Edit, Ticket], str | None] | None,
        force: bool,
        **more: Any,
    ) -> StatusChanges:
        """Change the status of tickets as `change_statuses` does, and push that.

        Raise RefusedError if somebody else has a ticket, GitRefusedError if the remote does not take it: with the
        claim undone, or with a message that says that it stays.
        """
        self._ids = list(dict.fromkeys(files.id_of(project.path_of(part)) for part in parts))
        self._refuse_uncommitted()
        self._refuse_taken(force=force)

        def marked(edit: Edit, ticket: Ticket) -> str | None:
            token = "".join(f"{project.around.random_below(256):02x}" for _ in range(8))
            edit.trailers = [f"{CLAIM_TRAILER}: {token}"]
            return prepare(edit, ticket) if prepare else None

        moved = change_statuses(project, verb, self._ids, status, prepare=marked, force=force, **more)
        self._claim = moved.outcome.commit
        return moved._replace(outcome=moved.outcome._replace(commit=self._pushed(moved.changed, force=force)))

    def _fetch(self) -> None:
        self._there = remote.fetch(self._git, self._where, self._seconds)
        if not self._there:
            raise GitRefusedError(
                f"{self.upstream} does not exist yet; nothing was changed", hint="`tk sync` shares this branch first."
            )
        remote.refuse_unfit_history(self._git, self._where, self._head, self._there)

    def _paths(self) -> list[str]:
        return [self._project.place.git_path(self._project.path_of(name)) for name in self._ids]

    def _refuse_uncommitted(self) -> None:
        """Raise RefusedError for tickets with uncommitted edits, which a claim would publish."""
        found = [path for path in self._paths() if revisions.changed_paths(self._git, path)]
        if found:
            raise RefusedError(
                f"{shortened(found, 5)} has uncommitted changes; nothing was changed",
                hint="`tk commit` commits them, then claim again.",
            )

    def _refuse_taken(self, *, force: bool) -> None:
        """Raise RefusedError if the shared branch has a ticket with somebody else, or not at all."""
        past = at(self._project, self._there)
        for name in self._ids:
            path = past.path_of_exactly(name)
            if path is None:
                raise RefusedError(
                    f"{name} is not on {self.upstream}, so a claim of it would tell nobody",
                    hint="`tk sync` shares it first.",
                )
            document = past.document_at(path)
            if document.problems:
                raise BrokenTicketError(f"{self.upstream}: {document.problems[0]}")
            there = ticket_of(document)
            if force:
                continue
            self._refuse_closed(there)
            if not there.assignee:
                continue
            if not is_mine(self._project, there):
                raise RefusedError(
                    f"{name} is taken: on {self.upstream} it is assigned to {there.assignee}",
                    hint="`tk sync` brings that here; `tk next` names another ticket.",
                )
            if not self._is_ours(name):
                raise RefusedError(
                    f"{name} is taken: on {self.upstream} it is assigned to {there.assignee}, claimed in another clone",
                    hint="`tk sync` brings that claim here; `tk next` names another ticket.",
                )

    def _refuse_closed(self, there: Ticket) -> None:
        config = self._project.config
        if config.is_done(there.status) and not config.is_done(self._project.find(there.id).status):
            raise RefusedError(f"{there.id} is {there.status} on {self.upstream}", hint="`tk sync` brings that here.")

    def _is_ours(self, name: str) -> bool:
        """Tell whether the user's claim on the shared branch is older than both sides, or was made in this clone."""
        git = self._git
        base = git.run("merge-base", self._head, self._there).out.decode().strip()
        before = at(self._project, base)
        path = before.path_of_exactly(name)
        if path is not None and is_mine(self._project, ticket_of(before.document_at(path))):
            return True
        path = self._project.place.git_path(self._project.path_of(name))
        here = _tokens(self._project, remote.range_of(git, f"{self._there}..HEAD", only=[path]))
        there = _tokens(self._project, remote.range_of(git, f"{base}..{self._there}", only=[path]))
        return not here.isdisjoint(there)

    def _pushed(self, changed: set[str], *, force: bool) -> str:
        """Push the claim, and return the commit here.

        Raise TicketsError as `change` does.
        """
        try:
            tip = self._until_pushed(self._commits(changed), force=force)
        except remote.NoAnswerError as error:
            raise GitRefusedError(f"{error.reason}\n{self._unknown()}", hint=self._ask_again()) from None
        except TicketsError as error:
            error.args = (f"{_STATE.sub('', str(error))}; {self._undone()}",)
            if isinstance(error, remote.PushRefusedError):
                error.hint = f"a claim counts only on {self.upstream} itself; without --push it is one of this clone."
            raise
        except BaseException:
            self._project.around.notify(f"{self._unknown()}: {self._ask_again()}")
            raise
        return self._adopted(tip)

    def _commits(self, changed: set[str]) -> list[str]:
        """Return the commits to push: the claim, and those of tickets that were claimed here before."""
        earlier = [name for name in self._ids if name not in changed]
        found: list[str] = []
        if earlier:
            project, span = self._project, f"{self._there}..HEAD"
            paths = [project.place.git_path(project.path_of(name)) for name in earlier]
            alone = sync.tickets_alone(project, self._git, self._there, "HEAD")
            touching = remote.range_of(self._git, span, options=("--no-merges",), only=paths)
            found = [commit for commit in touching if commit in alone and commit != self._claim]
        return [*found, self._claim] if self._claim else found

    def _until_pushed(self, commits: list[str], *, force: bool) -> str:
        """Push these commits on top of the shared branch; return its commit.

        Raise RefusedError if somebody was faster, GitRefusedError.
        """
        git, where = self._git, self._where
        for turn in range(sync.MOST_TRIES):
            tip = self._onto_shared(commits)
            if tip == self._there:
                self._refuse_missing()
                return tip
            try:
                if remote.push(git, where.remote, where.branch, tip, self._seconds):
                    self.has_pushed = True
                    return tip
            except remote.NoAnswerError as error:
                if self._arrived(tip):
                    self.has_pushed = True
                    return tip
                if error.is_late:
                    raise
                hint = "try again when the network and the remote work again."
                raise GitRefusedError(error.reason, hint=hint) from None
            time.sleep(sync.pause(turn, self._project.around.random_below))
            try:
                self._fetch()
            except remote.NoAnswerError as error:  # the push lost the race, so the claim is surely not there
                raise GitRefusedError(error.reason, hint=error.hint) from None
            self._refuse_taken(force=force)
        raise GitRefusedError(f"others pushed first {sync.MOST_TRIES} times in a row", hint="try again in a moment.")

    def _onto_shared(self, commits: list[str]) -> str:
        """Return a commit of the shared branch's content and these commits.

        Raise RefusedError if they conflict.
        """
        joining = joiner(self._project, records=False)
        tip, conflicts = joining.replay(commits, self._there)
        if conflicts:
            fields = shortened(list(dict.fromkeys(f"{row.ticket} ({row.field})" for row in joining.conflicts)), 5)
            raise RefusedError(
                f"{self.upstream} has another change of {fields or shortened(conflicts, 5)}",
                hint="`tk sync` brings it here; then look at the ticket again.",
            )
        return tip

    def _refuse_missing(self) -> None:
        """Raise RefusedError if there is nothing to push although the shared branch does not have the claim."""
        past = at(self._project, self._there)
        for name in self._ids:
            if not is_mine(self._project, ticket_of(past.document_at(past.paths[name]))):
                raise RefusedError(
                    f"{name} is yours here but not on {self.upstream}, and no commit of tickets alone says so",
                    hint="`tk sync` brings both together.",
                )

    def _arrived(self, tip: str) -> bool:
        """Tell whether the shared branch has the commit after all.

        Raise NoAnswerError if the remote does not answer.
        """
        there = remote.fetch(self._git, self._where, self._seconds)
        return bool(there) and remote.is_ancestor(self._git, tip, there)

    def _adopted(self, tip: str) -> str:
        """Move the branch to the pushed commit if it has no other unpushed commit; return the commit of the claim."""
        git, claim = self._git, self._claim
        if not claim or tip == claim:
            return claim
        if not remote.is_ancestor(git, f"{claim}^", tip) or remote.commit_of(git, "HEAD") != claim:
            return claim
        try:
            update_branch.refuse_overwriting(git, claim, tip)
            sync.adopt(self._project, git, self._branch, claim, tip)
        except GitRefusedError:
            return claim
        return tip

    def _undone(self) -> str:
        """Undo the claim here; return the sentence that says what is left."""
        git, claim = self._git, self._claim
        if not claim:
            return "nothing was changed here"
        try:
            if remote.commit_of(git, "HEAD") == claim:
                with sync.branch_writer(self._project, git):
                    update_branch.move(git, claim, remote.commit_of(git, f"{claim}^"))
                self._project.has_written = True
            else:
                project = self._project
                undo(type(project)(project.place, project.around, project.overrides), claim)
        except TicketsError as error:
            return f"the claim stays committed here, because it could not be undone: {error}"
        return "nothing was changed here"

    def _unknown(self) -> str:
        stays = f"{', '.join(self._ids)} stays claimed here"
        return f"{stays}; whether {self.upstream} has the claim is not known"

    def _ask_again(self) -> str:
        undo_it = f"; `tk undo {self._claim[:10]}` undoes it here" if self._claim else ""
        return f"`tk claim --push {' '.join(self._ids)}` asks again{undo_it}"


def _tokens(project: Project, commits: list[str]) -> set[str]:
    """Return the tokens of the claims among these commits."""
    if not commits or project.git is None:
        return set()
    lead = f"{CLAIM_TRAILER}: "
    rows = [row for commit in revisions.read(project.git, commits) for row in commit.body.splitlines()]
    return {row.removeprefix(lead) for row in rows if row.startswith(lead)}
