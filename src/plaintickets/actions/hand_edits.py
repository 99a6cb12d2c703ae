"""Check, describe and commit changes made by hand in an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import unarchive
from plaintickets.actions.guards import hold_guards, prepare, unmet_at_entry
from plaintickets.actions.new import UNTITLED, refuse_missing
from plaintickets.actions.set import ALWAYS
from plaintickets.core.builtinfields import BUILTIN_FIELDS, described_fields
from plaintickets.core.change import BODY, COMMENT, TITLE, Change
from plaintickets.core.comments import comment_of
from plaintickets.core.dates import utc_text
from plaintickets.core.diff import changes
from plaintickets.core.document import Document, parse
from plaintickets.core.fields import find_field, read
from plaintickets.core.ids import named
from plaintickets.core.message import message
from plaintickets.core.paths import git_lead
from plaintickets.core.problem import Problem
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.ticket import priority_number
from plaintickets.core.ticket_parts import comment_value
from plaintickets.errors import BrokenTicketError, GitRefusedError, RefusedError, TicketNotFoundError
from plaintickets.store import files
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome

_TYPED = ("status", "type", "priority", "created", "closed", "due", "resolution")


class HandEdits(NamedTuple):
    """The differences of the work tree from HEAD: the tickets, their changes, and the outcome."""

    tickets: list[Ticket]
    changes: list[Change]
    outcome: Outcome
    verbs: Mapping[str, str] = {}  # by id, `new` or `removed`; other tickets are not here


def fault(project: Project, path: str, content: bytes, before: Document | None = None) -> str:
    """Return what is wrong with a ticket's new content, or nothing; errors that `before` has are allowed."""
    document = parse(content, path, project.config.format_max_file_size)
    if document.problems:
        return str(document.problems[0])
    named = document.keys.get("id", "")
    if named != files.id_of(path) and (before is None or before.keys.get("id") != named):
        return f"{path}:{document.line_of('id')}: the id is '{named}', but the file has another name; use `tk mv`"
    for key in _TYPED:
        value = document.keys.get(key)
        if not value or (before is not None and before.keys.get(key) == value):
            continue
        field = find_field(project.config, key)
        known = value in field.values if key in ("status", "type", "resolution") else read(value, field) is not None
        if key == "priority":
            known = priority_number(str(value)) in range(len(field.values))
        if not known:
            allowed = f". Must be one of: {' '.join(field.values)}" if field.values else ""
            return f"{path}:{document.line_of(key)}: invalid {key} '{value}'{allowed}"
    return ""


def untitled(path: str, content: bytes) -> str:
    """Return a sentence with the line where a new ticket's title is missing, or nothing."""
    document = parse(content, path)
    if document.title and document.title != UNTITLED:
        return ""
    lines = content.decode(errors="replace").split("\n")
    end = next((at for at, line in enumerate(lines[1:], 2) if line.rstrip() == "---"), 1)
    heading = next((at for at, line in enumerate(lines[end:], end + 1) if line.strip() in ("#", f"# {UNTITLED}")), end)
    return f"{path}:{heading}: the title is missing; write it after `# `"


def lacking(project: Project, path: str, content: bytes) -> str:
    """Return a sentence about the required fields that a new ticket's content lacks, or nothing."""
    try:
        refuse_missing(project, parse(content, path))
    except RefusedError as error:
        return str(error)
    return ""


def content_of(project: Project, path: str) -> bytes:
    """Return the bytes of a ticket file, valid or not.

    Raise BrokenTicketError if the file cannot be read.
    """
    limit = project.config.format_max_file_size
    try:
        content = files.read_bytes(project.place.store, path, limit)
    except OSError as error:
        raise BrokenTicketError(Problem(path, 0, "unreadable", f"cannot be read: {error.strerror}")) from None
    if len(content) > limit:
        raise BrokenTicketError(parse(content, path, limit).problems[0])
    return content


