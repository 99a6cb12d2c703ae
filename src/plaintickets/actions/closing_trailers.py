"""Close tickets that commits name in closing trailers, in a separate or in the newest commit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import first_status
from plaintickets.core.mentions import Names, is_in, trailers
from plaintickets.core.ticket import id_of
from plaintickets.core.workflow import move
from plaintickets.errors import GitRefusedError, TicketsError, UsageError
from plaintickets.git import commit_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from plaintickets.actions.all_stores import AllStores
    from plaintickets.core.change import Change
    from plaintickets.core.ticket import Ticket
    from plaintickets.git.commit_messages import LoggedCommit
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{7,64})", re.MULTILINE)
SHORT = 10
_UNKNOWN = "there is no such ticket"
_HIDDEN = "the sparse checkout leaves it out"
_SEVERAL = "tickets of several stores have this name"


class Closing(NamedTuple):
    """A ticket that a commit closes, and the word of the trailer."""

    ticket: str
    word: str
    commit: LoggedCommit


class NotClosed(NamedTuple):
    """A ticket that a commit names and that is not closed, and why; `fine` if there is nothing to do."""

    ticket: str
    commit: LoggedCommit
    reason: str
    fine: bool


class Applied(NamedTuple):
    """The tickets closed and those not closed; `commit` is the closing commit, empty if none was made."""

    closed: list[Closing]
    left: list[NotClosed]
    commit: str


def in_range(project: Project, revisions: str) -> list[LoggedCommit]:
    """Return the commits of `BASE..HEAD`, newest first.

    Raise TicketsError if the clone lacks some of them.
    """
    from plaintickets.git.revisions import commit_named
    from plaintickets.history.compare import merge_base

    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    base, dots, head = revisions.partition("..")
    if not dots or not base or head.startswith("."):
        raise UsageError(f"not a range: '{revisions}'", hint="for example: tk apply-trailers origin/main..HEAD")
    # This also reports a shallow clone that ends before the base.
    merge_base(git, commit_named(git, base), commit_named(git, head or "HEAD"))
    return commit_messages.commits(git, [commit_named(git, head or "HEAD"), f"^{commit_named(git, base)}"])


def named(project: Project, commits: Sequence[LoggedCommit]) -> tuple[list[Closing], list[NotClosed]]:
    """Return the tickets that commits, newest first, close, and the trailers that name no ticket.

    Each ticket is closed once, by its oldest commit. A commit that another of them reverts closes nothing.
    """
    names = Names(project.paths)
    found: dict[str, Closing] = {}
    unknown: dict[str, NotClosed] = {}
    for commit in reversed(_standing(commits)):
        for trailer in trailers(commit.message, project.config.trailers_closing):
            value = names.in_value(trailer.value)
            for ticket in value.tickets:
                found.setdefault(ticket, Closing(ticket, trailer.word, commit))
            for word in value.unknown:
                unknown.setdefault(word, NotClosed(word, commit, _UNKNOWN, fine=False))
    hidden = set(map(id_of, project.left_out)) if unknown else set()
    left = [one._replace(reason=_HIDDEN) if one.ticket in hidden else one for one in unknown.values()]
    return list(found.values()), left


def _standing(commits: Sequence[LoggedCommit]) -> list[LoggedCommit]:
    """Return the commits, newest first, without those that a later one of them reverts."""
    reverted: list[str] = []
    standing = []
    for commit in commits:
        if not any(commit.commit.startswith(name) for name in reverted):
            standing.append(commit)
            reverted += _REVERTS.findall(commit.body)
    return standing


def apply(project: Project, commits: Sequence[LoggedCommit], *, dry_run: bool = False, subject: str = "") -> Applied:
    """Close the tickets that the commits name, all in one commit.

    Raise TicketsError with nothing changed.
    """
    closings, left = named(project, commits)
    if dry_run:
        would: list[Closing] = []
        for closing in closings:
            would += [closing] if _judged(project, closing, project.find, left, would) else []
        return Applied(would, left, "")
    closed: list[Closing] = []
    with project.edit("close") as edit:
        edit.subject = subject
        for closing in closings:
            changes = _judged(project, closing, edit.ticket, left, closed)
            if changes:
                edit.apply(changes)
                closed.append(closing)
        edit.details = [f"{one.ticket} by {one.commit.commit[:SHORT]} {one.commit.subject}" for one in closed]
        return Applied(closed, left, edit.commit().commit if closed else "")


def _judged(
    project: Project,
    closing: Closing,
    find: Callable[[str], Ticket],
    left: list[NotClosed],
    closed: Sequence[Closing],
) -> tuple[Change, ...] | None:
    """Return the changes that close a ticket; None, and a row in `left`, if it is not to be closed or cannot be."""
    try:
        ticket = find(closing.ticket)
        if project.config.is_done(ticket.status):
            reason = "is closed already"
        else:
            reopened = _reopened_since(project, closing, ticket)
            reason = f"was reopened since, by {reopened[:SHORT]}" if reopened else ""
        if not reason:
            return changes_to_close(project, ticket, closing.word, closed)
    except TicketsError as error:
        left.append(NotClosed(closing.ticket, closing.commit, _reason(error), fine=False))
        return None
    left.append(NotClosed(closing.ticket, closing.commit, reason, fine=True))
    return None


def _reason(error: TicketsError) -> str:
    """Return the sentence of an error on one line."""
    return " ".join(str(error).split())


def changes_to_close(project: Project, ticket: Ticket, word: str, closed: Sequence[Closing] = ()) -> tuple[Change, ...]:
    """Return the changes that close a ticket, with the resolution of the word if the store has it.

    `closed` are the tickets that are closed with it.
    """
    config = project.config
    resolution = config.trailers_closing.get(word)
    known = resolution if resolution in config.resolutions else None
    status = first_status(project, "done", ticket)
    changes = move(ticket, status, config, now=project.now, resolution=known)
    if config.has_guards:
        from plaintickets.actions.guards import refuse_closing

        refuse_closing(project, ticket, changes, [one.ticket for one in closed])
    return changes


def _reopened_since(project: Project, closing: Closing, ticket: Ticket) -> str:
    """Return the commit that reopened the ticket after the closing one, or nothing.

    Such a ticket is not closed again by a second run.
    """
    from plaintickets.actions.log import history
    from plaintickets.git.revisions import later

    if project.git is None:
        return ""
    since = {one.commit for one in later(project.git, closing.commit.commit, project.place.git_path(ticket.path))}
    if not since:
        return ""
    is_done = project.config.is_done
    for event in history(project, ticket.id).events:
        is_reopening = is_done(str(event.before)) and not is_done(str(event.after))
        if event.field == "status" and event.commit in since and is_reopening:
            return event.commit
    return ""


def in_newest_of_all(stores: AllStores) -> Iterator[Applied]:
    """Close the tickets of all stores that HEAD's commit names, and amend that commit; for the hook.

    A name that fits tickets of several stores closes none of them.
    """
    answers = stores.ask(lambda project: named(project, _newest(project)))
    closings = [(store.name, one) for store, (found, _) in answers.found for one in found]
    known = {one.ticket for _, one in closings}
    for store, (found, _) in answers.found:
        others = [one for name, one in closings if name != store.name]
        doubtful = frozenset(one.ticket for one in found if any(_may_mean(one, other) for other in others))
        done = in_newest(store.project, doubtful)
        yield done._replace(left=[one for one in done.left if one.ticket not in known or one.reason != _UNKNOWN])
    for failure in answers.failed:
        stores.notify(f"tk: {failure.store}: {failure.error}; its tickets stay as they are")


def _newest(project: Project) -> list[LoggedCommit]:
    if project.git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    return commit_messages.commits(project.git, ["HEAD^!"])[:1]


def _may_mean(closing: Closing, other: Closing) -> bool:
    """Tell whether the name that the commit gives a ticket may be that of another store's ticket."""
    same_suffix = closing.ticket.rpartition("-")[2] == other.ticket.rpartition("-")[2]
    return closing.ticket == other.ticket or (same_suffix and not is_in(closing.ticket, closing.commit.message))


