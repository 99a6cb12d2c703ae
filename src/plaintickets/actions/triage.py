"""Propose what tickets are, from the rules of the settings and from similar closed tickets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.duplicates import Finder
from plaintickets.actions.listing import Filter, select
from plaintickets.actions.set import Setting, set_each
from plaintickets.actions.settings_query import settings_test
from plaintickets.actions.staff import named, staff_of
from plaintickets.actions.ticket_source import similar_entry
from plaintickets.core.person_names import TEAM
from plaintickets.core.query import ConditionCount, QueryError
from plaintickets.core.servicedesk.triage import FIELDS, SURE, Policy, Proposal, Subject, paths_in, proposals, words_of
from plaintickets.core.servicedesk.votes import Counted, Neighbour, counted, weight_of
from plaintickets.core.similar import PERHAPS
from plaintickets.core.ticket import priority_number
from plaintickets.errors import GitRefusedError, UnreadableError
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

    from plaintickets.core.document import Document
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.servicedesk.means import Staff
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_TEXT_CUT = 20_000
_CANDIDATES = 100
_DUPLICATES = 3
DUPLICATE = "duplicate-of"


class Triaged(NamedTuple):
    """A ticket with what is proposed for it, the fields that a person gave, and the votes by field."""

    ticket: Ticket
    proposals: list[Proposal]
    given: dict[str, str]
    votes: dict[str, list[Counted]]


class Triage:
    """The rules and the closed tickets of a project, ready for many tickets; a context manager."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._finder = Finder(project)
        self._staff: Staff = staff_of(project)
        self._policy = _policy(project)
        self._touched: set[tuple[str, str]] | None = None

    def __enter__(self) -> Self:
        """Bring the index up to date."""
        self._finder.__enter__()
        self._finder.refresh()
        return self

    def __exit__(self, *details: object) -> None:
        self._finder.__exit__(*details)

    def of(self, document: Document) -> Triaged:
        """Return what is proposed for a ticket, the fields in order, likely duplicates last."""
        ticket = ticket_of(document)
        subject = self._subject(ticket, document)
        neighbours = self._neighbours(document, subject.given)
        made = proposals(subject, self._policy, neighbours)
        made = self._routed(document, subject, made)
        current = {"type": ticket.type, "priority": self._priority_name(ticket)}
        made = [one for one in made if current.get(one.field) != one.value]
        made += [
            Proposal(DUPLICATE, like.ticket.id, like.score, "; ".join(like.reasons) or "much alike")
            for like in self._finder.similar(similar_entry(document), _DUPLICATES, PERHAPS)
            if not ticket.text(DUPLICATE)
        ]
        votes = {field: counted(field, neighbours) for field in FIELDS}
        return Triaged(ticket, made, {name: subject.given[name] for name in FIELDS if name in subject.given}, votes)

    def _subject(self, ticket: Ticket, document: Document) -> Subject:
        project = self._project
        given = {name: str(value) for name, value in ticket.keys.items() if value and isinstance(value, str)}
        defaults = {"type": project.config.default_type, "priority": str(project.config.default_priority)}
        for name, value in defaults.items():
            if given.get(name, value) == value and (ticket.id, name) not in self._changed_by_people():
                given.pop(name, None)
        if ticket.assignee.startswith(TEAM):
            given.pop("assignee", None)
        entry = similar_entry(document)
        repeats = [one for one in self._repeats() if one.text(DUPLICATE) == ticket.id]
        customers = {str(one.get("customer")) for one in (ticket, *repeats) if one.get("customer")}
        return Subject(
            given,
            ticket.tags,
            words_of(entry.title, entry.body[:_TEXT_CUT]),
            [*ticket.items("affects"), *paths_in(f"{entry.title}\n{entry.body[:_TEXT_CUT]}")],
            _matching(project, ticket),
            1 + len(repeats),
            sorted(customers),
        )

    def _repeats(self) -> list[Ticket]:
        """Return the tickets that repeat another."""
        from plaintickets.query_context import key_names

        project = self._project
        if DUPLICATE not in key_names(project):
            return []
        return [ticket for ticket in project.reading.tickets.values() if ticket.text(DUPLICATE)]

    def _changed_by_people(self) -> set[tuple[str, str]]:
        """Return the ticket and the field of each change of a type or a priority in the history."""
        if self._touched is None:
            from plaintickets.actions.log import history

            try:
                events = history(self._project).events if self._project.git else []
            except GitRefusedError:  # no commit yet
                events = []
            self._touched = {
                (event.ticket, event.field)
                for event in events
                if event.kind == "changed" and event.field in ("type", "priority")
            }
        return self._touched

    def _neighbours(self, document: Document, given: Mapping[str, str]) -> list[Neighbour]:
        """Return the similar closed tickets with their values; people who are gone or away are no assignees."""
        entry = replace(similar_entry(document), type=given.get("type", ""))
        found = self._finder.ask(lambda duplicates: duplicates.neighbours(entry, _CANDIDATES))
        tickets, config = self._project.reading.tickets, self._project.config
        closed = [
            (near, ticket)
            for near in found
            if near.id != entry.id and (ticket := tickets.get(near.id)) and config.is_done(ticket.status)
        ]
        return [
            Neighbour(ticket.id, near.score, weight_of(near.share, near.days), self._values(ticket), ticket.tags)
            for near, ticket in closed
        ]

    def _values(self, ticket: Ticket) -> dict[str, str]:
        values = {name: ticket.text(name) for name in ("component", "queue")}
        return {
            **values,
            "type": ticket.type if self._project.config.ticket_type(ticket.type) else "",
            "priority": self._priority_name(ticket),
            "assignee": self._present(ticket.assignee),
        }

    def _priority_name(self, ticket: Ticket) -> str:
        names, number = self._project.config.priorities, ticket.priority
        return names[number] if number is not None and number < len(names) else ""

    def _present(self, assignee: str) -> str:
        """Return an assignee who can get a ticket, empty for one who is gone or away."""
        if not self._staff.people:
            return assignee
        name = named(self._staff, assignee)
        return "" if name in self._staff.away else name

    def _routed(self, document: Document, subject: Subject, made: list[Proposal]) -> list[Proposal]:
        """Return the proposals with the assignee that the routes give to the ticket as proposed."""
        project = self._project
        ruled = any(one.field == "assignee" and one.reason.startswith("rule ") for one in made)
        if not project.config.routes or "assignee" in subject.given or ruled:
            return made
        from plaintickets.actions.route import routed

        for one in made:
            value = str(priority_number(one.value) or 0) if one.field == "priority" else one.value
            if one.field not in ("assignee", "tags"):
                document = document.with_key(one.field, value)
        tags: list[Value] = [*ticket_of(document).tags, *(one.value for one in made if one.field == "tags")]
        given = routed(project, [document.with_key("tags", tags) if tags else document]).given
        if not given or not given[0].is_change:
            return made
        who = Proposal("assignee", given[0].assignee, SURE, f"route {given[0].route}: {given[0].reason}")
        kept = [one for one in made if one.field != "assignee"]
        place = sum(one.field in FIELDS for one in kept)
        return [*kept[:place], who, *kept[place:]]


