"""The use of articles: the tickets that name them, and the questions that come often without one."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from plaintickets.core.article_fit import asker_of
from plaintickets.core.paths import ARTICLES
from plaintickets.core.recurring import recurring
from plaintickets.reports.knowledge import LEAST, Knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_MOST_QUESTIONS = 10
_NAMED = re.compile(rf"(?<![\w-]){ARTICLES}/([^\s/\\()<>\[\]\"'`]+?)\.md\b")


def knowledge(project: Project, tickets: Sequence[Ticket], *, with_questions: bool = True) -> Knowledge:
    """Return what is known of the articles, and with questions of the tickets that ask the same without one."""
    articles, _ = project.articles()
    slugs = {article.slug for article in articles}
    uses: dict[str, dict[str, str]] = {}
    for ticket in tickets if slugs else ():
        for slug, day in _named(project, ticket):
            if slug in slugs:
                days = uses.setdefault(slug, {})
                days[ticket.id] = max(days.get(ticket.id, ""), day)
    has_questions = with_questions and not project.is_past
    return Knowledge(articles, uses, list(_questions(project, tickets, uses)) if has_questions else [])


def _named(project: Project, ticket: Ticket) -> Iterable[tuple[str, str]]:
    """Yield each article that a ticket names, in its text or a comment, with the day of that."""
    document = project.document_at(ticket.path)
    apart, _ = project.comments_apart(document)
    if f"{ARTICLES}/" in document.body:
        text, comments = _text(document), document.comments
    else:
        text, comments = "", []
    for said, date in [(text, ticket.created), *((one.text, one.date) for one in (*comments, *apart))]:
        for match in _NAMED.finditer(said):
            yield match[1], date[:10]


def _text(document: Document) -> str:
    from plaintickets.core.comments import without_notes

    return without_notes(document.body)


def _questions(
    project: Project, tickets: Sequence[Ticket], uses: dict[str, dict[str, str]]
) -> Iterable[Sequence[Ticket]]:
    """Yield groups of tickets that ask nearly the same, the most telling first, if no article fits the oldest ones."""
    from plaintickets.actions.article_index import suggest

    answered = {ticket for using in uses.values() for ticket in using}
    for group in islice(recurring(tickets, LEAST), _MOST_QUESTIONS):
        if any(ticket.id in answered for ticket in group):
            continue
        if not any(suggest(project, asker_of(project.document_at(ticket.path)), 1) for ticket in group[:LEAST]):
            yield group
