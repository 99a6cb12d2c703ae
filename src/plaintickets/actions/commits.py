"""Find commits that name a ticket: in a trailer, in the message, or by a branch named after the ticket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.mentions import Names, is_in, trailers
from plaintickets.core.message import COMMAND_TRAILER
from plaintickets.core.ticket import id_of
from plaintickets.errors import GitRefusedError
from plaintickets.git import commit_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.git.commit_messages import LoggedCommit
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project

# How a commit names a ticket, the strongest first.
WAYS = ("closes", "refers", "subject", "body", "branch")
# Of more merges of branches named after a ticket than this, the commits are not looked up.
_MOST_MERGES = 50
_SHORTEST_SUFFIX = 4
_OWN = re.compile(rf"^{COMMAND_TRAILER}: ", re.MULTILINE)


class NamingCommit(NamedTuple):
    """A commit that names a ticket, and the ways in which it does, the strongest first."""

    commit: LoggedCommit
    ways: list[str]


class Found(NamedTuple):
    """The commits that name a ticket, newest first; `complete` unless the clone's history ends early."""

    ticket: str
    commits: list[NamingCommit]
    complete: bool


def commits_naming(project: Project, part: str, *, own: bool = False) -> Found:
    """Return the commits on HEAD, and on branches named after the ticket, that name one of its ids.

    With `own`, include the commits that `tk` made.
    """
    from plaintickets.git.revisions import is_shallow

    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    ticket = id_of(project.path_of(part, guess=True))
    has_commit = _has_commit(git)
    ids = [ticket, *(_former(project, ticket) if has_commit else [])]
    borne = [_Borne(id_, Names([id_, *(name for name in project.paths if name != ticket)])) for id_ in ids]
    branches = [name for name in commit_messages.branches(git) if any(one.is_in(name) for one in borne)]
    tips = [*["HEAD"] * has_commit, *branches]
    texts = [suffix if len(suffix := id_.rpartition("-")[2]) >= _SHORTEST_SUFFIX else id_ for id_ in ids]
    ways_of = _ways(project, borne)
    said = [(commit, ways_of(commit)) for commit in (commit_messages.commits(git, tips, texts=texts) if tips else [])]
    ways = {commit.commit: names_it for commit, names_it in said}
    commits = {commit.commit: commit for commit, _ in said}
    for commit in _of_branches(git, [commit for commit, names_it in said if "branch" in names_it], branches):
        commits.setdefault(commit.commit, commit)
        ways.setdefault(commit.commit, []).append("branch")
    found = [NamingCommit(commits[name], _sorted(ways[name])) for name in ways if ways[name]]
    found = [one for one in found if own or not _OWN.search(one.commit.body)]
    found.sort(key=lambda one: -one.commit.date)
    return Found(ticket, found, not is_shallow(git))


def _has_commit(git: GitProcess) -> bool:
    return git.run("rev-parse", "--verify", "--quiet", "HEAD").code == 0


def _sorted(ways: Sequence[str]) -> list[str]:
    return [way for way in WAYS if way in ways]


class _Borne:
    """A present or former id of the ticket, and the ids of the other tickets."""

    def __init__(self, id_: str, names: Names) -> None:
        self._id = id_
        self._names = names
        self._longer = names.longer(id_)

    def is_in(self, text: str) -> bool:
        """Tell whether a text contains the id."""
        return is_in(self._id, text, self._longer)

    def is_value(self, value: str) -> bool:
        """Tell whether the value of a trailer is the id."""
        return self._id in self._names.in_value(value).tickets


def _former(project: Project, ticket: str) -> list[str]:
    """Return the former ids of a ticket that no other ticket has now."""
    from plaintickets.actions.log import history
    from plaintickets.core.event import RENAMED

    past = {
        str(event.before) for event in history(project, ticket).events if (event.kind, event.field) == (RENAMED, "id")
    }
    return sorted(past.difference(project.paths))


def _ways(project: Project, borne: Sequence[_Borne]) -> Callable[[LoggedCommit], list[str]]:
    """Return the function that lists how a commit's message names the ticket."""
    closing, referring = project.config.trailers_closing, project.config.trailers_referring
    ticket_trailer = project.config.commit_trailer

    def by_trailer(message: str, words: Sequence[str]) -> bool:
        return any(one.is_value(trailer.value) for trailer in trailers(message, words) for one in borne)

    def ways(commit: LoggedCommit) -> list[str]:
        found = []
        message = commit.message
        if by_trailer(message, list(closing)):
            found.append("closes")
        if by_trailer(message, [*referring, *([ticket_trailer] if ticket_trailer else [])]):
            found.append("refers")
        if any(one.is_in(commit.subject) for one in borne):
            found.append("branch" if len(commit.parents) > 1 else "subject")
        if not found and any(one.is_in(commit.body) for one in borne):
            found.append("body")
        return found

    return ways


def _of_branches(git: GitProcess, merges: Sequence[LoggedCommit], branches: Sequence[str]) -> list[LoggedCommit]:
    """Return the commits that these merges brought in, and those that only these branches have."""
    from plaintickets.history.compare import target_branch

    found = []
    for merge in merges[:_MOST_MERGES]:
        found += commit_messages.commits(git, [*merge.parents[1:], f"^{merge.parents[0]}"])
    target = target_branch(git) if branches else ""
    if target:
        found += commit_messages.commits(git, [*branches, f"^{target}"])
    return found
