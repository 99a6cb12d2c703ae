"""Check what changes do to guards and approvals: what an editor or a merge can do and a command would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding, shell
from plaintickets.core.document import parse
from plaintickets.core.ticket import has_approvals, id_of
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.actions.approvals import ApprovalReader
    from plaintickets.actions.check_changes import Entered, Span
    from plaintickets.core.config import Config
    from plaintickets.core.servicedesk.approvals import Approval
    from plaintickets.core.servicedesk.guards import Unmet
    from plaintickets.core.servicedesk.identities import Identity
    from plaintickets.project import Project
    from plaintickets.store.all_files import Survey

NOT_MET = "guard-not-met"
INVALID = "invalid-approval"


def guard_findings(project: Project, surveyed: Survey, span: Span) -> Iterator[Finding]:
    """Yield a finding for each status that a ticket enters without what it needs there; the paths are store paths."""
    rules = span.rules
    if not rules.has_guards or not (span.has_base or span.is_staged):
        return
    from plaintickets.actions.approvals import ApprovalReader

    found = list(span.entered())
    reader = ApprovalReader(project, rules)
    ids = dict.fromkeys(id_of(entered.path) for entered in found)
    reader.read_all([surveyed.tickets[name] for name in ids if name in surveyed.tickets])
    for entered in found:
        lacks = _lacks(reader, surveyed, rules, entered, entered.content)
        where = ""
        if lacks and entered.commit:
            # It has left the status again: what it lacks now it may have had then.
            then = span.at_commit(entered.commit, entered.path)
            lacks = _lacks(reader, surveyed, rules, entered, then) if then else lacks
            where = f" in {entered.commit[:10]}"
        if lacks:
            message = f"entered {entered.status}{where} without its guards: {'; '.join(one.what for one in lacks)}"
            remedy = "; ".join(dict.fromkeys(one.command for one in lacks if one.command))
            line = parse(entered.content, entered.path).line_of("status")
            yield Finding(NOT_MET, message, remedy, entered.path, line, ticket=id_of(entered.path))


def _lacks(
    reader: ApprovalReader, surveyed: Survey, rules: Config, entered: Entered, content: bytes
) -> Sequence[Unmet]:
    from plaintickets.actions.guards import facts_for
    from plaintickets.core.servicedesk.guards import NOTHING, demand_at, unmet

    document = parse(content, entered.path)
    if document.problems:
        return ()
    ticket = ticket_of(document)
    demand = demand_at(entered.status, ticket, rules)
    demand = demand._replace(comment=demand.comment and not entered.is_new)
    if demand == NOTHING:
        return ()
    facts = facts_for(
        document,
        demand,
        surveyed.tickets,
        reader,
        is_done=rules.is_done,
        is_commented=entered.is_commented,
    )
    return unmet(ticket, entered.status, demand, facts, rules)


def approval_findings(project: Project, surveyed: Survey, span: Span | None) -> Iterator[Finding]:
    """Yield a finding for each approval that its person did not make; the paths are store paths.

    With a base only those that the branch adds.
    Raise UnreadableError where the history that is needed is missing.
    """
    tickets = [ticket for ticket in surveyed.tickets.values() if has_approvals(ticket.keys)]
    if not tickets:
        return
    from plaintickets.actions.approvals import ApprovalReader
    from plaintickets.core.servicedesk.approvals import FIELDS
    from plaintickets.core.servicedesk.identities import Identity

    known = span.entries_at_base(FIELDS) if span else None
    if known is not None:
        tickets = [ticket for ticket in tickets if ticket.id in known]
    if project.git is None:
        return

    rules = span.rules if span else project.config
    reader = ApprovalReader(project, rules)
    reader.read_all(tickets)
    me = Identity(*project.identity)
    for ticket in tickets:
        document = surveyed.document(ticket.path)
        before = known[ticket.id] if known else set()
        if before.issuperset((field, entry) for field in FIELDS for entry in ticket.items(field)):
            continue
        for one in reader.of(document).found:
            reason = _fault(one, me, rules)
            if reason and (one.field, one.entry) not in before:
                message = f"{one.field}: {one.entry} is not valid: {reason}"
                remedy = f"{one.person} runs {shell('tk', 'approve', ticket.id)}, or somebody removes the line"
                line = document.line_of(one.field)
                yield Finding(INVALID, message, remedy, ticket.path, line, ticket=ticket.id)


def _fault(one: Approval, me: Identity, rules: Config) -> str:
    """Return why an approval is nobody's, or nothing; one without a commit is judged as if the user committed it."""
    from plaintickets.core.servicedesk.identities import is_person, person_of

    if one.commit or one.is_forged or not me.name or is_person(one.person, me, rules):
        return one.reason if one.is_forged else ""
    return f"it is not committed, and you are {person_of(me, rules) or me}"
