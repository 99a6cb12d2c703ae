"""Who changed what, and what of it cannot be vouched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.approvals import makers_of
from plaintickets.actions.log import note_unknown_author, unknown_author
from plaintickets.core.event import COMMENTED
from plaintickets.core.paths import git_lead, key_of
from plaintickets.core.servicedesk.identities import is_person, person_of
from plaintickets.errors import GitRefusedError, RefusedError, UnreadableError
from plaintickets.render.events import day_of
from plaintickets.reports.audit import SIGNATURES, Audited, Doubt, before_and_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plaintickets.actions.log import Wanted
    from plaintickets.core.event import Event
    from plaintickets.core.servicedesk.approvals import Maker
    from plaintickets.git.commit_times import CommitTimes
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project

FILE = "file"


def audit(project: Project, query: str, wanted: Wanted, *, partial: bool = False) -> tuple[list[Audited], list[str]]:
    """Return every change of the tickets of a query, the oldest first, and notes on what is not known.

    Without a query also those of removed tickets and of the other files of the store. Raise UnreadableError in a
    shallow clone, unless a `partial` answer is asked for.
    """
    git = _git(project)
    events, notes = _events(project, query, wanted, partial=partial)
    rows = _rows(project, git, events, with_files=not query, wanted=wanted)
    if not rows:
        note_unknown_author(project, wanted)
    return rows, notes


def doubts(project: Project, query: str, wanted: Wanted, *, partial: bool = False) -> tuple[list[Doubt], list[str]]:
    """Return what of the same changes cannot be vouched for, and notes on what is not known.

    That is: a commit without a good signature, a time before that of its parent, a comment under another name, and
    commits that this clone once had and that are gone from every branch. Raise UnreadableError as `audit` does, and
    RefusedError for an author who has made no commit.
    """
    from plaintickets.git.commit_times import commit_times, lost_commits

    git = _git(project)
    if unknown := unknown_author(project, wanted):
        raise RefusedError(f"{unknown[0]}, so there was nothing to check", hint=unknown[1] or None)
    events, notes = _events(project, query, wanted, partial=partial)
    rows = _rows(project, git, events, with_files=not query, wanted=wanted)
    times = commit_times(git)
    found = []
    for row in _first_of_each_commit(rows):
        found += [
            Doubt(code, row.maker.commit, row.at, str(row.maker.author), what) for code, what in _faults(row, times)
        ]
    found += _foreign_comments(project, events, {row.maker.commit: row.maker for row in rows})
    for commit, at, author, subject in lost_commits(git, project.place.prefix):
        what = f"this clone had it, and no branch has it now: {subject}"
        found.append(Doubt("rewritten", commit, day_of(at, full=True), author, what))
    return sorted(found, key=lambda doubt: doubt.at), notes


def _git(project: Project) -> GitProcess:
    if project.git is None:
        raise GitRefusedError("not a git repository, so there is no history")
    return project.git


def _events(project: Project, query: str, wanted: Wanted, *, partial: bool) -> tuple[list[Event], list[str]]:
    from plaintickets.actions.listing import Filter, select
    from plaintickets.actions.log import SHALLOW_NOTE, history, passes

    found = history(project)
    if not found.complete and not partial:
        raise UnreadableError(
            "this clone is shallow, so what was changed before its first commit, and by whom, is not known",
            hint="git fetch --unshallow; or --partial shows the changes that the clone has.",
        )
    events = [event for event in found.events if passes(event, wanted)]
    if query:
        selected = {ticket.id for ticket in select(project, Filter(query=query))}
        events = [event for event in events if event.ticket in selected]
    return events, [] if found.complete else [SHALLOW_NOTE]


def _rows(
    project: Project, git: GitProcess, events: Sequence[Event], *, with_files: bool, wanted: Wanted
) -> list[Audited]:
    """Return the changes of the events and, if asked, of other files; the oldest first."""
    makers = makers_of(git, [event.commit for event in events], signed=True)
    rows = [_of_event(event, makers[event.commit]) for event in events]
    if with_files and not wanted.fields and not wanted.grep:
        rows += _of_files(project, git, wanted)
        rows.sort(key=lambda row: row.at)
    return rows


def _of_event(event: Event, maker: Maker) -> Audited:
    before, after = before_and_after(event)
    revision = event.revision
    moments = day_of(revision.date, full=True), day_of(revision.committed, full=True)
    return Audited(
        moments[0],
        event.ticket,
        event.kind,
        event.field,
        before,
        after,
        maker,
        moments[1],
        event.rule,
        revision.subject,
    )


def _of_files(project: Project, git: GitProcess, wanted: Wanted) -> Iterator[Audited]:
    """Yield the changes of the files of the store that belong to no ticket."""
    from plaintickets.git import message_search

    lead = git_lead(project.place.prefix)
    messages = message_search.read(git, ["HEAD"], project.place.prefix)
    rows = [
        (one, path[len(lead) :])
        for one in messages
        for path in one.paths
        if not key_of(path[len(lead) :])
        and (wanted.since is None or one.date >= wanted.since)
        and (wanted.until is None or one.date <= wanted.until)
    ]
    makers = makers_of(git, [one.commit for one, _ in rows], signed=True)
    for one, path in rows:
        maker = makers[one.commit]
        if wanted.is_by(maker.author.name, maker.author.mail):
            yield Audited(day_of(one.date, full=True), "", FILE, path, "", "", maker, "", "", one.subject)


def _first_of_each_commit(rows: Sequence[Audited]) -> list[Audited]:
    return [*{row.maker.commit: row for row in reversed(rows)}.values()][::-1]


def _faults(row: Audited, times: Mapping[str, CommitTimes]) -> Iterator[tuple[str, str]]:
    """Yield the codes and words of what speaks against a commit."""
    maker = row.maker
    if maker.signature != "G":
        state = SIGNATURES.get(maker.signature, maker.signature)
        yield ("unsigned", "it is not signed") if maker.signature == "N" else ("bad-signature", f"signature: {state}")
    own = times[maker.commit]
    later = [parent for parent in own.parents if parent in times and times[parent].committed > own.committed]
    if later:
        yield "clock-went-back", f"it was committed before its parent {later[0][:10]}"
    if own.authored > own.committed:
        yield "clock-went-back", "it was written after it was committed"


def _foreign_comments(project: Project, events: Sequence[Event], makers: Mapping[str, Maker]) -> Iterator[Doubt]:
    """Yield the comments that stand under the name of somebody else than the author of their commit."""
    config = project.config
    for event in events:
        value = event.after
        if event.kind != COMMENTED or not isinstance(value, dict):
            continue
        name, maker = str(value.get("author", "")), makers[event.commit]
        if name and not is_person(name, maker.author, config):
            who = person_of(maker.author, config) or str(maker.author)
            what = f"{event.ticket}: {who} wrote a comment under the name {name}"
            yield Doubt("comment-of-another", event.commit, day_of(event.date, full=True), str(maker.author), what)
