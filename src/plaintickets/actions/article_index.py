"""The articles in the search index: find them by words, and suggest those that fit a ticket."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from plaintickets.actions.articles import refuse_unknown
from plaintickets.actions.ticket_source import open_index
from plaintickets.core.article import AUDIENCES, PUBLISHED, RETIRED, STATUSES, article_of, problems_of
from plaintickets.core.article_fit import AskerTerms, best, fit
from plaintickets.core.document import title_match
from plaintickets.core.query import parse_or_words
from plaintickets.core.query.nodes import And, Node, Or, Word
from plaintickets.errors import UsageError
from plaintickets.search.index import ARTICLES
from plaintickets.search.query_words import QueryWords
from plaintickets.search.schema import Document as Indexed
from plaintickets.search.snippets import Snippet, marks_of, snippets
from plaintickets.search.storage import DamagedError
from plaintickets.search.words import Finder
from plaintickets.store import articles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.core.article import Article
    from plaintickets.core.article_fit import Asker, Fit
    from plaintickets.core.document import Document
    from plaintickets.project import Project
    from plaintickets.search.index import Index

    Stamp = tuple[int, int, int, int]

T = TypeVar("T")
SUGGESTED = 3
_CANDIDATES = 20
_FIRST = 1e6
_SNIPPETS = 1


class ArticleSource:
    """The articles of a project as the index reads them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        found, _ = articles.listing(project.place.store, project.is_ignored)
        self._stamps: dict[str, Stamp] = {file[0]: file[1:] for file in found}

    def begin(self, _note: str, _count: int) -> bool:
        """Return False: every article is listed."""
        return False

    def stamps(self) -> Mapping[str, Stamp]:
        """Return the state of the file of every article."""
        return self._stamps

    def load(self, path: str) -> tuple[Stamp, Indexed] | None:
        """Return the state of a file and its texts."""
        try:
            state = os.lstat(f"{self._project.place.store}/{path}")
        except OSError:
            return None
        document = self._project.document_at(path)
        stamp = (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)
        return None if document.problems else (stamp, entry_of(document))

    def progress(self, _done: int, _total: int) -> None:
        """Show nothing: articles are few."""


def entry_of(document: Document) -> Indexed:
    """Return the texts of an article by place; the heading that is the title is not part of the body."""
    article, body = article_of(document), document.body
    heading = None if document.keys.get("title") else title_match(body)
    if heading:
        body = body[: heading.start()] + " " * len(heading[0]) + body[heading.end() :]
    ids = (article.slug, *article.related)
    return Indexed((article.title,), (body,), (), article.keywords, ids, facts=article.status)


class ArticleHit(NamedTuple):
    """A found article, its score, and the places of the words in its title and its text."""

    article: Article
    score: float
    title_marks: tuple[tuple[int, int], ...]
    snippets: tuple[Snippet, ...]


def search_articles(project: Project, words: str, status: str, audience: str, limit: int) -> list[ArticleHit]:
    """Return the articles that have the words, best first, of a status and an audience, of any if empty.

    Retired ones are found only if the status asks for them.
    Raise UsageError without words, and for filters, which only tickets have.
    """
    refuse_unknown(status, STATUSES, "status of articles")
    refuse_unknown(audience, AUDIENCES, "audience")
    query, _ = parse_or_words(words)
    if not words.strip() or not _is_words(query.root):
        raise UsageError(
            "articles are searched by words" if words.strip() else "what should be searched for?",
            hint="for example: tk kb search 'password reset'; --status and --audience filter.",
        )

    def answer(index: Index) -> list[ArticleHit]:
        asked = QueryWords(query, Finder(index))
        numbers = asked.possible(query.root) or set()
        ranked = sorted((-asked.score(number), index.key_of(number)) for number in numbers)
        hits = list[ArticleHit]()
        for score, path in ranked:
            article = _readable(project, path)
            if article is None or len(hits) >= limit or not _is_wanted(article, status, audience):
                continue
            marks = tuple(marks_of(article.title, asked.marks("title")))
            places = (("body", text) for text in entry_of(project.document_at(path)).body)
            hits.append(ArticleHit(article, -score, marks, tuple(snippets(places, asked.marks("body"), _SNIPPETS))))
        return hits

    return _ask(project, answer)


def _is_wanted(article: Article, status: str, audience: str) -> bool:
    has_status = article.status == status if status else article.status != RETIRED
    return has_status and audience in ("", article.audience)


def _is_words(node: Node) -> bool:
    if isinstance(node, And | Or):
        return bool(node.parts) and all(map(_is_words, node.parts))
    return isinstance(node, Word)


def suggest(project: Project, asker: Asker, limit: int = SUGGESTED) -> list[Fit]:
    """Return the published articles that fit a ticket or a text, best first, each with the reasons."""
    if not project.has_articles:
        return []
    asked = AskerTerms(asker)

    def answer(index: Index) -> list[Fit]:
        finder = Finder(index)
        scores = finder.scores_of(asked.all())
        related = finder.find(asked.id, "word", "ids") if asked.id else None
        sums = dict.fromkeys(related.scores, _FIRST) if related else {}
        for found in scores.values():
            for number, score in found.items():
                sums[number] = sums.get(number, 0.0) + score
        published = (number for number in sums if index.facts_of(number) == PUBLISHED.encode())
        ranked = sorted((-sums[number], index.key_of(number)) for number in published)[:_CANDIDATES]
        held_by = {term: len(found) for term, found in scores.items()}
        read = (_readable(project, path) for _, path in ranked)
        return best((fit(asked, one, held_by, index.count) for one in read if one and one.is_published), limit)

    return _ask(project, answer)


def _readable(project: Project, path: str) -> Article | None:
    document = project.document_at(path)
    return None if problems_of(document) else article_of(document)


def _ask(project: Project, question: Callable[[Index], T]) -> T:
    """Return what a question to the index gives, once more where the index was found to be damaged."""
    index = open_index(project, ArticleSource(project), ARTICLES)
    try:
        index.refresh()
        try:
            found = question(index)
            index.check()
        except DamagedError:
            index.recover()
            found = question(index)
        return found
    finally:
        index.close()
