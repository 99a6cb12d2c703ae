"""The pages of the knowledge base, to read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.utils import url_quote
from markupsafe import Markup

from plaintickets.core.article import PUBLISHED, article_of
from plaintickets.errors import UsageError
from plaintickets.render.html.markup import safe_html
from plaintickets.web.article_links import article_link
from plaintickets.web.refusals import refusal_on_page
from plaintickets.web.views import ticket_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from plaintickets.core.article import Article
    from plaintickets.search.snippets import Snippet
    from plaintickets.web.visit import Visit

_MOST_FOUND = 50


def articles(visit: Visit) -> Response:
    """List the articles, or those that have words, the best first."""
    from plaintickets.actions.article_index import search_articles

    query, error = visit.asked("q").strip(), None
    found, problems = visit.project.articles()
    rows = [(_address(one.slug), one, "") for one in sorted(found, key=_published_first)]
    if query:
        try:
            hits = search_articles(visit.project, query, "", "", _MOST_FOUND)
            rows = [(_address(hit.article.slug), hit.article, _first(hit.snippets)) for hit in hits]
        except UsageError as refused:
            error = refused
    refusal, status = refusal_on_page(error)
    return visit.page("articles.html", status, rows=rows, query=query, problems=problems, refusal=refusal)


def _published_first(article: Article) -> tuple[bool, str, str]:
    return article.status != PUBLISHED, article.title.casefold(), article.slug


def _first(snippets: Sequence[Snippet]) -> str:
    return snippets[0].text if snippets else ""


def article(visit: Visit) -> Response:
    """Show an article, and the tickets that it is related to."""
    from plaintickets.actions.articles import document_named

    project = visit.project
    shown = article_of(document_named(project, str(visit.request.path_params["article"])))
    tickets = project.reading.tickets
    text = safe_html(shown.body, top=2, address=lambda target: article_link(target, _address, ticket_address))
    return visit.page(
        "article.html",
        article=shown,
        facts=[shown.status, shown.audience, *([f"reviewed {shown.reviewed}"] if shown.reviewed else [])],
        text=Markup(text),  # noqa: S704 - cleaned
        related=[(ticket_address(one), tickets[one]) for one in shown.related if one in tickets],
    )


def _address(slug: str) -> str:
    return f"/articles/{url_quote(slug)}"
