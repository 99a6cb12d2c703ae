"""Add and remove dependencies and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.change import Change
from plaintickets.core.links import Graph
from plaintickets.core.ticket import list_of
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.frontmatter import Value
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome


class Related(NamedTuple):
    """A changed relation: the ids, the number of changed list entries, the outcome, and the ids added or removed."""

    ids: list[str]
    changed: int
    outcome: Outcome
    moved: Sequence[str] = ()


def depend(project: Project, part: str, dep_parts: Sequence[str], *, subject: str = "") -> Related:
    """Make a ticket depend on others; refuse a cycle."""
    with project.edit("dep") as edit:
        edit.subject = subject
        ticket = edit.ticket(part)
        deps = [edit.ticket(dep).id for dep in dep_parts]
        new = [dep for dep in dict.fromkeys(deps) if dep not in ticket.deps]
        for dep in new:
            refuse_cycle(project, ticket.id, dep)
        if new:
            set_list(edit, ticket.id, "deps", [*ticket.deps, *new])
            edit.details = [f"waits for {dep}" for dep in new]
        return Related([ticket.id, *deps], len(new), edit.commit(), new)


def undepend(project: Project, part: str, dep_parts: Sequence[str], *, subject: str = "") -> Related:
    """Remove dependencies of a ticket; one that no longer exists is named as in the list."""
    with project.edit("undep") as edit:
        edit.subject = subject
        ticket = edit.ticket(part)
        deps = [dep if dep in ticket.deps else edit.ticket(dep).id for dep in dep_parts]
        gone = [dep for dep in dict.fromkeys(deps) if dep in ticket.deps]
        if gone:
            set_list(edit, ticket.id, "deps", [dep for dep in ticket.deps if dep not in gone])
            edit.details = [f"no longer waits for {dep}" for dep in gone]
        return Related([ticket.id, *deps], len(gone), edit.commit(), gone)


def link(project: Project, parts: Sequence[str], *, subject: str = "") -> Related:
    """Link each of the tickets with each other, in both directions."""
    with project.edit("link") as edit:
        edit.subject = subject
        ids = list(dict.fromkeys(edit.ticket(part).id for part in parts))
        if len(ids) < 2:
            raise RefusedError("a ticket is not linked to itself", hint="name two different tickets.")
        count = 0
        for ticket_id in ids:
            links = edit.ticket(ticket_id).links
            new = [other for other in ids if other != ticket_id and other not in links]
            if new:
                set_list(edit, ticket_id, "links", [*links, *new])
                count += len(new)
        return Related(ids, count, edit.commit())


def unlink(project: Project, part: str, target_part: str, *, subject: str = "") -> Related:
    """Remove the link between two tickets, on both sides."""
    with project.edit("unlink") as edit:
        edit.subject = subject
        ids = [edit.ticket(part).id]
        links = edit.ticket(ids[0]).links
        ids.append(target_part if target_part in links else edit.ticket(target_part).id)
        count = 0
        for ticket_id, other in (ids, ids[::-1]):
            if not _exists(edit, ticket_id):
                continue
            links = edit.ticket(ticket_id).links
            if other in links:
                set_list(edit, ticket_id, "links", [kept for kept in links if kept != other])
                count += 1
        return Related(ids, count, edit.commit())


def _exists(edit: Edit, ticket_id: str) -> bool:
    from plaintickets.store.names import ticket_paths

    return ticket_id in ticket_paths(edit.project.place.store)


def set_list(edit: Edit, ticket_id: str, key: str, items: Sequence[str]) -> None:
    """Give a ticket other items in a list of relations, if they differ."""
    before = edit.document(ticket_id).keys.get(key)
    after: Value = list(items)
    if list_of(before) != tuple(items):
        edit.apply([Change(ticket_id, key, before, after)])


def refuse_cycle(project: Project, ticket_id: str, dep: str) -> None:
    """Raise RefusedError if `dep` depends on the ticket, directly or through others."""
    if ticket_id == dep:
        raise RefusedError(f"{ticket_id} cannot depend on itself")
    path = _dependency_path(project, dep, ticket_id)
    if path:
        circle = " -> ".join([ticket_id, *path])
        raise RefusedError(f"that would be a cycle: {circle}", hint="remove one of these dependencies first.")


def _dependency_path(project: Project, start: str, goal: str) -> list[str]:
    """Return a chain of dependencies, read file by file: most chains are short."""
    from plaintickets.store.reading import ticket_of

    tickets = {}
    frontier = [start]
    while frontier:
        name = frontier.pop()
        if name in tickets:
            continue
        path = project.existing_path(name)
        document = project.document_at(path) if path else None
        if document is None or document.problems:
            continue
        tickets[name] = ticket_of(document)
        frontier.extend(tickets[name].deps)
    return Graph(tickets, set(), lambda _status: False).path_to(start, goal) if goal in tickets else []


def refuse_parent_cycle(project: Project, ticket_id: str, parent: str) -> None:
    """Raise RefusedError if the ticket would be its own ancestor."""
    seen = [ticket_id]
    while parent:
        if parent in seen:
            raise RefusedError(f"that would make {parent} its own ancestor: {' -> '.join([*seen, parent])}")
        seen.append(parent)
        path = project.existing_path(parent)
        if not path:
            return
        parent = str(project.document_at(path).keys.get("parent") or "")
