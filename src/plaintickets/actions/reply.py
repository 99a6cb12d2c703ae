"""Answer a ticket with the text of a reply: a comment, a status and tags in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import change_statuses
from plaintickets.actions.replies import reply_named
from plaintickets.core.change import Change
from plaintickets.core.reply import LINK, Reply
from plaintickets.core.servicedesk.automation.placeholders import filled
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.actions.change_status import StatusChanges
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit


class Answer(NamedTuple):
    """What would be added to a ticket: the text, the reply that it comes from, and the status that it enters."""

    ticket: Ticket
    text: str
    reply: Reply

    @property
    def status(self) -> str:
        """Return the status that the ticket enters, empty if it stays."""
        return self.reply.status if self.reply.status != self.ticket.status else ""


def answer_of(project: Project, part: str, name: str) -> Answer:
    """Return a ticket's answer with the placeholders of a reply filled in.

    Raise RefusedError if there is no such reply, UnreadableError for one that cannot be used.
    """
    ticket = project.find(part)
    reply = reply_named(project, name)
    return Answer(ticket, filled(reply.text, lambda place: _printable(_value(project, ticket, place))), reply)


def _value(project: Project, ticket: Ticket, place: str) -> str:
    if place == "id":
        return ticket.id
    if place == "title":
        return ticket.title
    if place == "me":
        return project.identity[0] or project.identity[1]
    if place.startswith(LINK):
        return article_link(project, place.removeprefix(LINK))
    value = ticket.get(place)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def article_link(project: Project, name: str) -> str:
    """Return a link to an article.

    Raise RefusedError for one that a requester may not see: it is not published, or internal.
    """
    from plaintickets.actions.articles import document_named
    from plaintickets.core.article import PUBLIC, article_of

    article = article_of(document_named(project, name))
    if not article.is_published or article.audience != PUBLIC:
        state = article.audience if article.is_published else article.status
        raise RefusedError(f"the article {article.slug} is {state}, so a reply cannot name it", hint="tk kb ls")
    title = article.title.replace("[", "").replace("]", "")
    return f"[{title}]({article.path})"


def _printable(value: str) -> str:
    """Return a value of a stranger without control characters and those that turn the direction of text."""
    return "".join(sign if sign.isprintable() else " " for sign in value)


def send(project: Project, answer: Answer, text: str, *, subject: str = "") -> StatusChanges:
    """Add the comment, the tags and the status of an answer in one commit.

    Raise TransitionError, MissingFieldsError and GuardError, as a change of the status does.
    """
    reply = answer.reply

    def add_tags(edit: Edit, ticket: Ticket) -> str:
        added = [tag for tag in dict.fromkeys(reply.tags) if tag not in ticket.tags]
        if added:
            before = edit.document(ticket.id).keys.get("tags")
            edit.apply([Change(ticket.id, "tags", before, [*ticket.tags, *added])])
        return reply.status or ticket.status

    return change_statuses(
        project, "reply", [answer.ticket.id], answer.ticket.status, comment=text, internal=reply.is_internal,
        subject=subject, prepare=add_tags,
    )  # fmt: skip
