"""What requesters do by the portal: ask, see what became of it, answer, and rate; all that they write is untrusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import unarchive
from plaintickets.actions.given_values import checked_value
from plaintickets.actions.new import create
from plaintickets.actions.requester_answers import rate, wake
from plaintickets.actions.ticket_inputs import Input, input_of
from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.comments import Comment
from plaintickets.core.draft import Draft
from plaintickets.core.fields import find_field
from plaintickets.core.mail.address import is_address
from plaintickets.core.mail.controls import without_controls
from plaintickets.core.mail.filed_text import safe_text, title_of, without_section
from plaintickets.core.servicedesk.contacts import believed_name, staff_by_address
from plaintickets.core.servicedesk.identities import key_of, named_people
from plaintickets.core.ticket_parts import text_of
from plaintickets.core.visibility import is_internal_keys
from plaintickets.core.workflow import MissingFieldsError, MissingSectionsError
from plaintickets.errors import RefusedError, TicketNotFoundError, TicketsError
from plaintickets.store.files import id_of
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.config import Config
    from plaintickets.core.ticket import Ticket
    from plaintickets.core.visibility import Audience
    from plaintickets.project import Project

LONGEST_TEXT = 64 * 1024
LONGEST_VALUE = 500
MOST_COMMENTS = 200
REQUESTER = "requester"
"""The author of an answer on a ticket whose reporter is one of the people, or nobody."""
_SETTABLE = frozenset(("component", "impact", "service", "severity", "urgency"))
_KINDS = frozenset(("boolean", "date", "datetime", "enum", "integer", "list", "moment", "number", "string", "text"))


class UnfitRequestError(RefusedError):
    """What a visitor typed cannot be taken; the message is made for visitors and names nothing internal."""


class Asked(NamedTuple):
    """What a visitor typed into the form of a type."""

    kind: str
    title: str
    text: str
    name: str
    mail: str
    values: Mapping[str, str]


class Seen(NamedTuple):
    """What a requester sees of a ticket; every text is without what must not be named."""

    id: str
    title: str
    status: str
    created: str
    text: str
    comments: list[Comment]
    more_comments: int
    is_done: bool
    rating: str


def portal_types(config: Config) -> list[str]:
    """Return the types that the portal has a form of, the first one shown first."""
    usual = config.intake.get("type") or config.default_type
    known = [name for name in config.intake.get("portal", ()) if config.ticket_type(name)]
    return known or [usual if config.ticket_type(usual) else config.default_type]


def form_inputs(config: Config, kind: str, typed: Mapping[str, str]) -> list[Input]:
    """Return the inputs of a type: what it requires and offers, if a stranger may set it."""
    known = config.ticket_type(kind)
    required = known.required if known else ()
    names = dict.fromkeys((*required, *(known.offered if known else ())))
    fitting = [name for name in names if _is_settable(config, name)]
    return [input_of(config, name, typed.get(name, ""), required=name in required) for name in fitting]


def _is_settable(config: Config, name: str) -> bool:
    """Tell whether a stranger may set a field: one of the settings, or a harmless one, that names nobody's work."""
    own = {field.name for field in config.fields} - BUILTIN_FIELDS.keys()
    return (name in own or name in _SETTABLE) and find_field(config, name).type in _KINDS


def file_request(project: Project, asked: Asked) -> str:
    """Create the ticket of a request in one commit; return its id.

    Raise UnfitRequestError for what the visitor can correct, another TicketsError otherwise.
    """
    config = project.config
    values = {one.name: _line(asked.values.get(one.name, "")) for one in form_inputs(config, asked.kind, {})}
    values = {name: text for name, text in values.items() if text}
    _refuse_unfit(project, asked, values)
    settings = config.intake
    reporter, note = _reporter(config, _line(asked.name), _line(asked.mail))
    text = without_section(without_controls(asked.text)).strip("\n") + note
    usual = {"type": asked.kind, "queue": settings.get("queue", ""), "reporter": reporter}
    draft = Draft(
        title_of(without_controls(asked.title)),
        text.strip("\n"),
        values={**{name: value for name, value in usual.items() if value}, **values},
        tags=settings.get("tags", ()),
    )
    try:
        return id_of(create(project, draft).document.path)
    except MissingSectionsError as error:
        raise UnfitRequestError(f"the description needs the parts: {', '.join(error.missing)}") from None
    except MissingFieldsError as error:
        shown = [name for name in error.missing if name in {one.name for one in form_inputs(config, asked.kind, {})}]
        if not shown:
            raise
        raise UnfitRequestError(f"still needed: {', '.join(shown)}") from None


