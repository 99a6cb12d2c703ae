"""What may answer a question before it is asked: published public articles, and tickets that are marked public."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.articles import names_of
from plaintickets.core.article import PUBLIC, Article, article_of, problems_of
from plaintickets.core.article_fit import Asker
from plaintickets.core.paths import ARTICLES
from plaintickets.core.visibility import FIELD

if TYPE_CHECKING:
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_MOST = 3
_CANDIDATES = 20
_SHORTEST, _LONGEST = 4, 200


class Likely(NamedTuple):
    """Articles and tickets that are about what somebody is typing, as the store has them."""

    articles: list[Article]
    tickets: list[Ticket]


def likely(project: Project, title: str) -> Likely:
    """Return what is likely to answer a title that a visitor types.

    A ticket is shown only if its own `visibility` is public: others are somebody's question, and nobody else's concern.
    """
    from plaintickets.actions.article_index import suggest
    from plaintickets.actions.duplicates import alike_while_typing

    title = " ".join(title.split())[:_LONGEST]
    if len(title) < _SHORTEST:
        return Likely([], [])
    fits = suggest(project, Asker("", title), _CANDIDATES)
    articles = [one.article for one in fits if one.article.audience == PUBLIC]
    alike, _ = alike_while_typing(project, title, _CANDIDATES)
    tickets = [one.ticket for one in alike if one.ticket.get(FIELD) == PUBLIC]
    return Likely(articles[:_MOST], tickets[:_MOST])


def public_article(project: Project, slug: str) -> Article | None:
    """Return the published public article of exactly this name, None if there is none."""
    if slug not in names_of(project):
        return None
    document = project.document_at(f"{ARTICLES}/{slug}.md")
    article = None if problems_of(document) else article_of(document)
    return article if article and article.is_published and article.audience == PUBLIC else None