def apply_edited(project: Project, path: str, started: bytes, edited: bytes, *, subject: str = "") -> HandEdits:
    """Write an edited text; if the ticket has changed meanwhile, merge field by field.

    A changed status has the same consequences as `tk close` and `tk reopen`.
    """
    limit = project.config.format_max_file_size
    before, after = parse(started, path, limit), parse(edited, path, limit)
    after = _with_consequences(project, before, after)
    ticket_id = files.id_of(path)
    made = changes(before, after, ticket_id)
    with project.edit("edit") as edit:
        edit.subject, edit.standard = subject, standard_subject("edit", ticket_of(after), made)
        if content_of(project, path) == started:
            edit.overwrite(path, started, after)
        else:
            edit.apply(made)
        unarchive(edit, ticket_id)
        commented = {ticket_id} if any(change.field == COMMENT and change.after for change in made) else ()
        hold_guards(edit, {ticket_id: ticket_of(before)}, commented=commented, forced_by="`tk status … --force`")
        return HandEdits([edit.ticket(ticket_id)], made, edit.commit())


def remarks_of(project: Project, made: Sequence[Change]) -> list[str]:
    """Return a sentence for each unknown key that an edit added, and each key of the format that it removed."""
    known = described_fields(project.config)
    remarks = []
    for change in made:
        if change.field in BUILTIN_FIELDS and change.after is None and change.field in ALWAYS:
            remarks.append(f"note: the ticket has no {change.field} any more")
        elif change.field not in {*known, BODY, COMMENT, TITLE} and change.before is None:
            near = did_you_mean(change.field, known) or "`fields` in config.yml describes fields of your own."
            remarks.append(f"note: '{change.field}' is not a known field. {near}")
    return remarks


def _with_consequences(project: Project, before: Document, after: Document) -> Document:
    """Return the edited ticket with `closed` and `resolution` set by its status, unless edited."""
    old, new = ticket_of(before), ticket_of(after)
    is_done = project.config.is_done
    if before.problems or is_done(old.status) == is_done(new.status):
        return after
    wanted = {"closed": utc_text(project.now)} if is_done(new.status) else {"closed": None, "resolution": None}
    for key, value in wanted.items():
        if after.keys.get(key) == before.keys.get(key):
            after = after.with_key(key, value)
    return after


def standard_subject(verb: str, ticket: Ticket, made: Sequence[Change]) -> str:
    """Return a subject that names the changed fields; nothing if no field changed."""
    if not made:
        return ""
    fields = list(dict.fromkeys(change.field for change in made))
    shown = ", ".join(fields[:4]) + ("…" if len(fields) > 4 else "")
    return f"tk: {verb} {ticket.id} {shown}"


def commit_hand_edits(project: Project, parts: Sequence[str], *, force: bool = False, subject: str = "") -> HandEdits:
    """Commit the ticket files of the work tree: all that differ from HEAD, or the named ones.

    Raise BrokenTicketError for a file that breaks the format, RefusedError if there is nothing to commit, GuardError
    unless `force`.
    """
    git = project.git
    if git is None:
        raise GitRefusedError("not a git repository, so there is nothing to commit to")
    from plaintickets.git import revisions
    from plaintickets.git.head import refuse_under_way
    from plaintickets.write.edit import Edit

    refuse_under_way(project.place.git_dir)
    prefix = git_lead(project.place.prefix)
    changed = [path.removeprefix(prefix) for path in revisions.changed_paths(git, project.place.prefix)]
    changed = [path for path in changed if files.is_ticket_path(files.ticket_path(path))]
    wanted = {_path_of(project, part, changed) for part in parts}
    chosen = [path for path in changed if not wanted or files.ticket_path(path) in wanted]
    if not chosen:
        raise RefusedError("no ticket differs from the last commit")
    paths = [prefix + path for path in chosen]
    old = revisions.contents(git, "HEAD", paths)
    found = [_compared(project, path, old.get(prefix + path)) for path in chosen]
    tickets = list({row.ticket.id: row.ticket for row in sorted(found, key=lambda row: row.ticket.id)}.values())
    made = [change for row in found for change in row.changes]
    verbs = {row.verb for row in found}
    verb = verbs.pop() if len(verbs) == 1 else "edit"
    named = standard_subject(verb, tickets[0], made) if len(tickets) == 1 and verb == "edit" else ""
    config = project.config
    before = {files.id_of(path): old[prefix + path] for path in chosen if prefix + path in old}
    forced = _held(project, tickets, before, made, force=force) if config.has_guards else []
    wording = {"trailer": config.commit_trailer, "subject": subject, "standard": named}
    text = message(verb, tickets, config.commit_template, details=forced, **wording)
    with Edit(project, verb, mode="auto") as edit:
        words = {row.ticket.id: {"new": "new", "rm": "removed"}.get(row.verb, "") for row in found[::-1]}
        return HandEdits(tickets, made, edit.commit_as_is(paths, text), words)


