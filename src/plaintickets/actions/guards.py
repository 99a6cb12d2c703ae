"""Hold the guards at entering a status, for every command that changes one."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from plaintickets.actions.approvals import ApprovalReader
    from plaintickets.core.change import Change
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.guards import Demand, Facts, Unmet
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit


def hold_guards(
    edit: Edit,
    before: Mapping[str, Ticket | None],
    *,
    commented: Collection[str] = (),
    force: bool = False,
    forced_by: str = "--force",
) -> None:
    """Refuse an edit in which a ticket enters a status without what it needs there.

    `before` are the tickets as they were, None for new ones; `commented` the ids that get a comment. With `force`
    the commit's message says what is missing.
    Raise GuardError.
    """
    config = edit.project.config
    if force:
        edit.forced += _forced_moves(edit, before)
    if not config.has_guards:
        return
    from plaintickets.core.servicedesk.guards import GuardError, forced_line

    changed = {ticket.id: ticket for ticket in edit.changed()}
    prepare(edit.project, [edit.ticket(ticket_id) for ticket_id in before], before)
    for ticket_id in before:
        document = edit.document(ticket_id)
        found = unmet_at_entry(edit.project, before[ticket_id], document, changed, is_commented=ticket_id in commented)
        if not found:
            continue
        status = changed[ticket_id].status
        if not force:
            raise GuardError(ticket_id, status, found, forced_by=forced_by)
        edit.forced.append(forced_line(ticket_id, status, found))


def refuse_closing(project: Project, ticket: Ticket, changes: Sequence[Change], closed: Sequence[str]) -> None:
    """Refuse changes that close a ticket without what it needs; `closed` are closed with it.

    Raise GuardError.
    """
    from plaintickets.core.servicedesk.guards import GuardError
    from plaintickets.core.ticket import Ticket

    document = project.document_at(ticket.path)
    for change in changes:
        document = document.with_key(change.field, change.after)
    status = str(document.keys.get("status"))
    tickets = project.reading.tickets if closed else {}
    others = {
        name: Ticket(name, tickets[name].path, {**tickets[name].keys, "status": status}, "")
        for name in closed
        if name in tickets
    }
    found = unmet_at_entry(project, ticket, document, others, is_commented=False)
    if found:
        raise GuardError(ticket.id, status, found, forced_by="")


def unmet_at_entry(
    project: Project,
    before: Ticket | None,
    document: Document,
    changed: Mapping[str, Ticket],
    *,
    is_commented: bool,
) -> Sequence[Unmet]:
    """Return what a ticket lacks that enters a status, nothing for one that stays where it is."""
    from plaintickets.core.servicedesk.guards import NOTHING, demand_at, unmet
    from plaintickets.store.reading import ticket_of

    ticket = ticket_of(document)
    if before is not None and before.status == ticket.status:
        return ()
    config = project.config
    demand = demand_at(ticket.status, ticket, config)
    if before is None:
        demand = demand._replace(comment=False)
    if demand == NOTHING:
        return ()
    now = {**project.reading.tickets, **changed} if demand.children or demand.deps else {}
    reader = _reader(project) if demand.approvals else None
    facts = facts_for(document, demand, now, reader, is_done=config.is_done, is_commented=is_commented)
    return unmet(ticket, ticket.status, demand, facts, config)


def prepare(project: Project, tickets: Iterable[Ticket], before: Mapping[str, Ticket | None]) -> None:
    """Read the approvals of all tickets at once that enter a status which asks for them."""
    from plaintickets.core.servicedesk.guards import demand_at

    entering = [one for one in tickets if (old := before.get(one.id)) is None or old.status != one.status]
    asked = [one for one in entering if demand_at(one.status, one, project.config).approvals]
    if asked:
        _reader(project).read_all(asked)


def _reader(project: Project) -> ApprovalReader:
    """Return the one reader of approvals for as long as nothing is committed."""
    from plaintickets.git.head import commit

    return _reader_at(project, commit(project.place.git_dir, project.place.common_dir) or "")


@lru_cache(1)
def _reader_at(project: Project, _head: str) -> ApprovalReader:
    from plaintickets.actions.approvals import ApprovalReader

    return ApprovalReader(project)


def facts_for(
    document: Document,
    demand: Demand,
    tickets: Mapping[str, Ticket],
    reader: ApprovalReader | None,
    *,
    is_done: Callable[[str], bool],
    is_commented: bool,
) -> Facts:
    """Return the facts that a demand asks for; `tickets` are all others, where it asks for children or dependencies."""
    from plaintickets.core.checklist import items
    from plaintickets.core.checks.facts import facts_of
    from plaintickets.core.comments import without_notes
    from plaintickets.core.links import Graph
    from plaintickets.core.servicedesk.approvals import Approvals
    from plaintickets.core.servicedesk.guards import Facts
    from plaintickets.store.reading import ticket_of

    @cache
    def approvals() -> Approvals:
        return reader.of(document) if reader else Approvals([], None)

    ticket = ticket_of(document)
    graph = Graph({**tickets, ticket.id: ticket}, set(), is_done)
    unticked = [item.text for item in items(without_notes(document.body)) if not item.is_ticked]
    children = [child for child in graph.children(ticket.id) if not graph.is_closed(child)] if demand.children else []
    deps = graph.open_blockers(ticket) if demand.deps else []
    headings = facts_of(document.body, document.body).headings if demand.sections else frozenset()
    return Facts(headings, unticked, is_commented, children, deps, approvals)


def _forced_moves(edit: Edit, before: Mapping[str, Ticket | None]) -> list[str]:
    """Return a line for each status change that the workflow or a required field forbids."""
    from plaintickets.core.workflow import allowed_moves, check_required

    config = edit.project.config
    lines = []
    for ticket_id, old in before.items():
        ticket = edit.ticket(ticket_id)
        if old is None or old.status == ticket.status:
            continue
        if ticket.status not in allowed_moves(old.status, config, old):
            lines.append(f"forced: {ticket_id} from {old.status} to {ticket.status} is not a transition")
        if config.is_done(ticket.status):
            keys = {**ticket.keys, "title": ticket.title}
            missing = check_required(keys, ticket.type, config, closing=True)
            if missing:
                lines.append(f"forced: {ticket_id} -> {ticket.status} without {' '.join(missing)}")
    return lines
