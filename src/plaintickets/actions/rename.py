"""Rename, remove and archive tickets without dangling references."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.attachment_links import with_folder
from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.change import Change
from plaintickets.core.moments import utc_day
from plaintickets.core.paths import is_reserved, is_ticket_id
from plaintickets.core.ticket import list_of
from plaintickets.errors import RefusedError, UsageError
from plaintickets.store import comment_files, files, names

ARCHIVED_DAYS = 90
"""After how many days a closed ticket is old enough for the archive."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.frontmatter import Value
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome


_OWN_ID = re.compile(r"[\w.-]+")  # existing ids may have other characters; ids created by tk do not


class Removed(NamedTuple):
    """The removed tickets, the tickets whose references were removed, and the commit."""

    gone: list[str]
    touched: list[str]
    outcome: Outcome


class Renamed(NamedTuple):
    """The changed tickets, those with the old id still in their text, and the outcome."""

    touched: list[str]
    mentions: list[str]
    outcome: Outcome


def reference_fields(project: Project) -> list[str]:
    """Return the fields that hold ids of tickets, without `id` itself."""
    builtin = [field.name for field in BUILTIN_FIELDS.values() if field.type == "ticket" and field.name != "id"]
    return [*builtin, *(field.name for field in project.config.fields if field.type == "ticket")]


def references(project: Project, ticket_id: str) -> list[tuple[Ticket, str]]:
    """Return the tickets that refer to one, each with the field."""
    return all_references(project).get(ticket_id, [])


def all_references(project: Project) -> dict[str, list[tuple[Ticket, str]]]:
    """Return for each id the tickets that refer to it, each with the field; one walk for all ids."""
    fields = reference_fields(project)
    found: dict[str, list[tuple[Ticket, str]]] = {}
    for ticket in sorted(project.reading.tickets.values(), key=lambda ticket: ticket.id):
        for field in fields:
            for other in dict.fromkeys(list_of(ticket.keys.get(field))):
                if other != ticket.id:
                    found.setdefault(other, []).append((ticket, field))
    return found


def rename(project: Project, part: str, new_id: str, *, texts: bool = False, subject: str = "") -> Renamed:
    """Give a ticket another id, in every field that refers to it and, with `texts`, in every text."""
    if not is_ticket_id(new_id) or not _OWN_ID.fullmatch(new_id):
        raise UsageError(
            f"'{new_id}' cannot be an id", hint="letters, digits, '-', '_' and '.', not beginning with '-' or '.'."
        )
    if is_reserved(new_id):
        raise RefusedError(
            f"'{new_id}' cannot be an id: Windows reserves that name for a device", hint=f"for example `x-{new_id}`."
        )
    with project.edit("mv") as edit:
        document = edit.document(part)
        old_id = files.id_of(document.path)
        if old_id == new_id:
            raise RefusedError(f"{old_id} has that id already")
        project.refuse_ignored(new_id)
        if new_id in names.ticket_paths(project.place.store) or new_id in map(files.id_of, project.left_out):
            raise RefusedError(f"{new_id} exists already", hint=f"see `tk show {new_id}`.")
        folder = document.path.rpartition("/")[0]
        new_path = f"{folder}/{new_id}.md" if folder else f"{new_id}.md"
        _refuse_other_spelling(project, new_path)
        _refuse_left_comments(project, new_path)
        _refuse_hidden_reference(project, old_id)
        edit.subject, edit.standard = subject, f"tk: mv {old_id} -> {new_id}"
        edit.about = {new_id}
        touched = [new_id]
        for ticket, field in references(project, old_id):
            before = ticket.keys.get(field)
            edit.apply([Change(ticket.id, field, before, _replaced(before, old_id, new_id))])
            touched.append(ticket.id)
        mentions = _mentions(project, old_id)
        if texts:
            for ticket_id in mentions:
                _replace_in_texts(edit.document(ticket_id).path, old_id, new_id, edit)
        _move_links(edit, old_id, new_id)
        edit.relocate(old_id, new_path)
        edit.apply([Change(new_id, "id", edit.document(new_id).keys.get("id"), new_id)])
        outcome = edit.commit()
    left = [] if texts else [new_id if name == old_id else name for name in mentions]
    return Renamed(list(dict.fromkeys(touched)), left, outcome)


def _refuse_other_spelling(project: Project, path: str) -> None:
    """Refuse a path that the file system takes for a file of another name."""
    if os.path.lexists(f"{project.place.store}/{path}"):
        raise RefusedError(
            f"this file system takes {path} for a file that differs in letter case or in Unicode form only",
            hint="choose another id; to change only the case, give the ticket a third id in between.",
        )


def _refuse_left_comments(project: Project, path: str) -> None:
    """Refuse if a folder of comments without a ticket would become the ticket's own."""
    folder = comment_files.folder_of(path)
    if os.path.lexists(f"{project.place.store}/{folder}"):
        raise RefusedError(
            f"{folder} exists already, and would become the comments of {files.id_of(path)}",
            hint="move or remove that folder, or choose another id.",
        )