def _held(
    project: Project, tickets: Sequence[Ticket], before: Mapping[str, bytes], made: Sequence[Change], *, force: bool
) -> list[str]:
    """Return a line for each ticket that enters a status without what it needs there; refuse it unless `force`."""
    from plaintickets.core.servicedesk.guards import GuardError, forced_line

    commented = {change.ticket for change in made if change.field == COMMENT and change.after}
    old = {ticket_id: parse(content, f"{ticket_id}.md") for ticket_id, content in before.items()}
    earlier = {name: ticket_of(document) for name, document in old.items() if not document.problems}
    prepare(project, tickets, earlier)
    lines = []
    for ticket in tickets:
        if not project.existing_path(ticket.id):
            continue
        document = project.document_at(ticket.path)
        was = earlier.get(ticket.id)
        found = unmet_at_entry(project, was, document, {}, is_commented=ticket.id in commented)
        if found and not force:
            raise GuardError(ticket.id, ticket.status, found)
        lines += [forced_line(ticket.id, ticket.status, found)] if found else []
    return lines


def _path_of(project: Project, part: str, changed: Sequence[str]) -> str:
    """Return the store path of the ticket that a part of an id names, even if it was removed by hand."""
    try:
        return project.path_of(part)
    except TicketNotFoundError:
        gone = {files.id_of(path): path for path in changed if path == files.ticket_path(path)}
        gone_ids = named(part.strip(), gone)
        if len(gone_ids) != 1:
            raise
        return gone[gone_ids[0]]


class _Compared(NamedTuple):
    """A file compared with HEAD: its ticket, the changes, and whether it is new, edited or removed."""

    ticket: Ticket
    changes: list[Change]
    verb: str


def _compared(project: Project, path: str, old: bytes | None) -> _Compared:
    before = parse(old, path) if old is not None else None
    if before is not None and before.problems:
        before = None
    current = project.document_at(path)
    removed = old is not None and [problem.code for problem in current.problems] == ["unreadable"]
    if files.ticket_path(path) != path:
        return _compared_remark(project, path, before, None if removed else current)
    if removed and before is not None:
        return _Compared(ticket_of(before), changes(before, None, files.id_of(path)), "rm")
    problem = fault(project, path, current.to_bytes(), before)
    if current.problems or problem:
        raise BrokenTicketError(problem or current.problems[0])
    verb = "new" if old is None else "edit"
    return _Compared(ticket_of(current), changes(before, current, files.id_of(path)), verb)


def _compared_remark(project: Project, path: str, before: Document | None, after: Document | None) -> _Compared:
    """Return a comment file compared with HEAD."""
    if after is not None and after.problems:
        raise BrokenTicketError(after.problems[0])
    owner = ticket_of(project.document_at(files.ticket_path(path)))
    if after is None and not project.existing_path(owner.id):  # its ticket was removed too
        return _Compared(owner, [], "rm")
    old = comment_value(comment_of(before)) if before is not None else None
    new = comment_value(comment_of(after)) if after is not None else None
    verb = "comment" if before is None else "edit"
    return _Compared(owner, [Change(owner.id, COMMENT, old, new)] if old != new else [], verb)