def in_newest(project: Project, doubtful: Collection[str] = ()) -> Applied:
    """Close the tickets that HEAD's commit names, except the doubtful ones, and amend that commit.

    A ticket is skipped if its file differs from HEAD in the index or in the work tree, so that no change of the
    user's is committed or lost. A signed commit is not amended.
    Raise TicketsError with nothing changed.
    """
    from plaintickets.git.amend import is_signed

    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    commit = _newest(project)[0]
    closings, left = named(project, [commit])
    left += [NotClosed(one.ticket, commit, _SEVERAL, fine=False) for one in closings if one.ticket in doubtful]
    closings = [one for one in closings if one.ticket not in doubtful]
    if closings and is_signed(git, commit.commit):
        return Applied(
            [], [*left, *(NotClosed(one.ticket, commit, "the commit is signed", fine=False) for one in closings)], ""
        )
    closed: list[Closing] = []
    old: dict[str, bytes] = {}
    if not closings:
        return Applied(closed, left, "")
    with project.edit("close") as edit:
        for closing in closings:
            changes = _judged_in_newest(project, git, edit, closing, left, closed)
            if changes:
                before = edit.document(closing.ticket)
                old[before.path] = before.to_bytes()
                edit.apply(changes)
                closed.append(closing)
        made = _replaced(project, git, edit, commit, old) if closed else ""
    return Applied(closed, left, made)


def _judged_in_newest(
    project: Project,
    git: GitProcess,
    edit: Edit,
    closing: Closing,
    left: list[NotClosed],
    closed: Sequence[Closing],
) -> tuple[Change, ...] | None:
    """Return the changes that close a ticket; None, and a row in `left`, if it cannot be closed."""
    from plaintickets.git.revisions import changed_paths

    try:
        ticket = edit.ticket(closing.ticket)
        if project.config.is_done(ticket.status):
            return None
        if not changed_paths(git, project.place.git_path(ticket.path)):
            return changes_to_close(project, ticket, closing.word, closed)
        reason = "it has changes that are not in the commit"
    except TicketsError as error:
        reason = _reason(error)
    left.append(NotClosed(closing.ticket, closing.commit, reason, fine=False))
    return None


def _replaced(project: Project, git: GitProcess, edit: Edit, commit: LoggedCommit, old: Mapping[str, bytes]) -> str:
    """Write the changed tickets, put them into HEAD's commit, and return the new commit.

    Raise TicketsError if that is impossible.
    """
    from plaintickets.git import amend, entries
    from plaintickets.git.commit import reset_index_entries

    project.fire_rules(edit)  # what they change in the closed tickets belongs into the commit
    new = {path: edit.document(id_of(path)).to_bytes() for path in old}
    contents = {project.place.git_path(path): content for path, content in new.items()}
    there = entries.in_tree(git, commit.commit, list(contents)) or {}
    made = amend.with_contents(git, commit.commit, contents)
    edit.commit_as("")
    try:
        amend.adopt(git, made, commit.commit, f"commit (tk): {commit.subject}")
    except GitRefusedError:
        for path, content in old.items():
            edit.restore(path, new[path], content)
        edit.commit_as("")
        raise
    reset_index_entries(git, list(contents), {path: entry.blob for path, entry in there.items()})
    return made
