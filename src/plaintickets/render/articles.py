"""Articles of the knowledge base as JSON and as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.table import Column, Table
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.article import Article
    from plaintickets.core.article_fit import Fit

_COLUMNS = (
    Column("name", "article"), Column("status", "status"), Column("audience", "audience"),
    Column("reviewed", "reviewed"), Column("title", "title"),
)  # fmt: skip
_HITS = (Column("name", "article"), Column("status", "status"), Column("title", "title"), Column("text", "text"))
_FITS = (Column("name", "article"), Column("score", "score"), Column("title", "title"), Column("why", "why"))


def article_object(article: Article) -> dict[str, object]:
    """Return an article without its text."""
    return {
        "name": article.slug,
        "title": article.title,
        "status": article.status,
        "audience": article.audience,
        "keywords": list(article.keywords),
        "related": list(article.related),
        "reviewed": article.reviewed or None,
        "review_every": article.review_every or None,
        "path": article.path,
    }


def fit_object(one: Fit) -> dict[str, object]:
    """Return an article that fits a ticket, with the reasons."""
    article = one.article
    return {
        "name": article.slug, "title": article.title, "audience": article.audience, "path": article.path,
        "score": one.score, "reasons": list(one.reasons),
    }  # fmt: skip


def articles_table(articles: Iterable[Article]) -> Table:
    """Return a list of articles."""
    return Table("Articles", _COLUMNS, [(a.slug, a.status, a.audience, a.reviewed, a.title) for a in articles])


def hits_table(rows: Iterable[tuple[Article, str]]) -> Table:
    """Return found articles, each with the place where the words are."""
    return Table("Articles", _HITS, [(article.slug, article.status, article.title, text) for article, text in rows])


def fits_table(fits: Iterable[Fit]) -> Table:
    """Return articles that fit, with the reasons."""
    rows = [(one.article.slug, f"{one.score:.2f}", one.article.title, "; ".join(one.reasons)) for one in fits]
    return Table("Articles that fit", _FITS, rows)


def fit_lines(fits: Iterable[Fit]) -> list[str]:
    """Return a line for each article that fits."""
    return [safe.line(f"{one.article.path}  {one.article.title} ({'; '.join(one.reasons)})") for one in fits]


def articles_section(fits: Sequence[Fit]) -> str:
    """Return the section of a ticket with the articles that fit it; empty without any."""
    return "\n## Articles\n\n" + "\n".join(f"  {line}" for line in fit_lines(fits)) + "\n" if fits else ""
