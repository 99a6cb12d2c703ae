"""Candidates for the words of `tk kb`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.commands.completions.request import Candidate
from plaintickets.commands.completions.tickets import all_tickets, closed_tickets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.commands.completions.request import Request

_ACTIONS = {
    "edit": "open the editor on an article",
    "from": "draft an article from a closed ticket",
    "ls": "list the articles",
    "new": "write a new article",
    "publish": "publish a reviewed article",
    "retire": "take an article out of use",
    "review": "record that you have reviewed an article",
    "search": "find articles by their words",
    "show": "show an article",
    "suggest": "name the articles that fit",
}
_ON_ARTICLES = ("edit", "publish", "retire", "review", "show")


def kb_words(request: Request) -> Iterable[Candidate]:
    """Return the actions of `tk kb`, and what follows them."""
    if not request.words:
        return [Candidate(*item) for item in _ACTIONS.items()]
    action = request.words[0]
    if action in _ON_ARTICLES:
        return articles(request)
    return {"from": closed_tickets, "suggest": all_tickets}.get(action, lambda _: ())(request)


def articles(request: Request) -> Iterable[Candidate]:
    """Return the articles."""
    return [Candidate(one.slug, one.title) for one in request.project.articles()[0]]


def article_statuses(request: Request) -> Iterable[Candidate]:
    """Return the statuses of articles."""
    from plaintickets.core.article import STATUSES

    del request
    return map(Candidate, STATUSES)


def audiences(request: Request) -> Iterable[Candidate]:
    """Return for whom an article can be."""
    from plaintickets.core.article import AUDIENCES

    del request
    return map(Candidate, AUDIENCES)


def replies(request: Request) -> Iterable[Candidate]:
    """Return the replies."""
    from plaintickets.actions.replies import reply_names

    return map(Candidate, reply_names(request.project))
