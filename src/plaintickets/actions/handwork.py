"""Changes made by hand in an editor: checked, described, and committed as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.move import bring_back
from plaintickets.actions.new import refuse_missing
from plaintickets.core.dates import utc_text
from plaintickets.core.diff import changes
from plaintickets.core.document import Document, parse
from plaintickets.core.fields import find_field, read
from plaintickets.core.message import message
from plaintickets.core.problem import Problem
from plaintickets.core.ticket import priority_number
from plaintickets.errors import BrokenTicketError, GitRefusedError, RefusedError
from plaintickets.store import files
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.change import Change
    from plaintickets.core.ticket import Ticket
    from plaintickets.tracker import Tracker
    from plaintickets.transaction import Outcome

_TYPED = ("status", "type", "priority", "created", "closed", "due", "resolution")


class Handwork(NamedTuple):
    """What stands in the work tree and not in HEAD: the tickets, their changes, and what became of them."""

    tickets: list[Ticket]
    changes: list[Change]
    outcome: Outcome


def fault(tracker: Tracker, path: str, content: bytes, before: Document | None = None) -> str:
    """What is wrong with a ticket's new content, in a sentence, or nothing; what was wrong `before` may stay."""
    document = parse(content, path, tracker.config.format_max_file_size)
    if document.problems:
        return str(document.problems[0])
    named = document.keys.get("id", "")
    if named != files.id_of(path) and (before is None or before.keys.get("id") != named):
        return f"{path}:{document.line_of('id')}: the id is '{named}', the file's name says otherwise; use `tk mv`"
    for key in _TYPED:
        value = document.keys.get(key)
        if not value or (before is not None and before.keys.get(key) == value):
            continue
        field = find_field(tracker.config, key)
        known = value in field.values if key in ("status", "type", "resolution") else read(value, field) is not None
        if key == "priority":
            known = priority_number(str(value)) in range(len(field.values))
        if not known:
            allowed = f". Must be one of: {' '.join(field.values)}" if field.values else ""
            return f"{path}:{document.line_of(key)}: invalid {key} '{value}'{allowed}"
    return ""


def lacking(tracker: Tracker, path: str, content: bytes) -> str:
    """Which fields that its type requires a new ticket's content lacks, in a sentence, or nothing."""
    try:
        refuse_missing(tracker, parse(content, path))
    except RefusedError as error:
        return str(error)
    return ""


def content_of(tracker: Tracker, path: str) -> bytes:
    """A ticket file's bytes, whatever is wrong with them; raises BrokenTicketError where there are none to edit."""
    limit = tracker.config.format_max_file_size
    try:
        content = files.read_bytes(tracker.place.store, path, limit)
    except OSError as error:
        raise BrokenTicketError(Problem(path, 0, "unreadable", f"cannot be read: {error.strerror}")) from None
    if len(content) > limit:
        raise BrokenTicketError(parse(content, path, limit).problems[0])
    return content


def apply_edited(tracker: Tracker, path: str, started: bytes, edited: bytes, *, subject: str = "") -> Handwork:
    """Puts an edited text in place of a ticket's, field by field where the ticket has changed meanwhile.

    A status set by hand has the consequences that `tk close` and `tk reopen` give it.
    """
    limit = tracker.config.format_max_file_size
    before, after = parse(started, path, limit), parse(edited, path, limit)
    after = _with_consequences(tracker, before, after)
    ticket_id = files.id_of(path)
    made = changes(before, after, ticket_id)
    with tracker.edit("edit") as edit:
        edit.subject = subject or subject_of(tracker, "edit", ticket_of(after), made)
        if content_of(tracker, path) == started:
            edit.overwrite(path, started, after)
        else:
            edit.apply(made)
        bring_back(edit, ticket_id)
        return Handwork([edit.ticket(ticket_id)], made, edit.commit())


def _with_consequences(tracker: Tracker, before: Document, after: Document) -> Document:
    """The edited ticket with `closed` and `resolution` following its status, unless they were edited too."""
    old, new = ticket_of(before), ticket_of(after)
    is_done = tracker.config.is_done
    if before.problems or is_done(old.status) == is_done(new.status):
        return after
    wanted = {"closed": utc_text(tracker.now)} if is_done(new.status) else {"closed": None, "resolution": None}
    for key, value in wanted.items():
        if after.keys.get(key) == before.keys.get(key):
            after = after.with_key(key, value)
    return after


def subject_of(tracker: Tracker, verb: str, ticket: Ticket, made: Sequence[Change]) -> str:
    """A subject that names the fields that changed, unless the configuration has a template of its own."""
    if tracker.config.source("commit.template") != "default" or not made:
        return ""
    fields = list(dict.fromkeys(change.field for change in made))
    shown = ", ".join(fields[:4]) + ("…" if len(fields) > 4 else "")
    return f"tk: {verb} {ticket.id} {shown}"


def commit_handwork(tracker: Tracker, parts: Sequence[str], *, subject: str = "") -> Handwork:
    """Commits ticket files as they stand in the work tree; all that differ from HEAD, or those named.

    Raises BrokenTicketError for a file that breaks the format, RefusedError where there is nothing to commit.
    """
    git = tracker.git
    if git is None:
        raise GitRefusedError("not a git repository, so there is nothing to commit to")
    from plaintickets.history import revisions
    from plaintickets.transaction import CommitSettings, Writer

    prefix = "" if tracker.place.prefix == "." else tracker.place.prefix + "/"
    wanted = {prefix + tracker.path_of(part) for part in parts}
    paths = [path for path in revisions.changed_paths(git, tracker.place.prefix) if not wanted or path in wanted]
    paths = [path for path in paths if _is_ticket(path.removeprefix(prefix))]
    if not paths:
        raise RefusedError("no ticket differs from the last commit")
    old = revisions.contents(git, "HEAD", paths)
    tickets, made, verbs = [], [], []
    for path in paths:
        ticket, found, verb = _compared(tracker, path.removeprefix(prefix), old.get(path))
        tickets.append(ticket)
        made += found
        verbs.append(verb)
    verb = verbs[0] if len(set(verbs)) == 1 else "edit"
    if not subject and len(tickets) == 1 and verb == "edit":
        subject = subject_of(tracker, verb, tickets[0], made)
    config = tracker.config
    text = message(verb, tickets, config.commit_template, trailer=config.commit_trailer, subject=subject)
    settings = CommitSettings("auto", config.commit_verify, config.commit_sync, config.commit_detached)
    stamp = tracker.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    with Writer(tracker.place, settings, lambda: git, stamp, tracker.around.notify) as writer:
        return Handwork(tickets, made, writer.commit_as_is(paths, text))


def _is_ticket(path: str) -> bool:
    return path.endswith(".md") and files.is_safe_id(files.id_of(path)) and files.id_of(path).lower() != "readme"


def _compared(tracker: Tracker, path: str, old: bytes | None) -> tuple[Ticket, list[Change], str]:
    """A file beside its state in HEAD: the ticket, its changes, and whether it is new, edited or removed."""
    before = parse(old, path) if old is not None else None
    if before is not None and before.problems:
        before = None
    current = tracker.document_at(path)
    if [problem.code for problem in current.problems] == ["unreadable"] and before is not None:
        return ticket_of(before), changes(before, None, files.id_of(path)), "rm"
    problem = fault(tracker, path, current.to_bytes(), before)
    if current.problems or problem:
        raise BrokenTicketError(problem or current.problems[0])
    verb = "new" if old is None else "edit"
    return ticket_of(current), changes(before, current, files.id_of(path)), verb
