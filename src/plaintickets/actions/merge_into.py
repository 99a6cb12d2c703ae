"""Merge duplicates into a ticket: nothing is lost, and dependents of a duplicate then depend on the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import first_status
from plaintickets.actions.link import refuse_cycle
from plaintickets.actions.rename import references
from plaintickets.core.change import Change
from plaintickets.core.ticket import list_of
from plaintickets.core.workflow import move
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.frontmatter import Value
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

RESOLUTION = "duplicate"


class MergedDuplicates(NamedTuple):
    """The ticket that stays, the duplicates merged into it, all changes, and the outcome."""

    into: Ticket
    duplicates: list[str]
    changes: list[Change]
    outcome: Outcome | None


def merge_into(
    project: Project,
    parts: Sequence[str],
    into: str,
    *,
    copy_comments: bool = False,
    dry_run: bool = False,
    subject: str = "",
) -> MergedDuplicates:
    """Close tickets as duplicates of another one, which gets their dependents and their dependencies.

    If the target is a duplicate itself, the ticket at the end of its chain is used.
    No guard holds a duplicate. Raise RefusedError for a chain that is a cycle.
    """
    with project.edit("merge-into") as edit:
        edit.subject = subject
        target = _end_of_chain(edit, into)
        duplicates = list(dict.fromkeys(edit.ticket(part).id for part in parts))
        if target in duplicates:
            raise RefusedError(f"{target} cannot be a duplicate of itself")
        made: list[Change] = []
        for ticket_id in duplicates:
            _fold_one(edit, ticket_id, target, made, set(duplicates), copy_comments=copy_comments)
        _refuse_cycles(edit, target)
        edit.about = set(duplicates)
        edit.details = [f"duplicate of {target} {edit.ticket(target).title}"]
        outcome = None if dry_run else edit.commit()
        return MergedDuplicates(edit.ticket(target), duplicates, made, outcome)


def _end_of_chain(edit: Edit, part: str) -> str:
    """Return the ticket at the end of a chain of duplicates.

    Raise RefusedError for a cycle.
    """
    ticket = edit.ticket(part)
    seen = [ticket.id]
    while ticket.text("duplicate-of"):
        ticket = edit.ticket(ticket.text("duplicate-of"))
        if ticket.id in seen:
            raise RefusedError(f"{' -> '.join([*seen, ticket.id])}: these are duplicates of each other in a cycle")
        seen.append(ticket.id)
    return ticket.id


def _refuse_cycles(edit: Edit, target: str) -> None:
    """Raise RefusedError if the ticket now depends on itself, or is its own ancestor."""
    for field in ("deps", "parent"):
        chain = _way_back(edit, target, field)
        if chain:
            raise RefusedError(
                f"that would be a cycle ({field}): {' -> '.join(chain)}",
                hint="remove one of these references first: a ticket cannot depend on its own duplicate.",
            )


def _way_back(edit: Edit, target: str, field: str) -> list[str]:
    """Return a chain of references from a ticket back to itself, or an empty list."""
    came_from: dict[str, str] = {}
    stack = [target]
    while stack:
        here = stack.pop()
        path = edit.project.existing_path(here)
        if not path or edit.project.document_at(path).problems:
            continue
        for other in edit.ticket(here).items(field):
            if other == target:
                chain = [target, here]
                while chain[-1] != target:
                    chain.append(came_from[chain[-1]])
                return chain[::-1]
            if other not in came_from:
                came_from[other] = here
                stack.append(other)
    return []


def _fold_one(
    edit: Edit, ticket_id: str, target: str, made: list[Change], duplicates: set[str], *, copy_comments: bool
) -> None:
    project = edit.project
    duplicate = edit.ticket(ticket_id)
    if duplicate.text("duplicate-of") and _end_of_chain(edit, ticket_id) == target:
        raise RefusedError(f"{ticket_id} is a duplicate of {target} already")
    for ticket, field in references(project, ticket_id):
        if ticket.id in duplicates and field != "duplicate-of":
            continue
        before = edit.document(ticket.id).keys.get(field)
        _make(edit, made, Change(ticket.id, field, before, _redirected(before, ticket_id, target, ticket.id)))
    for field in ("tags", "links", "deps"):
        _add_items(edit, made, target, field, duplicate, duplicates)
    if duplicate.links:
        _set(edit, made, ticket_id, "links", [])
    _set(edit, made, ticket_id, "duplicate-of", target)
    resolution = RESOLUTION if RESOLUTION in project.config.resolutions else None
    ticket = edit.ticket(ticket_id)
    status = first_status(project, "done", ticket)
    changes = move(ticket, status, project.config, now=project.now, resolution=resolution, force=True)
    for change in changes:
        _make(edit, made, change)
    _add_comment(edit, duplicate, target, copy_comments=copy_comments)


def _redirected(value: Value | None, old: str, new: str, holder: str) -> Value | None:
    """Return a reference to the duplicate as one to the target: in a list once, and never in the target itself."""
    if not isinstance(value, list) and value == old:
        return new if new != holder else None
    items = dict.fromkeys(new if item == old else item for item in list_of(value))
    return [item for item in items if item != holder]


def _add_items(
    edit: Edit, made: list[Change], target: str, field: str, duplicate: Ticket, duplicates: set[str]
) -> None:
    """Add the duplicate's items to the target's list, except those that would make it depend on itself."""
    ticket = edit.ticket(target)
    items = [item for item in duplicate.items(field) if item not in ticket.items(field)]
    items = [item for item in items if item != target and item not in duplicates]
    if field == "deps":
        items = [item for item in items if not _makes_cycle(edit.project, target, item)]
    if items:
        _set(edit, made, target, field, [*ticket.items(field), *items])
    if field == "links":
        for item in items:
            if edit.project.existing_path(item):
                _set(edit, made, item, field, [*(link for link in edit.ticket(item).links if link != target), target])


def _makes_cycle(project: Project, ticket_id: str, dep: str) -> bool:
    try:
        refuse_cycle(project, ticket_id, dep)
    except RefusedError:
        return True
    return False


def _set(edit: Edit, made: list[Change], ticket_id: str, field: str, value: Value) -> None:
    _make(edit, made, Change(ticket_id, field, edit.document(ticket_id).keys.get(field), value))


def _make(edit: Edit, made: list[Change], change: Change) -> None:
    if change.before != change.after:
        edit.apply([change])
        made.append(change)


def _add_comment(edit: Edit, duplicate: Ticket, target: str, *, copy_comments: bool) -> None:
    """Add a comment to the target that names the duplicate, its reporter, and where its comments are."""
    project = edit.project
    comments = project.comments(edit.document(duplicate.id))
    rows = [f"Duplicate {duplicate.id}: {duplicate.title}"]
    if duplicate.text("reporter"):
        rows.append(f"Reported by {duplicate.text('reporter')}.")
    if duplicate.assignee:
        rows.append(f"Was assigned to {duplicate.assignee}.")
    if comments and not copy_comments:
        rows.append(f"{len(comments)} comment{'s' if len(comments) > 1 else ''} there: `tk show {duplicate.id}`.")
    edit.comment(target, "\n".join(rows))
    for comment in comments if copy_comments else ():
        edit.add_comment(target, comment._replace(text=f"{comment.text}\n\n(from {duplicate.id})"))
