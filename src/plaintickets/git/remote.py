"""Find, fetch and push the shared branch; nothing is ever forced."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.process import GitProcess, Outcome

_RACE = ("fetch first", "non-fast-forward", "stale info", "cannot lock ref", "failed to update ref", "failed to lock")
# Without this, git looks into each changed submodule and fails if one is not checked out.
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules")
_OFFLINE = "nothing was changed here; try again when the network and the remote work again."


class PushRefusedError(GitRefusedError):
    """The remote answered, and refused the push."""


class NoAnswerError(GitRefusedError):
    """The remote could not be reached, or it did not answer in time.

    `reason` says which, without the state of this clone; `is_late` if the command may still arrive.
    """

    def __init__(self, reason: str, *, state: str = "", hint: str, is_late: bool = False) -> None:
        super().__init__(reason + state, hint=hint)
        self.reason = reason
        self.is_late = is_late


class Shared(NamedTuple):
    """Where a branch is shared: the remote, the branch there, and the remote-tracking ref here."""

    remote: str
    branch: str
    tracking: str

    @property
    def name(self) -> str:
        """Return the name as git shows it, `origin/main`."""
        return f"{self.remote}/{self.branch.removeprefix('refs/heads/')}"


def shared(git: GitProcess, branch: str) -> Shared:
    """Return where a local branch (`refs/heads/main`) is shared.

    Raises GitRefusedError if it has no commit or no upstream on a remote.
    """
    shape = "--format=%(upstream:remotename)%00%(upstream:remoteref)%00%(upstream)"
    out = git.read("for-each-ref", shape, "--", branch).decode(errors="surrogateescape").strip("\n")
    short = branch.removeprefix("refs/heads/")
    if not out:
        raise GitRefusedError(
            f"the branch {short} has no commit yet; nothing was changed", hint="commit, then try again."
        )
    remote, ref, tracking = out.split("\0")
    if not remote or not ref or not tracking:
        raise GitRefusedError(
            f"the branch {short} is not shared with any remote; nothing was changed",
            hint=f"share it once: git push --set-upstream REMOTE {short}",
        )
    if remote == ".":
        raise GitRefusedError(
            f"the branch {short} follows another branch of this clone, not a remote; nothing was changed",
            hint="`git branch --set-upstream-to REMOTE/BRANCH` changes that.",
        )
    return Shared(remote, ref, tracking)


def fetch(git: GitProcess, where: Shared, seconds: float | None = None) -> str:
    """Fetch the shared branch; return its commit, or an empty string if the remote has no such branch yet.

    Raises GitRefusedError if the remote cannot be reached, does not answer within `seconds`, or no longer has the
    branch.
    """
    outcome = _asked(git, seconds, where.remote, *_FETCH, "--", where.remote, f"+{where.branch}:{where.tracking}")
    if outcome.code == 0:
        return commit_of(git, where.tracking)
    if "couldn't find remote ref" in outcome.err.lower():
        if not commit_of(git, where.tracking):
            return ""
        raise GitRefusedError(
            f"{where.name} no longer exists on the remote; nothing was changed",
            hint=f"`git push -u {where.remote} HEAD` makes it again, `git branch --set-upstream-to` names another.",
        )
    raise GitRefusedError(f"git could not fetch from {where.remote}:\n{_words(outcome)}", hint=_OFFLINE)


def fetch_branch(git: GitProcess, remote: str, branch: str, seconds: float | None = None) -> str:
    """Fetch a branch of the remote without a ref; return its commit, or an empty string if it does not exist.

    Raises GitRefusedError.
    """
    listed = _asked(git, seconds, remote, "ls-remote", "--quiet", "--", remote, branch)
    if listed.code != 0:
        raise GitRefusedError(f"git could not ask {remote}:\n{_words(listed)}", hint=_OFFLINE)
    rows = [row.split("\t") for row in listed.out.decode(errors="surrogateescape").splitlines()]
    found = next((row[0] for row in rows if row[1:] == [branch]), "")
    if found:
        outcome = _asked(git, seconds, remote, *_FETCH, "--no-write-fetch-head", "--", remote, branch)
        if outcome.code != 0:
            raise GitRefusedError(f"git could not fetch from {remote}:\n{_words(outcome)}", hint=_OFFLINE)
    return found


def push(git: GitProcess, remote: str, branch: str, commit: str, seconds: float | None = None) -> bool:
    """Push a commit to a branch of the remote; return False if another push came first.

    Raises PushRefusedError if the remote refuses it, NoAnswerError if it cannot be reached or does not answer within
    `seconds`.
    """
    arguments = ("push", "--porcelain", "--no-follow-tags", "--", remote, f"{commit}:{branch}")
    outcome = _asked(git, seconds, remote, *arguments)
    if outcome.code == 0:
        return True
    said = outcome.out.decode(errors="replace")
    refused = next((line for line in said.splitlines() if line.startswith("!")), "")
    if any(words in refused for words in _RACE):
        return False
    if refused:
        reason = refused.rpartition("\t")[2]
        raise PushRefusedError(
            f"{remote} refused the push: {reason}\n{_words(outcome)}\nnothing was changed here",
            hint="where the branch is protected, `tk sync --branch NAME` pushes the tickets to a branch of their own.",
        )
    raise NoAnswerError(f"git could not push to {remote}:\n{_words(outcome)}", hint=_OFFLINE)


def _asked(git: GitProcess, seconds: float | None, remote: str, *arguments: str) -> Outcome:
    try:
        return git.write(*arguments, seconds=seconds)
    except TimeoutError:
        raise NoAnswerError(
            f"{remote} did not answer `git {arguments[0]}` within {seconds:g} s",
            state="; nothing was changed here",
            hint="the push may have arrived: the next `tk sync` checks. --timeout 0 waits without limit.",
            is_late=True,
        ) from None


def commit_of(git: GitProcess, name: str) -> str:
    """Return the commit that a name refers to, or an empty string."""
    outcome = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return outcome.out.decode().strip() if outcome.code == 0 else ""


def is_ancestor(git: GitProcess, older: str, newer: str) -> bool:
    """Return whether a commit is another commit or its ancestor."""
    return older == newer or git.run("merge-base", "--is-ancestor", older, newer).code == 0


def refuse_unfit_history(git: GitProcess, where: Shared, head: str, upstream: str) -> None:
    """Raise an error if the two histories cannot be merged safely.

    Raises GitRefusedError for a clone that is too shallow and for a rewritten upstream.

    Raises RefusedError for unrelated histories.
    """
    if git.run("merge-base", head, upstream).code != 0:
        if git.run("rev-parse", "--is-shallow-repository").out.strip() == b"true":
            raise GitRefusedError(
                f"this clone is shallow and does not reach back to where it left {where.name}; nothing was changed",
                hint=f"git fetch --deepen=100 {where.remote}, or --unshallow, then try again.",
            )
        raise RefusedError(f"this branch and {where.name} have no commit in common; nothing was changed")
    fork = git.run("merge-base", "--fork-point", where.tracking, head)
    fork_point = fork.out.decode().strip()
    if fork.code == 0 and not is_ancestor(git, fork_point, upstream):
        raise GitRefusedError(
            f"{where.name} was rewritten on the remote: what this branch started from is gone there; "
            "nothing was changed",
            hint="`git pull --rebase` keeps only your commits; check the result, then sync.",
        )


def _words(outcome: Outcome) -> str:
    return "\n".join(outcome.err.strip().splitlines()[-12:])


def range_of(
    git: GitProcess, *revisions: str, options: tuple[str, ...] = (), but: str = "", only: Sequence[str] = ()
) -> list[str]:
    """Return the commits that git lists, oldest first.

    With `but`, only those that change other paths too; with `only`, those that change one of these paths.

    Raises GitRefusedError.
    """
    apart = ["--", *[f":(top,exclude,literal){but}"] * bool(but), *(f":(top,literal){path}" for path in only)]
    arguments = ("rev-list", "--reverse", "--topo-order", *options, *revisions, *apart)
    outcome = git.run(*arguments, literal=False)
    if outcome.code != 0:
        raise GitRefusedError(f"git rev-list failed: {outcome.err.strip()}")
    return outcome.out.decode().split()