def _policy(project: Project) -> Policy:
    config = project.config
    takers: dict[str, list[str]] = {}
    for queue, entries in config.queues.items():
        for kind in entries.get("types", ()):
            takers.setdefault(kind, []).append(queue)
    matrix = {
        impact: {urgency: _priority(project, name) for urgency, name in row.items()}
        for impact, row in config.triage_matrix.items()
    }
    rules = {
        number: {**rule, **({"priority": _priority(project, rule["priority"])} if "priority" in rule else {})}
        for number, rule in config.triage_rules.items()
    }
    sources = {number: config.source(f"triage.rules.{number}") for number in rules}
    queues = {kind: queues[0] for kind, queues in takers.items() if len(queues) == 1}
    return Policy(rules, sources, matrix, config.triage_reports, config.triage_customers, queues)


def _priority(project: Project, name: str) -> str:
    """Return the name of a priority that is given by its name or number."""
    names = project.config.priorities
    number = next((place for place, one in enumerate(names) if one.casefold() == name.casefold()), None)
    if number is None:
        number = priority_number(name)
    return names[number] if number is not None and number < len(names) else name


def _matching(project: Project, ticket: Ticket) -> frozenset[str]:
    """Return the numbers of the rules whose query a ticket matches."""
    rules = {number: rule["if"] for number, rule in project.config.triage_rules.items() if "if" in rule}
    places = {number: f"{project.config.source(f'triage.rules.{number}')}: rule {number} of triage" for number in rules}
    count = ConditionCount("rules of triage")
    tests = {number: settings_test(project, text, places[number], count=count) for number, text in rules.items()}
    return frozenset(number for number, test in tests.items() if test(ticket))


def triage(project: Project, documents: Iterable[Document]) -> list[Triaged]:
    """Return what is proposed for each ticket."""
    with Triage(project) as ready:
        return [ready.of(document) for document in documents]


def untriaged(project: Project) -> list[Ticket]:
    """Return the tickets that `triage.query` selects, the most urgent and oldest first."""
    try:
        found = select(project, Filter(query=project.config.triage_query), closed_too=False)
    except QueryError as error:
        source = project.config.source("triage.query")
        raise UnreadableError(f"{source}: triage.query: {error}", hint=error.hint) from None
    return sorted(found, key=lambda one: (9 if one.priority is None else one.priority, one.created, one.id))


def accept(project: Project, chosen: Mapping[str, Sequence[Proposal]], *, subject: str = "") -> dict[str, list[str]]:
    """Set the proposed values of tickets in one commit; return the fields that were set, by ticket.

    A likely duplicate is a question for a person, so it is left out.
    """
    wanted = {ticket: settings for ticket, made in chosen.items() if (settings := _settings(made))}
    if not wanted:
        return {}
    done = set_each(project, "triage", wanted, subject=subject)
    found: dict[str, list[str]] = {}
    for change in done.changes:
        fields = found.setdefault(change.ticket, [])
        if change.field not in fields:
            fields.append(change.field)
    return found


def _settings(chosen: Sequence[Proposal]) -> list[Setting]:
    return [
        Setting(one.field, "+=" if one.field == "tags" else "=", one.value) for one in chosen if one.field != DUPLICATE
    ]
