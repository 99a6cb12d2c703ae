"""Create a ticket."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.given_values import checked_value, file_id, moment
from plaintickets.actions.guards import hold_guards
from plaintickets.core import ids
from plaintickets.core.document import Document, parse
from plaintickets.core.fields import find_field, free_text, one_line
from plaintickets.core.fields import parse as parse_field
from plaintickets.core.paths import is_reserved
from plaintickets.core.split import joined
from plaintickets.core.ticket import list_of
from plaintickets.core.workflow import MissingFieldsError, MissingSectionsError, check_required
from plaintickets.errors import RefusedError, TicketsError, UnreadableError, UsageError
from plaintickets.store import files, names
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.config import Config
    from plaintickets.core.draft import Draft
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.template import Template
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

UNTITLED = "Untitled"


class Missing(NamedTuple):
    """The fields and the headings that a new ticket lacks."""

    fields: list[str]
    sections: list[str]


class Created(NamedTuple):
    """A new ticket and the outcome of its commit."""

    document: Document
    outcome: Outcome


def create(project: Project, draft: Draft, *, subject: str = "", routes: bool = False) -> Created:
    """Create a ticket; with `routes`, give it to whom the routes find.

    Raise UsageError for a bad value, RefusedError for an external reference that another ticket has.
    """
    with project.edit("new") as edit:
        edit.subject = subject
        document = add(edit, draft)
        if routes:
            give(edit, document)
        hold_guards(edit, {files.id_of(document.path): None}, forced_by="")
        return Created(document, edit.commit())


def give(edit: Edit, document: Document) -> None:
    """Give a new ticket of an edit to whom the routes find; say who it is, or why it is nobody."""
    from plaintickets.actions.route import route_in
    from plaintickets.render.routing import given_line

    found = route_in(edit, [files.id_of(document.path)])
    for problem in found.problems:
        edit.project.around.notify(f"warning: {problem.path}:{problem.line}: {problem.message}")
    for one in found.given:
        edit.project.around.notify(f"{'note' if one.assignee else 'warning'}: {given_line(one, is_done=True)}")


def _refuse_reserved(ticket_id: str, source: str) -> None:
    """Refuse an id that is not a valid file name on Windows."""
    if is_reserved(ticket_id):
        raise RefusedError(
            f"'{ticket_id}' cannot be an id: Windows reserves that name for a device",
            hint=f"`prefix` at {source} begins it.",
        )


def add(edit: Edit, draft: Draft) -> Document:
    """Add a new ticket with its comments to an edit, under an id that neither the store nor the edit holds.

    Raise UsageError for a bad value, RefusedError for an external reference that another ticket has.
    """
    return NewTickets(edit).add(draft)


class NewTickets:
    """The tickets that one edit adds; ids and references are read once, so that n drafts take n steps."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self._ids = FreeIds(edit.project, edit.new_ids())
        self._latest: list[str] = []

    @cached_property
    def references(self) -> dict[str, Ticket]:
        """Return the ticket of each external reference; reading all tickets waits until a draft has one."""
        tickets = (*self._edit.project.reading.tickets.values(), *self._edit.new_tickets())
        return {reference: ticket for ticket in tickets for reference in _references(ticket.raw("external-ref"))}

    def add(self, draft: Draft) -> Document:
        """Add a new ticket with its comments.

        Raise UsageError for a bad value, RefusedError for an external reference that another ticket has.
        """
        edit = self._edit
        self._latest = []
        document = build(edit.project, draft, free_ids=self._ids)
        for reference in _references(document.keys.get("external-ref", "")):
            if reference in self.references:
                raise _second(reference, self.references[reference])
            self.references[reference] = ticket_of(document)
            self._latest.append(reference)
        edit.create(document)
        ticket_id = files.id_of(document.path)
        for comment in draft.comments:
            edit.add_comment(ticket_id, comment)
        return edit.document(ticket_id)

    def add_guarded(self, draft: Draft) -> Document:
        """Add a new ticket that meets the guards of its status.

        Raise TicketsError, with the edit as it was, for one that does not, and as `add` does.
        """
        state = self._edit.state()
        try:
            document = self.add(draft)
            hold_guards(self._edit, {files.id_of(document.path): None}, forced_by="")
        except TicketsError:
            self._edit.return_to(state)
            for reference in self._latest:
                del self.references[reference]
            raise
        return document


