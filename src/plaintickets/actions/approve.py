"""Approve and reject tickets, in the user's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.approvals import ApprovalReader
from plaintickets.core.change import Change
from plaintickets.core.servicedesk.approvals import APPROVALS, FIELDS, counted, entry_of, parts_of
from plaintickets.core.servicedesk.guards import demand_at
from plaintickets.core.servicedesk.identities import Identity, is_person, key_of, person_of
from plaintickets.core.ticket import list_of
from plaintickets.errors import GitRefusedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.servicedesk.approvals import Approvals
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome


class Voted(NamedTuple):
    """The person, the tickets, the ids of those that changed, and the outcome."""

    person: str
    tickets: list[Ticket]
    changed: set[str]
    outcome: Outcome


class Progress(NamedTuple):
    """How far the approvals for a status are."""

    status: str
    needed: int
    approved: list[str]
    rejected: list[str]
    others: list[str] | None


def vote(project: Project, parts: Sequence[str], field: str, *, comment: str = "", subject: str = "") -> Voted:
    """Add the user to the approvals or the rejections of tickets, and take the user out of the other list.

    Raise RefusedError for somebody who is not one of the people, GitRefusedError without a repository.
    """
    if project.git is None:
        raise GitRefusedError(
            "not a git repository, so nobody could tell who approved", hint="an approval is valid by its commit."
        )
    person = who(project)
    verb = "approve" if field == APPROVALS else "reject"
    with project.edit(verb) as edit:
        edit.subject = subject
        tickets = []
        for ticket_id in dict.fromkeys(edit.ticket(part).id for part in parts):
            _vote(edit, ticket_id, field, person)
            if comment:
                edit.comment(ticket_id, comment)
            tickets.append(edit.ticket(ticket_id))
        changed = {ticket.id for ticket in edit.changed()}
        return Voted(person, tickets, changed, edit.commit())


def who(project: Project) -> str:
    """Return the key of the user in `people`, by git's name and mail address.

    Raise RefusedError for nobody.
    """
    identity = Identity(*project.identity)
    person = person_of(identity, project.config)
    if not person:
        source = project.config.place("people")
        raise RefusedError(
            f"git knows you as '{identity}', and that is none of the people of this project"
            if identity.name or identity.mail
            else "git does not know your name",
            hint=f"`people` in {source} names everybody; `git config user.email MAIL` tells git who you are."
            if project.config.people
            else "git config user.name NAME",
        )
    _refuse_other_committer(project, person, identity)
    return person


def _refuse_other_committer(project: Project, person: str, identity: Identity) -> None:
    """Raise RefusedError if git would commit in the name of somebody else, so that the approval would be invalid."""
    from plaintickets.git.identity import committer

    if project.git is None:
        return
    config = project.config
    other = Identity(*committer(project.git, project.around.environ))
    allowed = {name.casefold() for name in config.approvals_committers}
    is_same = is_person(person, other, config) if config.people else other == identity
    names = {other.name.casefold(), other.mail.casefold()} - {""}
    if names and not is_same and allowed.isdisjoint(names):
        raise RefusedError(
            f"you are '{identity}', but git would commit as '{other}': an approval needs one person for both",
            hint="GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL, or `git config user.name` and `user.email`, set it.",
        )


def _vote(edit: Edit, ticket_id: str, field: str, person: str) -> None:
    """Enter the user in one list and remove the user from the other; a valid entry stays as it is."""
    project = edit.project
    document = edit.document(ticket_id)
    found = ApprovalReader(project).of(document).found
    mine = [one for one in found if one.person == person]
    stays = next((one.entry for one in mine if one.field == field and not one.reason), None)
    for name in FIELDS:
        raw = document.keys.get(name)
        before = list_of(raw)
        others = [item for item in before if not _is_mine(project, item, person)]
        after = [item for item in before if item == stays or item in others] if name == field else others
        if name == field and stays is None:
            entry = entry_of(person, project.stamp[:10])
            after.append(entry if entry not in before else entry_of(person, project.stamp))
        if after != [*before]:
            edit.apply([Change(ticket_id, name, raw, list(after) or None)])


def _is_mine(project: Project, entry: str, person: str) -> bool:
    parts = parts_of(entry)
    return parts is not None and key_of(parts[0], project.config) == person


def progress(project: Project, ticket: Ticket, approvals: Approvals) -> Iterator[Progress]:
    """Yield how far the approvals are for each status that asks for some and that the ticket does not have."""
    config = project.config
    if not config.has_guards:
        return
    for status in config.status_names:
        if status == ticket.status:
            continue
        for guard in demand_at(status, ticket, config).approvals:
            count = counted(guard, ticket, approvals, config)
            yield Progress(status, count.needed, count.approved, count.rejected, count.others)


def progress_line(one: Progress) -> str:
    """Return how far the approvals for a status are, on one line."""
    by = f" (by {', '.join(one.approved)})" if one.approved else ""
    rejected = f"; rejected by {', '.join(one.rejected)}" if one.rejected else ""
    more = len(one.approved) < one.needed and one.others is not None
    others = f"; may approve: {', '.join(one.others or ()) or 'nobody else'}" if more else ""
    word = "approval" if one.needed == 1 else "approvals"
    return f"{one.status}: {len(one.approved)} of {one.needed} {word}{by}{rejected}{others}"