def _refuse_hidden_reference(project: Project, ticket_id: str) -> None:
    """Refuse if a value of the wrong type, which can only be edited by hand, names the ticket."""
    pattern = _mention(ticket_id)
    for problem in project.reading.problems:
        if problem.code == "wrong-shape" and pattern.search("\n".join(project.document_at(problem.path).front_lines)):
            raise RefusedError(
                f"{problem} names {ticket_id}", hint="fix that file in an editor, so that the reference can be changed."
            )


def _replaced(value: Value | None, old_id: str, new_id: str | None) -> Value | None:
    if isinstance(value, list) or value != old_id:  # ids separated by commas are a list too
        items = value if isinstance(value, list) else list_of(value)
        kept = [new_id if item == old_id else item for item in items]
        return [item for item in kept if item is not None]
    return new_id


def _mention(ticket_id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(ticket_id)}(?![\w-]|\.\w)")


def _mentions(project: Project, ticket_id: str) -> list[str]:
    """Return the tickets whose text or comments hold the id as a word."""
    pattern = _mention(ticket_id)
    tickets = project.reading.tickets.values()
    return sorted(
        ticket.id
        for ticket in tickets
        if any(pattern.search(project.document_at(path).body) for path in _texts(project, ticket.path))
    )


def _texts(project: Project, path: str) -> list[str]:
    """Return the store paths of a ticket's file and of its comments' files."""
    return [path, *comment_files.paths(project.place.store, path)]


def _replace_in_texts(path: str, old_id: str, new_id: str, edit: Edit) -> None:
    """Replace the id in a ticket's text and its comments, except in an unreadable comment file."""
    pattern = _mention(old_id)
    for place in _texts(edit.project, path):
        if place == path or not edit.project.document_at(place).problems:
            document = edit.document_at(place)
            if pattern.search(document.body):
                edit.replace(document, document.with_body(pattern.sub(new_id, document.body)).to_bytes())


def _move_links(edit: Edit, old_id: str, new_id: str) -> None:
    """Change the links of a ticket's text to its own files, whose folder has its id."""
    document = edit.document(old_id)
    body = with_folder(document.body, f"{old_id}.d", f"{new_id}.d")
    if body != document.body:
        edit.replace(document, document.with_body(body).to_bytes())


def remove(project: Project, parts: Sequence[str], *, force: bool = False, subject: str = "") -> Removed:
    """Remove tickets. Refuse if others refer to them; with `force`, remove the references."""
    with project.edit("rm") as edit:
        edit.subject = subject
        gone = {files.id_of(edit.document(part).path) for part in parts}
        edit.about = gone
        touched: list[str] = []
        referring = all_references(project)
        for ticket_id in sorted(gone):
            found = [(ticket, field) for ticket, field in referring.get(ticket_id, ()) if ticket.id not in gone]
            if found and not force:
                shown = ", ".join(f"{ticket.id} ({field})" for ticket, field in found[:10])
                raise RefusedError(
                    f"{ticket_id} is referred to by {shown}",
                    hint="close it instead, or remove the references with --force.",
                )
            if not force:
                _refuse_hidden_reference(project, ticket_id)
            for ticket, field in found:
                before = edit.document(ticket.id).keys.get(field)
                edit.apply([Change(ticket.id, field, before, _replaced(before, ticket_id, None))])
                touched.append(ticket.id)
        for ticket_id in sorted(gone):
            edit.remove(ticket_id)
        return Removed(sorted(gone), list(dict.fromkeys(touched)), edit.commit())


def archive(project: Project, tickets: Sequence[Ticket], *, subject: str = "") -> Renamed:
    """Move tickets to the archive folder of the year in which they were closed."""
    with project.edit("archive") as edit:
        edit.subject = subject
        edit.standard = f"tk: archive {len(tickets)} ticket{'s' if len(tickets) != 1 else ''}"
        moved = archive_in(edit, tickets)
        return Renamed(moved, [], edit.commit())


def archive_in(edit: Edit, tickets: Sequence[Ticket]) -> list[str]:
    """Move the closed ones of some tickets to the archive in an edit, and return their ids."""
    project = edit.project
    moved = []
    for ticket in tickets:
        current = edit.ticket(ticket.id)
        if not project.config.is_done(current.status) or current.path.startswith(files.ARCHIVE + "/"):
            continue
        closed = utc_day(current.closed) or current.closed
        year = (closed or utc_day(current.created) or current.created)[:4]
        year = year if year.isdigit() else f"{project.now.year:04}"
        edit.relocate(current.id, f"{files.ARCHIVE}/{year}/{current.id}.md")
        moved.append(current.id)
    return moved


def closed_before(project: Project, day: str) -> list[Ticket]:
    """Return the closed tickets outside the archive that were closed before a day, by id; or else created."""
    tickets = sorted(project.reading.tickets.values(), key=lambda ticket: ticket.id)
    return [
        ticket
        for ticket in tickets
        if project.config.is_done(ticket.status)
        and not ticket.path.startswith(files.ARCHIVE + "/")
        and (utc_day(ticket.closed or ticket.created) or (ticket.closed or ticket.created or "9999")[:10]) < day
    ]
