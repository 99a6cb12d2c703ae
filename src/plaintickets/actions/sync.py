"""Sync the tickets of a branch with the remote."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.merge_tickets import Dangling, Recorded, Renamed, dangling, joiner
from plaintickets.core.paths import git_lead
from plaintickets.core.shortened import shortened
from plaintickets.errors import GitRefusedError, RefusedError
from plaintickets.git import head, remote, update_branch
from plaintickets.store import files
from plaintickets.write import sync_state
from plaintickets.write.writer import Writer, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.git.merge_commits import Joiner
    from plaintickets.git.process import GitProcess
    from plaintickets.git.remote import Shared
    from plaintickets.project import Project

MOST_TRIES = 12
_SHORTEST_PAUSE_SECONDS = 0.05
# Of the commits of two sides: those of the right one that the left one has not in the same form.
_MINE = ("--cherry-pick", "--right-only", "--no-merges")


class SyncOptions(NamedTuple):
    """How to sync: `method` is rebase or merge; `records` records conflicts in the tickets.

    Without `everything`, commits with other files than tickets are not pushed. `ticket_branch` is the name of a
    branch of the remote for the tickets alone; `seconds` limits the time for one answer of the remote, None for
    no limit.
    """

    method: str = "rebase"
    records: bool = False
    pushes: bool = True
    everything: bool = False
    dry_run: bool = False
    ticket_branch: str = ""
    seconds: float | None = None


class Plan(NamedTuple):
    """The planned branch: `tip` contains all of `head` and of `upstream`."""

    head: str
    upstream: str
    tip: str


class Synced(NamedTuple):
    """The result: the numbers of received and sent commits, and the tickets that both sides had changed.

    `dangling` are references that one side made to tickets that the other one removed.
    """

    branch: str
    upstream: str
    before: str
    after: str
    received: int
    sent: int
    merged: list[str]
    recorded: list[Recorded]
    renamed: list[Renamed]
    left_out: int = 0
    dangling: Sequence[Dangling] = ()


def sync(project: Project, options: SyncOptions) -> Synced:
    """Combine both sides.

    Raise TicketsError with branch, index and work tree unchanged.
    """
    git = ready(project)
    branch = head.branch(project.place.git_dir)
    where = remote.shared(git, branch)
    if options.ticket_branch:
        return _push_tickets(project, git, branch, where, options)
    return _Run(project, git, branch, where, options).until_done()


def ready(project: Project) -> GitProcess:
    """Return git if the repository can be synced.

    Raise GitRefusedError if it cannot.
    """
    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there is nothing to sync with")
    if git.inside_hook:
        raise GitRefusedError("nothing is synced inside a git hook")
    try:
        head.refuse_under_way(project.place.git_dir)
    except GitRefusedError as error:
        raise GitRefusedError(
            str(error), hint=f"finish it first: {(error.hint or '').partition('`')[2].partition('`')[0]}"
        ) from None
    if not head.branch(project.place.git_dir):
        raise GitRefusedError(
            "HEAD is detached, so there is no branch to sync; nothing was changed", hint="`git switch BRANCH` first."
        )
    return git


class _Run:
    """One sync of the branch that is checked out."""

    def __init__(self, project: Project, git: GitProcess, branch: str, where: Shared, options: SyncOptions) -> None:
        self._tracker = project
        self._git = git
        self._branch = branch
        self._where = where
        self._options = options
        self._derived = project.place.derived
        self._first = ""
        self._first_upstream = ""

    def until_done(self) -> Synced:
        """Try until both sides have everything, or the remote branch has changed too often meanwhile."""
        self._recover()
        for turn in range(MOST_TRIES):
            plan, joining = self._plan(remote.fetch(self._git, self._where, self._options.seconds))
            self._first = self._first or plan.head
            self._first_upstream = self._first_upstream or plan.upstream
            if self._options.dry_run or (self._pushed(plan) and self._moved(plan)):
                return self._done(plan, joining)
            time.sleep(pause(turn, self._tracker.around.random_below))
        raise GitRefusedError(
            f"others pushed first {MOST_TRIES} times in a row; nothing was changed here", hint="try again in a moment."
        )

    def _recover(self) -> None:
        """Finish or roll back the branch update of an earlier sync that crashed."""
        for note in sync_state.kept(self._derived):
            at = remote.commit_of(self._git, "HEAD")
            if note.target == self._branch and note.here == at and remote.commit_of(self._git, note.there):
                with branch_writer(self._tracker, self._git):
                    update_branch.finish(self._git, note.here, note.there)

    def _plan(self, upstream: str) -> tuple[Plan, Joiner]:
        git = self._git
        tip = here = remote.commit_of(git, "HEAD")
        # A series of commits is rebased only if none of them is in conflict.
        joining = joiner(self._tracker, records=False)
        if upstream and not remote.is_ancestor(git, upstream, here):
            tip = self._joined(joining, here, upstream)
        if tip != here:
            update_branch.refuse_overwriting(git, here, tip)
        plan = Plan(here, upstream, tip)
        if self._options.pushes and tip != upstream and not self._options.everything:
            self._refuse_code(plan)
        return plan, joining

    def _joined(self, joining: Joiner, here: str, upstream: str) -> str:
        """Return a commit that contains both sides.

        Raise GitRefusedError if they conflict.
        """
        git, name = self._git, self._where.name
        if remote.is_ancestor(git, here, upstream):
            return upstream
        remote.refuse_unfit_history(git, self._where, here, upstream)
        there = _contained(self._tracker, git, here, upstream)
        if there.issuperset(remote.range_of(git, f"{upstream}..{here}")):
            return upstream
        if self._options.method == "rebase" and not remote.range_of(git, f"{upstream}..{here}", options=("--merges",)):
            mine = [
                commit for commit in remote.range_of(git, f"{upstream}...{here}", options=_MINE) if commit not in there
            ]
            tip, conflicts = joining.replay(mine, upstream)
            if not conflicts:
                return tip
            # Single changes may be in conflict although all of them together are not.
        joining.start_again(records=self._options.records)
        tip, conflicts = joining.merge(here, upstream, f"Merge remote-tracking branch '{name}'\n")
        if conflicts:
            raise _conflict(name, conflicts, joining, self._tracker.place.prefix)
        return tip

    def _refuse_code(self, plan: Plan) -> None:
        """Raise RefusedError if the push would publish other files than tickets."""
        prefix = self._tracker.place.prefix
        span = (
            (plan.tip, f"^{plan.upstream}") if plan.upstream else (plan.tip, "--not", f"--remotes={self._where.remote}")
        )
        code = [] if prefix == "." else remote.range_of(self._git, *span, options=("--no-merges",), but=prefix)
        if code:
            raise RefusedError(
                f"{_count(code)} not yet on {self._where.name} that contain{'s' * (len(code) == 1)} more than tickets; "
                "nothing was changed",
                hint="--all pushes them too, --branch NAME pushes only tickets, --no-push pushes nothing.",
            )

    def _pushed(self, plan: Plan) -> bool:
        """Tell whether the remote has the tip, or does not need it."""
        if not self._options.pushes or plan.tip == plan.upstream:
            return True
        if plan.tip != plan.head:
            sync_state.keep(self._derived, sync_state.Note(self._branch, plan.head, plan.tip))
        return remote.push(self._git, self._where.remote, self._where.branch, plan.tip, self._options.seconds)

    def _moved(self, plan: Plan) -> bool:
        """Tell whether the branch is at the tip now; it is not if somebody has committed meanwhile."""
        try:
            adopt(self._tracker, self._git, self._branch, plan.head, plan.tip)
        except update_branch.MovedMeanwhileError:
            return False
        return True

    def _done(self, plan: Plan, joining: Joiner) -> Synced:
        git = self._git
        received = remote.range_of(git, f"{self._first}..{plan.upstream}") if plan.upstream else []
        sent = remote.range_of(git, plan.tip, *[f"^{plan.upstream}"] * bool(plan.upstream))
        sides = {plan.head, plan.upstream}
        lost = [] if plan.tip in sides else dangling(self._tracker, git, sides, plan.tip)
        return Synced(
            self._branch.removeprefix("refs/heads/"),
            self._where.name,
            self._first,
            plan.tip,
            len(received),
            len(sent) if self._options.pushes else 0,
            sorted(joining.merged),
            _recorded(joining),
            [Renamed(*row) for row in joining.renamed],
            dangling=lost,
        )


def branch_writer(project: Project, git: GitProcess) -> Writer:
    """Return the writer whose lock protects a move of the branch."""
    settings = settings_of(project.config, project.place)._replace(mode="auto", detached=False)
    return Writer(project.place, settings, lambda: git, project.stamp, project.around.notify)


def adopt(project: Project, git: GitProcess, branch: str, here: str, tip: str) -> None:
    """Move the checked-out branch from one commit to another, which contains its changes.

    Raise MovedMeanwhileError if somebody has committed meanwhile, GitRefusedError with nothing changed.
    """
    derived = project.place.derived
    if tip != here:
        sync_state.keep(derived, sync_state.Note(branch, here, tip))
        with branch_writer(project, git):
            if head.branch(project.place.git_dir) != branch:
                raise GitRefusedError("another branch was checked out meanwhile; it is not changed")
            update_branch.move(git, here, tip)
    sync_state.drop(derived, branch)
    project.has_written = True


def _push_tickets(project: Project, git: GitProcess, branch: str, where: Shared, options: SyncOptions) -> Synced:
    """Push the commits of tickets alone to a branch of the remote, based on the shared one.

    Nothing changes in this clone.
    """
    name = options.ticket_branch
    target = f"refs/heads/{name}"
    if git.run("check-ref-format", "--branch", name).code != 0:
        raise RefusedError(f"'{name}' cannot be the name of a branch")
    if target == where.branch:
        raise RefusedError(f"{where.name} is the branch that {branch.removeprefix('refs/heads/')} is shared by")
    for turn in range(MOST_TRIES):
        upstream = remote.fetch(git, where, options.seconds)
        there = remote.fetch_branch(git, where.remote, target, options.seconds)
        onto = there if there and not remote.is_ancestor(git, there, upstream) else upstream
        here = remote.commit_of(git, "HEAD")
        remote.refuse_unfit_history(git, where, here, upstream)
        mine = remote.range_of(git, f"{upstream}...{here}", options=_MINE)
        mine = [commit for commit in mine if commit not in _contained(project, git, here, onto)]
        own = tickets_alone(project, git, upstream, here)
        joining = joiner(project, records=options.records)
        tip, conflicts = joining.replay([commit for commit in mine if commit in own], onto)
        if conflicts:
            raise _conflict(f"{where.remote}/{name}", conflicts, joining, project.place.prefix)
        sent = len(remote.range_of(git, f"{onto}..{tip}"))
        if sent and not options.dry_run:
            sync_state.keep(project.place.derived, sync_state.Note(f"{where.remote}/{name}", here, tip))
        if not sent or options.dry_run or remote.push(git, where.remote, target, tip, options.seconds):
            left = sum(1 for commit in mine if commit not in own)
            renamed = [Renamed(*row) for row in joining.renamed]
            shown = f"{where.remote}/{name}"
            return Synced(name, shown, onto, tip, 0, sent, sorted(joining.merged), _recorded(joining), renamed, left)
        time.sleep(pause(turn, project.around.random_below))
    raise GitRefusedError(f"others pushed first {MOST_TRIES} times in a row; nothing was changed", hint="try again.")


def _contained(project: Project, git: GitProcess, here: str, upstream: str) -> set[str]:
    """Return the commits below `here` that an earlier sync pushed in another form."""
    found: set[str] = set()
    for note in sync_state.kept(project.place.derived):
        known = remote.commit_of(git, note.there) and remote.commit_of(git, note.here)
        if known and remote.is_ancestor(git, note.there, upstream) and remote.is_ancestor(git, note.here, here):
            is_whole = note.target.startswith("refs/heads/")
            span = f"{upstream}..{note.here}"
            found.update(remote.range_of(git, span) if is_whole else tickets_alone(project, git, upstream, note.here))
    return found


def tickets_alone(project: Project, git: GitProcess, upstream: str, here: str) -> set[str]:
    """Return the commits of `here` that are not upstream and change only the store."""
    span, prefix = f"{upstream}..{here}", project.place.prefix
    return set(remote.range_of(git, span)).difference(() if prefix == "." else remote.range_of(git, span, but=prefix))


def _conflict(name: str, conflicts: list[str], joining: Joiner, prefix: str) -> GitRefusedError:
    """Return the error that names the conflicts and the next steps."""
    store = git_lead(prefix)
    fields: dict[str, list[str]] = {}
    for found in joining.conflicts:
        fields.setdefault(found.ticket, []).append(found.field)
    shown = []
    for path in conflicts:
        ticket = files.id_of(files.ticket_path(path.removeprefix(store)))
        shown.append(f"{path} ({', '.join(dict.fromkeys(fields[ticket]))})" if ticket in fields else path)
    others = [path for path in conflicts if not path.startswith(store)]
    hint = (
        "merge the code first: `git pull`, resolve the conflicts, then `tk sync`."
        if others
        else "`tk sync --on-conflict record` keeps both sides in the ticket; or `git pull`, then `tk resolve`."
    )
    return GitRefusedError(f"this branch and {name} conflict in {shortened(shown, 5)}; nothing was changed", hint=hint)


def _recorded(joining: Joiner) -> list[Recorded]:
    return list(dict.fromkeys(Recorded(found.ticket, found.field) for found in joining.conflicts))


def _count(commits: list[str]) -> str:
    return f"{len(commits)} commit{'s are' if len(commits) != 1 else ' is'}"


def pause(turn: int, random_below: Callable[[int], int]) -> float:
    """Return the seconds to wait before the next attempt: longer each time, and random."""
    longest: float = min(_SHORTEST_PAUSE_SECONDS * 2**turn, 3.0)
    return longest * (0.5 + random_below(256) / 512)
