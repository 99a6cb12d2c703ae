"""What git knows about the checkout at a glance: the branch, its upstream, changed files and recent commits.

Each question is one git process, and all of them run while the tickets are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from subprocess import Popen

    from plaintickets.git.process import GitProcess

_STATUS = ("status", "--porcelain=v2", "--branch", "-z", "--no-renames", "--untracked-files=all")
_LOG = (
    *("--no-replace-objects", "-c", "log.follow=false", "log", "-z", "--name-only", "--no-renames", "--no-ext-diff"),
    *("--no-color", "--no-notes", "--no-decorate", "--format=%x01%at%x01%an"),
)
MOST_COMMITS = 1000
_MARK = "\x01"
# The fields before the path in the rows of changed and unmerged files.
_FIELDS = {"1": 8, "u": 10}


class RecentChange(NamedTuple):
    """The newest commit that changed a file: its time in seconds since 1970, and its author."""

    seconds: int
    author: str


class CheckoutState(NamedTuple):
    """The branch (empty if HEAD is detached), its upstream, how far they are apart, and the files that differ.

    `unpushed` is the number of commits to the store that no remote has; None if there is no remote. `recent` are the
    files of the latest commits, the newest first.
    """

    branch: str = ""
    upstream: str = ""
    behind: int = 0
    unpushed: int | None = None
    changed: tuple[str, ...] = ()
    unmerged: tuple[str, ...] = ()
    recent: Mapping[str, RecentChange] = {}


class CheckoutReader:
    """Git processes that read the state of a checkout, started at once."""

    def __init__(self, git: GitProcess, prefix: str, since: str) -> None:
        self._git = git
        self._prefix = prefix
        self._status = git.start([*_STATUS, "--", prefix], piped=False, errors=False)
        options = (f"--since={since}", f"--max-count={MOST_COMMITS}")
        self._log = git.start([*_LOG, *options, "HEAD", "--", prefix], piped=False, errors=False)

    def read(self) -> CheckoutState:
        """Return the state."""
        state, ahead = _parsed_status(_output(self._status))
        recent = _parsed_log(_output(self._log))
        return state._replace(recent=recent, unpushed=self._unpushed(state, ahead))

    def _unpushed(self, state: CheckoutState, ahead: int | None) -> int | None:
        if state.upstream and ahead is not None:
            return self._count("HEAD", "--not", "@{upstream}") if ahead else 0
        return self._count("HEAD", "--not", "--remotes") if self._git.run("remote").out.strip() else None

    def _count(self, *revisions: str) -> int | None:
        counted = self._git.run("rev-list", "--count", *revisions, "--", self._prefix).out.strip()
        return int(counted) if counted.isdigit() else None


def _output(process: Popen[bytes]) -> Sequence[str]:
    """Return the parts of the output between NULs; none if git failed, as in a repository without a commit."""
    with process:
        out, _ = process.communicate()
    return out.decode(errors="surrogateescape").split("\0") if process.returncode == 0 else ()


def _parsed_status(rows: Sequence[str]) -> tuple[CheckoutState, int | None]:
    """Return the state of the branch and files, and how many commits the branch is ahead of its upstream."""
    heads: dict[str, str] = {}
    changed: list[str] = []
    unmerged: list[str] = []
    for row in rows:
        kind, _, rest = row.partition(" ")
        if kind == "#":
            name, _, value = rest.partition(" ")
            heads[name] = value
        elif kind == "?":
            changed.append(rest)
        elif kind in _FIELDS:
            path = row.split(" ", _FIELDS[kind])[-1]
            (unmerged if kind == "u" else changed).append(path)
    branch = heads.get("branch.head", "")
    ahead, _, behind = heads.get("branch.ab", "").partition(" ")
    state = CheckoutState(
        branch="" if branch == "(detached)" else branch,
        upstream=heads.get("branch.upstream", ""),
        behind=int(behind[1:] or 0),
        changed=tuple(changed),
        unmerged=tuple(unmerged),
    )
    return state, int(ahead[1:]) if ahead else None


def _parsed_log(fields: Sequence[str]) -> dict[str, RecentChange]:
    found: dict[str, RecentChange] = {}
    commit = RecentChange(0, "")
    for field in fields:
        mark, seconds, author = [*field.split(_MARK, 2), "", ""][:3]
        if not mark and seconds.isdigit():
            commit = RecentChange(int(seconds), author)
        elif path := field.removeprefix("\n"):
            found.setdefault(path, commit)
    return found
