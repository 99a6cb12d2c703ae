"""Who is to know what of the changes of a range of commits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.public_tickets import events_by_ticket, public_tickets
from plaintickets.core import event as kinds
from plaintickets.core.servicedesk.contacts import MENTIONED, REPORTER, address_of, concerned, staff_by_address
from plaintickets.core.servicedesk.notices import (
    CLOSED,
    FOR_EVERYBODY,
    Notice,
    Notification,
    mentioned,
    notice_of,
    roles_for,
)
from plaintickets.core.visibility import public_from
from plaintickets.errors import GitRefusedError, UsageError
from plaintickets.git.revisions import commit_named, commit_range
from plaintickets.store.sent_mails import SentMails

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from plaintickets.core.event import Event
    from plaintickets.core.ticket import Ticket
    from plaintickets.core.visibility import Audience
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project


class Range(NamedTuple):
    """The commits of a range, and its end."""

    commits: Collection[str]
    end: str


def asked_range(project: Project, text: str, *, since_last: bool) -> Range:
    """Return the commits of `BASE..HEAD`, or those since everything was sent the last time.

    Raise UsageError without a range.
    """
    git = project.git
    project.require_settings()
    if git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    if bool(text) == since_last:
        raise UsageError("which commits?", hint="name BASE..HEAD, or --since-last, and not both.")
    if since_last:
        record = SentMails(project.place.common_dir)
        record.read()
        if not record.last:
            raise UsageError(
                "nothing was sent from here yet, so there is no last time", hint="tk notify BASE..HEAD --send begins."
            )
        text = f"{record.last}..HEAD"
    start, end = commit_range(git, text)
    return Range(commits_between(git, start, end), end)


def commits_between(git: GitProcess, start: str, end: str) -> set[str]:
    """Return the commits that one commit has and another has not."""
    return set(git.read("rev-list", end, f"^{start}", "--").decode().split())


def told(project: Project, asked: Range, *, without: Collection[str] = ()) -> Iterator[Notification]:
    """Yield what each person is told of each ticket, without what `without` identifies.

    Whoever is not one of the people is told what the public may see, and nothing of an internal ticket.
    """
    by_ticket = events_by_ticket(project, asked.end)
    public, audience = public_tickets(project, by_ticket)
    staff = staff_by_address(project.config)
    for ticket_id, events in by_ticket.items():
        ticket = project.reading.tickets.get(ticket_id)
        if ticket is None or not any(event.commit in asked.commits for event in events):
            continue
        start = public_from(events, project.config.queues)
        for person, role in _people(project, ticket, events, asked).items():
            address = address_of(person, project.config)
            if not address:
                continue
            if address.casefold() in staff:
                yield from _one(project, person, role, address, ticket, events, asked, without, None)
            elif ticket_id in public:
                yield from _one(project, person, role, address, ticket, events[start:], asked, without, audience)


def _one(
    project: Project, person: str, role: str, address: str, ticket: Ticket, events: Sequence[Event], asked: Range,
    without: Collection[str], audience: Audience | None,
) -> Iterator[Notification]:  # fmt: skip
    found: list[tuple[str, Notice]] = []
    newest = ""
    for event in events:
        notice = notice_of(event, project.config) if event.commit in asked.commits else None
        if notice is None or not _concerns(project, notice, event, person, role, address):
            continue
        if audience is not None:
            if notice.is_internal or notice.event not in FOR_EVERYBODY:
                continue
            notice = notice._replace(
                author=audience.text(notice.author), line=audience.text(notice.line), text=audience.text(notice.text)
            )
        key = _key(event, address)
        if key not in without and key not in dict(found):
            found.append((key, notice))
            newest = event.commit
    if found:
        title = ticket.title if audience is None else audience.text(ticket.title)
        is_requester = audience is not None and role == REPORTER
        asks = is_requester and any(one.event == CLOSED for _, one in found)
        yield Notification(person, address, ticket.id, title, ticket.status, tuple(found), newest, asks, is_requester)


def _concerns(project: Project, notice: Notice, event: Event, person: str, role: str, address: str) -> bool:
    """Tell whether somebody is told of a notice: by their role or by name, and not of what they did themselves."""
    own = address_of(notice.author, project.config).casefold() == address.casefold()
    by_commit = event.author_email.casefold() == address.casefold()
    if own or (by_commit and notice.event != "commented"):
        return False
    roles = roles_for(notice.event, project.config.notify)
    if role in roles:
        return True
    return MENTIONED in roles and person in mentioned(notice.text, [person])


def _people(project: Project, ticket: Ticket, events: Sequence[Event], asked: Range) -> dict[str, str]:
    """Return the people that a ticket concerns with their roles, and those whom new comments mention."""
    found = concerned(ticket, project.config)
    for event in events:
        if event.commit in asked.commits and event.kind == kinds.COMMENTED and isinstance(event.after, dict):
            for person in mentioned(str(event.after.get("text", "")), project.config.people_details):
                found.setdefault(person, MENTIONED)
    return found


def _key(event: Event, address: str) -> str:
    what = f"{event.commit}\n{event.was}\n{event.kind}\n{event.field}\n{event.after!r}\n{address.casefold()}"
    return hashlib.sha256(what.encode(errors="surrogateescape")).hexdigest()[:24]


def head(project: Project) -> str:
    """Return the commit that HEAD names."""
    if project.git is None:
        raise GitRefusedError("not a git repository, so there are no commits")
    return commit_named(project.git, "HEAD")
