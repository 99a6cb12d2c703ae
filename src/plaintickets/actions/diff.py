"""Compare tickets between two states of the store."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.settings_between import changed_settings
from plaintickets.core import ids
from plaintickets.core.change_report import sorted_tickets
from plaintickets.core.renamed_files import tell
from plaintickets.errors import GitRefusedError, RefusedError, TicketNotFoundError, TicketsError, UsageError
from plaintickets.git.revisions import commit_named, contents
from plaintickets.git.trees import empty_tree
from plaintickets.history.compare import INDEX, WORK_TREE, base_commit, difference, merge_base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.change_report import ChangedTicket
    from plaintickets.core.settings_report import SettingChange
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project

_RANGE = re.compile(r"(.*?)(\.\.\.?)(.*)", re.DOTALL)
_HEX = re.compile(r"[0-9a-fA-F]+\Z")


class States(NamedTuple):
    """Two states: the id of a commit or tree, and that of a commit, WORK_TREE or INDEX."""

    base: str
    head: str


class Compared(NamedTuple):
    """Two states, the changes of tickets and settings between them, and the other files that differ."""

    states: States
    tickets: list[ChangedTicket]
    others: list[str]
    settings: list[SettingChange]


def compare(project: Project, words: Sequence[str], *, staged: bool) -> Compared:
    """Return the changes for the arguments of `tk diff`.

    Without a revision, compare with the commit where the branch left its base; with `staged`, with HEAD.
    Raise RefusedError for a word that is neither a revision nor a ticket, or GitRefusedError.
    """
    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there are no revisions to compare")
    project.tolerate_config()
    revision, parts = _split(project, git, words)
    states = asked_states(git, revision, staged=staged)
    limit = project.config.format_max_file_size
    found = difference(git, project.place.prefix, *states, limit)
    kinds = {status.name: status.kind for status in project.config.statuses}
    tickets = tell(found.files, kinds.get, limit)
    if parts:
        wanted = _wanted(project, tickets, parts)
        return Compared(states, _titled(project, git, states, [one for one in tickets if one.ticket in wanted]), [], [])
    settings = changed_settings(project, git, states, found.others)
    return Compared(states, _titled(project, git, states, tickets), found.others, settings)


def asked_states(git: GitProcess, revision: str | None, *, staged: bool) -> States:
    """Return the states that `BASE`, `BASE..HEAD`, `BASE...HEAD` or nothing name."""
    match = _RANGE.fullmatch(revision or "")
    if match and staged:
        raise UsageError("--staged compares one revision with what is staged", hint="name BASE alone, or nothing.")
    if match:
        old, new = match[1] or "HEAD", match[3] or "HEAD"
        head = commit_named(git, new)
        return States(merge_base(git, old, new) if match[2] == "..." else commit_named(git, old), head)
    head = INDEX if staged else WORK_TREE
    if revision is not None:
        return States(commit_named(git, revision), head)
    if not staged:
        return States(base_commit(git, None), head)
    try:
        return States(commit_named(git, "HEAD"), head)
    except RefusedError:
        return States(empty_tree(git), head)


def _split(project: Project, git: GitProcess, words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """Return the revision, None if there is none, and the parts of ids.

    A word that is both is a ticket. But if it is only a part of an id, and a branch or tag, it is the revision.
    """
    if not words:
        return None, ()
    first = words[0]
    if ".." in first:
        return first, words[1:]
    paths = project.paths
    named = ids.matching(first, paths)
    if named == [first] or (named and _HEX.match(first)):
        return None, words
    try:
        return commit_named(git, first), words[1:]
    except RefusedError as unknown:
        if named or len(words) > 1 or _was_ticket(git, project, first):
            return None, words
        raise RefusedError(f"'{first}' is no revision and no ticket", hint=unknown.hint) from None


def _was_ticket(git: GitProcess, project: Project, name: str) -> bool:
    """Tell whether a removed ticket with exactly this id existed at the base or in HEAD."""
    path = project.place.git_path(f"{name}.md")
    try:
        bases: tuple[str, ...] = ("HEAD", base_commit(git, None))
    except TicketsError:
        bases = ("HEAD",)
    return any(git.run("cat-file", "-e", f"{base}:{path}").code == 0 for base in bases)


def _wanted(project: Project, tickets: Sequence[ChangedTicket], parts: Sequence[str]) -> set[str]:
    """Return the ids that parts name among all tickets, including removed ones and former ids."""
    today = {one.was: one.ticket for one in tickets if one.was} | {one.ticket: one.ticket for one in tickets}
    today |= {name: name for name in project.paths}
    found: set[str] = set()
    for part in parts:
        named = ids.matching(part, today)
        if not named:
            raise TicketNotFoundError(part)
        found.update(today[name] for name in named)
    return found


def _titled(project: Project, git: GitProcess, states: States, tickets: Sequence[ChangedTicket]) -> list[ChangedTicket]:
    """Return the tickets in order, with the titles of those whose own file did not change."""
    unnamed = [one.path for one in tickets if not one.title and not one.is_gone]
    if unnamed and states.head != WORK_TREE:
        in_git = project.place.git_path
        revision = "" if states.head == INDEX else states.head
        found = contents(git, revision, [in_git(path) for path in unnamed])
        titles = {path: _title(found.get(in_git(path), b""), path) for path in unnamed}
    else:
        titles = {path: project.document_at(path).title for path in unnamed}
    return sorted_tickets(one._replace(title=one.title or titles.get(one.path, "")) for one in tickets)


def _title(content: bytes, path: str) -> str:
    from plaintickets.core.document import parse

    return parse(content, path).title
