"""Split a ticket: its comments and checklist items become tickets of their own, related to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.guards import hold_guards
from plaintickets.actions.link import set_list
from plaintickets.actions.new import FreeIds, build, refuse_missing, refuse_second_reference
from plaintickets.core import split_parts
from plaintickets.core.change import BODY, Change
from plaintickets.core.draft import Draft
from plaintickets.core.person_names import person_forms
from plaintickets.core.servicedesk.people import by_form, everybody
from plaintickets.core.table import Column, Table
from plaintickets.core.ticket_parts import parts_of, plain_text
from plaintickets.core.visibility import FIELD, INTERNAL, is_internal_comment
from plaintickets.errors import RefusedError, UsageError
from plaintickets.store.files import id_of
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.split_parts import Part
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

_CARRIED = (
    *("priority", "severity", "impact", "urgency", "component", "affects", "concerns", "service", "customer"),
    *("queue", "milestone", "tags", FIELD),
)
"""The built-in fields that a new ticket gets from the ticket that is split; it gets those of the settings too."""


class Wanted(NamedTuple):
    """A request to split a ticket: the words for the parts, and the values of the new tickets.

    With `items`, every unticked item. With `one`, all parts become one ticket. With `moves`, the parts leave the
    ticket; else they stay.
    """

    words: Sequence[str]
    items: bool = False
    one: bool = False
    moves: bool = False
    title: str = ""
    relation: str = "parent"
    values: Mapping[str, str] = {}


class SplitTicket(NamedTuple):
    """The ticket that was split, the new tickets with the parts of each, and the outcome, None for a dry run."""

    ticket: Ticket
    made: list[tuple[Ticket, list[Part]]]
    outcome: Outcome | None


def split(
    project: Project, ticket_part: str, wanted: Wanted, *, dry_run: bool = False, subject: str = ""
) -> SplitTicket:
    """Make tickets of parts of a ticket, in one commit; an internal comment on the ticket names them.

    Raise RefusedError for an unknown part, for an item that is a ticket already, and where nothing is left to split;
    GuardError or MissingFieldsError if a new ticket would lack what it needs.
    """
    with project.edit("split") as edit:
        edit.subject = subject
        document = edit.document(ticket_part)
        ticket = ticket_of(document)
        groups = _groups(project, document, wanted)
        free_ids = FreeIds(project)
        made: list[tuple[str, list[Part]]] = []
        for group in groups:
            new = _new(edit, document, group, wanted, free_ids)
            edit.create(new)
            made.append((id_of(new.path), group))
        _relate(edit, ticket.id, [new_id for new_id, _ in made], wanted.relation)
        _change_text(edit, ticket.id, made, moves=wanted.moves)
        for new_id, group in made:
            _place_comments(edit, ticket.id, new_id, [part.comment for part in group if part.comment], wanted)
        tickets = [(edit.ticket(new_id), group) for new_id, group in made]
        edit.comment(ticket.id, "\n".join(_rows(tickets, moves=wanted.moves)), internal=True)
        hold_guards(edit, {new_id: None for new_id, _ in made}, forced_by="")
        return SplitTicket(edit.ticket(ticket.id), tickets, None if dry_run else edit.commit())


def parts_of_ticket(project: Project, ticket_part: str) -> list[Part]:
    """Return the comments and checklist items of a ticket."""
    return _parts(project, project.document(ticket_part, guess=True))


def _parts(project: Project, document: Document) -> list[Part]:
    return split_parts.parts_of(project.comments(document), parts_of(document).text)


def parts_table(project: Project, ticket_part: str) -> Table:
    """Return the parts of a ticket that can be split, with the tickets that items are already."""
    document = project.document(ticket_part, guess=True)
    rows = []
    for part in _parts(project, document):
        line = next((one for one in part.words.splitlines() if one.strip()), "")
        if part.comment:
            state = INTERNAL if is_internal_comment(part.comment) else ""
            rows.append((str(part.number), "comment", part.comment.date[:10], part.comment.author, state, line))
        else:
            is_ticked = part.place is not None and part.place.item.is_ticked
            state = part.ticket(project.paths) or ("ticked" if is_ticked else "")
            rows.append(("", "item", "", "", state, line))
    keys = ("number", "kind", "date", "author", "state", "text")
    return Table(f"Parts of {id_of(document.path)}", [Column(key, key) for key in keys], rows)


def _groups(project: Project, document: Document, wanted: Wanted) -> list[list[Part]]:
    """Return the chosen parts, each once, in groups: one for each new ticket."""
    parts = _parts(project, document)
    chosen = dict.fromkeys(split_parts.named_part(word, parts) for word in wanted.words)
    for part in chosen:
        if ticket_id := part.ticket(project.paths):
            raise RefusedError(f"{part.name} is {ticket_id} already", hint=f"see `tk show {ticket_id}`.")
    if wanted.items:
        chosen |= dict.fromkeys(split_parts.open_items(parts, project.paths))
    if not chosen:
        raise RefusedError(
            f"{id_of(document.path)} has no unticked item that is no ticket yet", hint="name a part of the ticket."
        )
    groups = [sorted(chosen, key=lambda part: not part.comment)] if wanted.one else [[part] for part in chosen]
    if wanted.title and len(groups) > 1:
        raise UsageError(f"--title is for one ticket, and these are {len(groups)}", hint="add --one for one ticket.")
    return groups


def _new(edit: Edit, document: Document, group: list[Part], wanted: Wanted, free_ids: FreeIds) -> Document:
    """Return a new ticket made of parts of another one, which gets the fields of that one."""
    project, config = edit.project, edit.project.config
    first = group[0].comment
    values = dict(wanted.values)
    if first and "type" not in values:
        values["type"] = ticket_of(document).type
    draft = Draft(
        wanted.title or split_parts.title_from(group[0]),
        split_parts.description_from(group, parts_of(document).text, id_of(document.path)),
        values=values,
    )
    new = build(project, draft, complete=False, empties=False, free_ids=free_ids)
    keys: dict[str, Value | None] = {
        name: document.keys.get(name) for name in (*_CARRIED, *(field.name for field in config.fields))
    }
    keys["reporter"] = _reporter(project, first.author if first else "", document.keys.get("reporter"))
    if first and is_internal_comment(first):
        keys[FIELD] = INTERNAL
    if wanted.relation == "parent":
        keys["parent"] = id_of(document.path)
    for name, value in keys.items():
        if name not in wanted.values and value not in (None, "", []):
            new = new.with_key(name, value, block=config.format_lists == "block")
    refuse_missing(project, new)
    refuse_second_reference(project, new)
    return new


def _reporter(project: Project, author: str, reporter: Value | None) -> Value | None:
    """Return who asked for a new ticket: the author of its comment, else and for one of the team, the old reporter."""
    people = by_form(everybody(project.config.people, project.config.people_details))
    author = split_parts.plain(author).strip()
    if not author or not people.keys().isdisjoint(person_forms(author)):
        return reporter
    return author if author != project.identity[0] else None


def _relate(edit: Edit, ticket_id: str, new_ids: list[str], relation: str) -> None:
    """Write the relations that stand in a list: dependencies, or links on both sides."""
    if relation == "parent":
        return
    field = "deps" if relation == "dep" else "links"
    set_list(edit, ticket_id, field, [*edit.ticket(ticket_id).items(field), *new_ids])
    for new_id in new_ids if relation == "link" else ():
        set_list(edit, new_id, field, [*edit.ticket(new_id).items(field), ticket_id])


def _place_comments(edit: Edit, ticket_id: str, new_id: str, comments: list[Comment], wanted: Wanted) -> None:
    """Add the comments to a new ticket, whose description the first one is; with `moves`, remove them here."""
    for comment in comments[1:]:
        edit.add_comment(new_id, comment)
    for comment in comments if wanted.moves else ():
        edit.remove_comment(ticket_id, comment)


def _change_text(edit: Edit, ticket_id: str, made: list[tuple[str, list[Part]]], *, moves: bool) -> None:
    """Let each split item of the text name its ticket, or remove it."""
    before = parts_of(edit.document(ticket_id)).text
    pairs = [(part, new_id) for new_id, group in made for part in group]
    after = plain_text(split_parts.text_after(before, pairs, moves=moves))
    if after != before:
        edit.apply([Change(ticket_id, BODY, before or None, after or None)])


def _rows(made: Sequence[tuple[Ticket, list[Part]]], *, moves: bool) -> list[str]:
    """Return a line for each new ticket, which names its parts."""
    word = "Moved" if moves else "Split"
    return [f"{word} {'; '.join(part.name for part in group)}: {ticket.id} {ticket.title}" for ticket, group in made]