def _references(value: Value) -> tuple[str, ...]:
    """Return the references that a value holds; a text is one, whatever commas it has."""
    return list_of(value) if isinstance(value, list) else (str(value),) if value else ()


class FreeIds:
    """Ids that no ticket has; `held` are in use although no file has them yet."""

    def __init__(self, project: Project, held: Iterable[str] = ()) -> None:
        self._project = project
        self._taken = dict.fromkeys(
            [*names.ticket_paths(project.place.store), *map(files.id_of, project.left_out), *held]
        )
        config = project.config
        self._prefix = ids.choose_prefix(config.prefix, self._taken, project.shared_name)

    def __contains__(self, ticket_id: str) -> bool:
        return ticket_id in self._taken

    @property
    def are_all_free(self) -> bool:
        """Tell whether there is no ticket."""
        return not self._taken

    def hold(self, ticket_id: str) -> None:
        """Note that an id is in use from now on; raise RefusedError for one whose file nobody would see."""
        self._project.refuse_ignored(ticket_id)
        self._taken[ticket_id] = None

    def take(self) -> str:
        """Return a free id, which is in use from now on."""
        project = self._project
        ticket_id = ids.new_id(self._prefix, self._taken, project.around.random_below)
        project.refuse_ignored(ticket_id)
        _refuse_reserved(ticket_id, project.config.source("prefix"))
        self._taken[ticket_id] = None
        return ticket_id


def build(
    project: Project, draft: Draft, *, complete: bool = True, empties: bool = True, free_ids: FreeIds | None = None
) -> Document:
    """Return the document of a new ticket, under a free id; with `complete` it has all required fields.

    Without `complete`, the fields that the type requires or offers are there, empty, unless `empties` is off.
    Raise MissingFieldsError if `complete` and a required field is missing.
    """
    config = project.config
    kind = draft.values.get("type") or config.default_type
    kind = str(parse_field(kind, find_field(config, "type"), project.now))
    template = template_of(project, kind)
    draft = _with_template(draft, template)
    ticket_id = (free_ids or FreeIds(project)).take()
    keys = front_keys(project, ticket_id, draft)
    if not complete and empties:
        known = config.ticket_type(kind)
        for name in (*known.required, *known.offered) if known else ():
            if name != "title":
                keys.setdefault(name, "")
    document = parse(joined("", body_of(draft, template)), f"{ticket_id}.md", config.format_max_file_size)
    for key, value in keys.items():
        document = document.with_key(key, value, block=config.format_lists == "block")
    if complete:
        refuse_missing(project, document, titled=bool(draft.title))
    if document.problems:
        raise UsageError(f"the text cannot be in a ticket: {document.problems[0].message}")
    if len(document.to_bytes()) > config.format_max_file_size:
        raise UsageError(f"the ticket would be larger than {config.format_max_file_size} bytes")
    return document


def refuse_missing(project: Project, document: Document, *, titled: bool = True) -> None:
    """Raise MissingFieldsError or MissingSectionsError if a new ticket lacks what its type requires."""
    missing = _missing(project, document, titled=titled)
    kind = str(document.keys.get("type") or project.config.default_type)
    if missing.sections:
        raise MissingSectionsError(kind, missing.sections, missing.fields)
    if missing.fields:
        raise MissingFieldsError("", kind, missing.fields)


def missing_of(project: Project, draft: Draft) -> Missing:
    """Return the required fields and headings that the ticket of a draft lacks."""
    return _missing(project, build(project, draft, complete=False, empties=False), titled=bool(draft.title))


def with_headings(project: Project, draft: Draft) -> Draft:
    """Return a draft for the editor, with the required headings that neither it nor the template has."""
    if not project.config.has_guards:
        return draft
    from plaintickets.core.markdown import headings

    body = build(project, draft, complete=False, empties=False).body
    there = {heading.text.casefold() for heading in headings(body)}
    absent = [name for name in missing_of(project, draft).sections if name.casefold() not in there]
    parts = [part for part in (draft.description, *(f"## {name}\n" for name in absent)) if part]
    return draft._replace(description="\n\n".join(parts))


