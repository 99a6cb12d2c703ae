"""Give tickets to the people that the routes of the settings find."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.code_owners import CodeOwners
from plaintickets.actions.ids_or_query import ids_or_query
from plaintickets.actions.listing import Filter, select
from plaintickets.actions.settings_query import settings_test
from plaintickets.actions.staff import staff_of
from plaintickets.core.change import Change
from plaintickets.core.person_names import TEAM
from plaintickets.core.query import ConditionCount
from plaintickets.core.servicedesk.assets import service_of
from plaintickets.core.servicedesk.means import Subject
from plaintickets.core.servicedesk.routing import Given, Route, given
from plaintickets.core.words import fold, terms
from plaintickets.errors import RefusedError
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from plaintickets.actions.sla import TriedFile
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

_TEXT_CUT = 20_000


class Routed(NamedTuple):
    """Who gets which ticket, the tickets that stay as they are with the reason, what is wrong, and the outcome."""

    given: list[Given]
    kept: dict[str, str]
    problems: list[Problem]
    outcome: Outcome | None = None

    @property
    def nobody(self) -> list[Given]:
        """Return the tickets that no route gives to anybody."""
        return [one for one in self.given if not one.assignee]


def route(project: Project, words: Sequence[str], *, again: bool = False, subject: str = "") -> Routed:
    """Give the tickets of ids or of a query to the people whom the routes find, in one commit.

    A ticket that a person has keeps its assignee, unless `again`. Raise RefusedError if nobody is found for any.
    """
    with project.edit("route") as edit:
        edit.subject = subject
        documents = [edit.document(one) for one in _asked(project, words)]
        found = _refuse_nobody(project, _routed(project, documents, again=again))
        _apply(edit, found)
        return found._replace(outcome=edit.commit())


def route_in(edit: Edit, ids: Iterable[str], *, again: bool = False) -> Routed:
    """Give tickets of an edit to the people whom the routes find, also tickets that the edit adds."""
    found = _routed(edit.project, [edit.document(one) for one in ids], again=again)
    _apply(edit, found)
    return found


def changes_of(found: Routed) -> list[Change]:
    """Return the changes of the assignees."""
    return [Change(one.ticket, "assignee", one.before or None, one.assignee) for one in found.given if one.is_change]


def routed(project: Project, documents: Sequence[Document]) -> Routed:
    """Return who would get tickets that are as these documents, whatever the files hold."""
    return _routed(project, documents, again=False)


def _apply(edit: Edit, found: Routed) -> None:
    edit.apply(changes_of(found))
    changed = [one for one in found.given if one.is_change]
    if not edit.subject and len(changed) == 1:
        edit.details.append(f"route {changed[0].route}: {changed[0].reason}")


def _refuse_nobody(project: Project, found: Routed) -> Routed:
    if found.given and len(found.nobody) == len(found.given):
        first = found.nobody[0]
        source = next((one.source for one in reversed(first.tried) if one.matched), project.config.source("routes"))
        more = f", nor {len(found.nobody) - 1} more" if len(found.nobody) > 1 else ""
        raise RefusedError(
            f"{source}: no route gives {first.ticket} to anybody{more}: {first.reason}",
            hint=f"`tk route {first.ticket} --dry-run --explain` shows what was tried; `tk assign` needs no route.",
        )
    return found


def explained(
    project: Project, words: Sequence[str], *, again: bool = False, revision: str = "", policy: TriedFile | None = None
) -> Routed:
    """Return who would get the tickets, also where it is nobody; at a revision, or by the routes of another file."""
    today = None
    if revision:
        from plaintickets.actions.sla import project_at

        project, then = project_at(project, revision)
        today = datetime.fromtimestamp(then, UTC).date()
    if policy is not None:
        from plaintickets.actions.sla import with_policies_of

        with_policies_of(project, policy, "routes.yml")
    project.require_settings()
    documents = [project.document(one) for one in _asked(project, words)]
    return _routed(project, documents, again=again, revision=revision, today=today)


def _asked(project: Project, words: Sequence[str]) -> Iterable[str]:
    """Return the ids of the tickets that words name or find; a query finds open ones unless it asks for a status."""
    ids, query = ids_or_query(project, words)
    if not query:
        return dict.fromkeys(ids)
    return [ticket.id for ticket in select(project, Filter(query=query), closed_too=False)]


def _routed(
    project: Project, documents: Sequence[Document], *, again: bool, revision: str = "", today: date | None = None
) -> Routed:
    config = project.config
    if not config.routes:
        raise RefusedError("no route is defined", hint="`routes` in the settings holds them; see `tk help config`.")
    means = {way for one in config.routes.values() for way in one.get("by", ())}
    staff = staff_of(project, with_turns="round-robin" in means, revision=revision, today=today)
    owners = CodeOwners(project, staff) if "codeowners" in means else None
    kept: dict[str, str] = {}
    subjects, tickets = [], {}
    for document in documents:
        ticket = ticket_of(document)
        if config.is_done(ticket.status):
            kept[ticket.id] = "is closed"
        elif ticket.assignee and not again and not ticket.assignee.startswith(TEAM):
            kept[ticket.id] = f"{ticket.assignee} has it already"
        else:
            tickets[ticket.id] = ticket
            subjects.append(_subject(project, ticket, document, owners, with_words="skill" in means))
    unwritten = {document.path: document for document in documents}
    found = given(subjects, _routes(project, tickets, unwritten), staff)
    problems = owners.problems if owners else []
    return Routed(found, kept, [*problems, *_unknown_services(project, tickets.values(), means)])


def _subject(
    project: Project, ticket: Ticket, document: Document, owners: CodeOwners | None, *, with_words: bool
) -> Subject:
    config = project.config
    name = service_of(ticket, config.services, project.assets.known)
    service = config.services.get(name, {})
    queue = str(ticket.get("queue") or service.get("queue") or "")
    labels = [str(ticket.get("component") or ""), *ticket.tags]
    words: frozenset[str] = frozenset()
    if with_words:
        words = frozenset(terms("\n".join((*labels, ticket.title, document.body[:_TEXT_CUT]))))
    return Subject(
        ticket.id,
        ticket.assignee,
        ticket.priority,
        ticket.created,
        words,
        frozenset(map(fold, labels)),
        owners.of(ticket) if owners else (),
        config.queues.get(queue, {}).get("team", ""),
        name,
        service.get("owner", ""),
        service.get("team", ""),
    )


def _routes(project: Project, tickets: Mapping[str, Ticket], unwritten: Mapping[str, Document]) -> list[Route]:
    found = []
    count = ConditionCount("routes")
    for name, one in project.config.routes.items():
        source, query = project.config.source(f"routes.{name}"), one.get("if", "")
        test = settings_test(project, query, f"{source}: the route {name}", unwritten, count)
        matching = frozenset(ticket.id for ticket in tickets.values() if test(ticket))
        found.append(Route(name, source, query, one.get("team", ""), tuple(one.get("by", ())), matching))
    return found


def _unknown_services(project: Project, tickets: Iterable[Ticket], means: set[str]) -> Iterable[Problem]:
    """Yield a problem for each ticket of a service that the settings do not name."""
    from plaintickets.core.problem import Problem
    from plaintickets.core.quoting import quoted
    from plaintickets.core.suggestions import did_you_mean

    known = project.config.services
    for ticket in tickets if "owner" in means else ():
        service = str(ticket.get("service") or "")
        if service and service not in known:
            message = f"no service is named {quoted(service)}. {did_you_mean(service, known)}".rstrip()
            yield Problem(f"{project.place.store.rpartition('/')[2]}/{ticket.path}", 0, "unknown-service", message)
