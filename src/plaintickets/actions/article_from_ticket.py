"""Draft an article from a closed ticket: its title, its problem, and what was answered last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.write_article import NewArticle
from plaintickets.core.article import answer_text
from plaintickets.core.comments import without_notes
from plaintickets.core.document import title_match
from plaintickets.core.visibility import is_internal_comment, without_mail
from plaintickets.errors import RefusedError
from plaintickets.store.reading import ticket_of

if TYPE_CHECKING:
    from plaintickets.project import Project

_ANSWERS = 3


def article_from(project: Project, part: str, title: str = "", name: str = "") -> NewArticle:
    """Return the draft of an article; internal comments and mail addresses are left out.

    Raise RefusedError for a ticket that is not closed.
    """
    document = project.document(part)
    ticket = ticket_of(document)
    if not project.config.is_done(ticket.status):
        raise RefusedError(
            f"{ticket.id} is {ticket.status}, so it has no answer yet", hint="an article comes from a closed ticket."
        )
    body = without_notes(document.body)
    heading = None if ticket.text("title") else title_match(body)
    if heading:
        body = body[: heading.start()] + body[heading.end() :]
    answers = [comment.text for comment in project.comments(document) if not is_internal_comment(comment)]
    keywords = dict.fromkeys((*ticket.tags, *ticket.items("component")))
    text = answer_text(without_mail(body), [without_mail(answer) for answer in answers[-_ANSWERS:]])
    return NewArticle(title or without_mail(ticket.title), name, keywords=[*keywords], related=[ticket.id], body=text)
