"""Commits with their complete messages, read by one `git log`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.git.process import GitProcess

_FIELDS = ("%H", "%P", "%an", "%at", "%s", "%b")
_LOG = (
    *("-c", "log.showSignature=false", "log", "-z", "--no-color", "--no-notes", "--no-mailmap", "--no-decorate"),
    *("--encoding=UTF-8", f"--format=tformat:{'%x00'.join(_FIELDS)}"),
)


class LoggedCommit(NamedTuple):
    """A commit and its message; `date` is the author's, in seconds since 1970."""

    commit: str
    parents: list[str]
    author: str
    date: int
    subject: str
    body: str

    @property
    def message(self) -> str:
        """The subject, an empty line, and the body."""
        return f"{self.subject}\n\n{self.body}"


def commits(git: GitProcess, revisions: Sequence[str], *, texts: Iterable[str] = ()) -> list[LoggedCommit]:
    """Return the commits reachable from these revisions, newest first; `^` before a revision excludes its commits.

    With `texts`, return only commits whose message contains one of them.

    Raises GitRefusedError.
    """
    wanted = ["--fixed-strings", *(f"--grep={text}" for text in texts)]
    outcome = git.run(*_LOG, *wanted, "--end-of-options", *revisions, "--")
    if outcome.code != 0:
        raise GitRefusedError(f"git log failed: {outcome.err.strip()}")
    tokens = outcome.out.decode(errors="replace").split("\0")[:-1]
    step = len(_FIELDS)
    return [_logged_commit(tokens[start : start + step]) for start in range(0, len(tokens) - step + 1, step)]


def _logged_commit(fields: list[str]) -> LoggedCommit:
    commit, parents, author, date, subject, body = fields
    return LoggedCommit(commit, parents.split(), author, int(date) if date.isdigit() else 0, subject, body)


def branches(git: GitProcess) -> list[str]:
    """Return the full names of all local and remote-tracking branches."""
    out = git.read("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes")
    return [name for name in out.decode(errors="surrogateescape").splitlines() if not name.endswith("/HEAD")]