def _refuse_unfit(project: Project, asked: Asked, values: Mapping[str, str]) -> None:
    if asked.kind not in portal_types(project.config):
        raise UnfitRequestError("there is no such form")
    if not without_controls(asked.title).strip():
        raise UnfitRequestError("the title is still needed")
    if len(asked.text) > LONGEST_TEXT or any(len(value) > LONGEST_VALUE for value in (*values.values(), asked.name)):
        raise UnfitRequestError("a text is too long", hint=f"a description has at most {LONGEST_TEXT:,} characters.")
    if asked.mail.strip() and not is_address(asked.mail.strip()):
        raise UnfitRequestError("the mail address is none", hint="such as name@example.org; it may be left out.")
    for name, value in values.items():
        try:
            checked_value(project, name, value)
        except TicketsError:
            raise UnfitRequestError(f"{name}: this value does not fit") from None


def _reporter(config: Config, name: str, mail: str) -> tuple[str, str]:
    """Return the reporter, and a note where a stranger claims to be one of the people: that is not believed."""
    if mail.casefold() in staff_by_address(config):
        return "", f"\n\n*Claims to be `{mail.replace('`', '')}`; not verified*"
    return believed_name(name, mail, config), ""


def _line(text: str) -> str:
    return " ".join(without_controls(text).split())


def seen(project: Project, ticket_id: str, audience: Audience) -> Seen | None:
    """Return what a requester sees of the ticket of exactly this id; None if there is none for the public."""
    path = project.existing_path(ticket_id)
    document = project.document_at(path) if path else None
    if document is None or document.problems or is_internal_keys(document.keys, project.config.queues):
        return None
    own = ticket_of(document)
    ticket = audience.ticket(own)
    comments = audience.comments(project.comments(document))
    return Seen(
        ticket_id, ticket.title, ticket.status, ticket.text("created"), text_of(document), comments[-MOST_COMMENTS:],
        max(0, len(comments) - MOST_COMMENTS), project.config.is_done(own.status), ticket.text("rating"),
    )  # fmt: skip


def answer(project: Project, ticket_id: str, text: str) -> None:
    """Add the answer of a requester as a public comment; a closed ticket is opened again as the settings say.

    Raise UnfitRequestError for no text, one that is too long, and the same once more.
    """
    text = safe_text(without_controls(text)).strip()
    if not text:
        raise UnfitRequestError("the answer has no text")
    if len(text) > LONGEST_TEXT:
        raise UnfitRequestError("the answer is too long", hint=f"it has at most {LONGEST_TEXT:,} characters.")
    with project.edit("comment") as edit:
        ticket = _public(project, edit.ticket(ticket_id))
        author = _author(ticket, project.config)
        earlier = project.comments(edit.document(ticket_id))
        if earlier and (earlier[-1].author, earlier[-1].text.strip()) == (author, text):
            raise UnfitRequestError("this answer is there already")
        edit.add_comment(ticket_id, Comment(project.stamp, author, internal=False, text=text))
        wake(edit, ticket)
        unarchive(edit, ticket_id)
        edit.commit()


def give_rating(project: Project, ticket_id: str, rating: str) -> None:
    """Set the rating of a closed ticket, once.

    Raise UnfitRequestError for an open ticket, one that has a rating, and another value than 1 to 5.
    """
    if rating not in {"1", "2", "3", "4", "5"}:
        raise UnfitRequestError("choose a number from 1 to 5")
    with project.edit("set") as edit:
        ticket = _public(project, edit.ticket(ticket_id))
        if ticket.text("rating"):
            raise UnfitRequestError("it is rated already: thank you")
        if not rate(edit, ticket, rating):
            raise UnfitRequestError("it can be rated when it is closed")
        edit.commit()


def _public(project: Project, ticket: Ticket) -> Ticket:
    """Return a ticket; raise TicketNotFoundError if it has become internal."""
    if is_internal_keys(ticket.keys, project.config.queues):
        raise TicketNotFoundError(ticket.id)
    return ticket


def _author(ticket: Ticket, config: Config) -> str:
    """Return who answers by the link of a ticket: its reporter, never one of the people."""
    reporter = ticket.text("reporter")
    people = {key for key, _, _ in named_people(config)}
    return REQUESTER if not reporter or key_of(reporter, config) in people else reporter