def _missing(project: Project, document: Document, *, titled: bool) -> Missing:
    config = project.config
    kind = str(document.keys.get("type") or config.default_type)
    keys = {**document.keys, "title": document.title if titled else ""}
    if not config.has_guards:
        return Missing(check_required(keys, kind, config), [])
    from plaintickets.core.checks.facts import facts_of
    from plaintickets.core.servicedesk.forms import missing_of_new

    return Missing(*missing_of_new(kind, keys, facts_of(document.body, document.body).headings, config))


def _with_template(draft: Draft, template: Template | None) -> Draft:
    """Return the draft with values of the template where it has none; title and tags move to their places."""
    values = {**(template.values if template else {}), **draft.values}
    title = values.pop("title", "")
    tags = [values.pop("tags")] if "tags" in values else []
    return draft._replace(title=draft.title or title, tags=[*tags, *draft.tags], values=values)


def front_keys(project: Project, ticket_id: str, draft: Draft) -> dict[str, Value]:
    """Return the keys of a new ticket, in the order of the format."""
    config = project.config
    kind = str(draft.values.get("type") or config.default_type)
    keys: dict[str, Value] = {
        "id": ticket_id,
        "status": _first_status(config, kind, draft.values.get("queue", "")),
        "deps": [file_id(project, dep) for dep in draft.deps],
        "links": [],
        "created": moment(project, "created", draft.created) if draft.created else project.stamp,
        "type": config.default_type,
        "priority": str(config.default_priority),
    }
    if config.default_assignee == "me":
        assignee = project.identity[0]
        if assignee:
            keys["assignee"] = assignee
    for name, text in draft.values.items():
        if text == "" and name not in ("status", "type", "priority"):
            find_field(config, name)
            keys.pop(name, None)
            continue
        keys[name] = checked_value(project, name, text)
    if draft.closed:
        keys["closed"] = moment(project, "closed", draft.closed)
    if any(draft.tags):
        keys["tags"] = checked_value(project, "tags", ",".join(draft.tags))
    return keys


def _first_status(config: Config, kind: str, queue: str) -> str:
    """Return the status of a new ticket: the first open one, in its pipeline if it has one."""
    if config.pipelines:
        from plaintickets.core.pipelines import first_status, pipeline_named

        return first_status("open", pipeline_named(kind, queue, config), config)
    return (config.first("open") or config.statuses[0]).name


def template_of(project: Project, kind: str) -> Template | None:
    """Return the template of a type, None if there is none.

    Raise UnreadableError if it cannot be read.
    """
    path = f"templates/{kind}.md"
    if not files.is_safe_id(kind) or not os.path.lexists(f"{project.place.store}/{path}"):
        return None
    from plaintickets.core.template import read

    try:
        content = files.read_bytes(project.place.store, path, project.config.format_max_file_size)
        template = read(content.decode(), path)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} cannot be read: it is not UTF-8") from None
    try:
        for name, text in template.values.items():
            if text:
                checked_value(project, name, text)
    except TicketsError as error:
        raise UnreadableError(f"{path}: {error}", hint=error.hint) from None
    return template


def body_of(draft: Draft, template: Template | None = None) -> str:
    """Return the body of a new ticket: the title as its heading, then the given parts, or the template's."""
    given = {"": draft.description, "Design": draft.design, "Acceptance Criteria": draft.acceptance}
    given = {heading: _text(text) for heading, text in given.items() if text}
    if template is not None:
        from plaintickets.core.template import filled

        text = filled(template.sections, given)
    else:
        text = "\n\n".join(f"## {heading}\n\n{part}" if heading else part for heading, part in given.items())
    body = f"# {one_line(draft.title or UNTITLED, 'title')}\n"
    return f"{body}\n{text}\n" if text else body


def _text(text: str) -> str:
    return free_text(text, "text").replace("\r\n", "\n").strip("\n")


def refuse_second_reference(project: Project, document: Document) -> None:
    """Raise RefusedError if another ticket has the same external reference."""
    reference = document.keys.get("external-ref")
    if not reference:
        return
    for ticket in project.reading.tickets.values():
        if ticket.get("external-ref") == reference and ticket.id != files.id_of(document.path):
            raise _second(str(reference), ticket)


def _second(reference: str, ticket: Ticket) -> RefusedError:
    return RefusedError(
        f"external-ref '{reference}' is that of {ticket.id} {ticket.title}",
        hint=f"see `tk show {ticket.id}`; a reference names one ticket.",
    )
