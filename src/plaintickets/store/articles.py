"""The articles of the knowledge base, in `kb/<slug>.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.article import article_of, problems_of
from plaintickets.core.paths import ARTICLES
from plaintickets.store import files, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.core.article import Article
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.store.files import Found

    IsIgnored = Callable[[str], bool] | None


def listing(store: str, is_ignored: IsIgnored = None) -> tuple[list[Found], list[Problem]]:
    """List the files of the articles, and problems of unusable ones."""
    found, problems = files.folder_listing(store, ARTICLES)
    if is_ignored is not None:
        found = [file for file in found if not is_ignored(file[0])]
        problems = [problem for problem in problems if not is_ignored(problem.path)]
    return sorted(found), problems


def read_all(store: str, max_bytes: int, is_ignored: IsIgnored = None) -> tuple[list[Article], list[Problem]]:
    """Return the articles that can be read, by their names, and what is wrong with all."""
    found, problems = listing(store, is_ignored)
    documents = (reading.read_document(store, file[0], max_bytes) for file in found)
    return sorted_out(documents, problems)


def sorted_out(documents: Iterable[Document], problems: Iterable[Problem]) -> tuple[list[Article], list[Problem]]:
    """Return the articles of the readable documents, and the problems of all."""
    articles, wrong = [], list(problems)
    for document in documents:
        wrong += problems_of(document)
        if not document.problems:
            articles.append(article_of(document))
    return articles, wrong
