"""Check the knowledge base: articles that cannot be read, reviews, relations to tickets, and links to files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import unquote

from plaintickets.actions.article_reviews import ReviewReader
from plaintickets.core.article import (
    BROKEN,
    PUBLISHED,
    REVIEWED,
    article_of,
    days_overdue,
    file_links,
    problems_of,
)
from plaintickets.core.checks.characters import of_text
from plaintickets.core.checks.facts import facts_of
from plaintickets.core.checks.finding import Finding, shell
from plaintickets.core.paths import ARTICLES
from plaintickets.core.quoting import quoted
from plaintickets.store import articles
from plaintickets.store.reading import document_of
from plaintickets.system.files import is_there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from plaintickets.actions.check_changes import Span
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.project import Project
    from plaintickets.store.all_files import Survey

UNREVIEWED = "unreviewed-article"
OVERDUE = "overdue-review"
ORPHANED = "orphaned-article"
LINK = "broken-article-link"


def article_findings(project: Project, surveyed: Survey, span: Span | None) -> Iterator[Finding]:
    """Yield the findings of the articles; the paths are store paths.

    With a base, only those of articles that the branch changes, and of relations to tickets that it removes.
    Raise UnreadableError where the history that is needed is missing.
    """
    staged = span.staged_files(ARTICLES) if span is not None and span.is_staged else None
    if staged is None and not project.has_articles:
        return
    changed = span.changed_below(ARTICLES) if span is not None and span.has_base else None
    limit = project.config.format_max_file_size
    found, problems = articles.listing(project.place.store, project.is_ignored)
    paths = [file[0] for file in found]
    if staged is not None:
        paths, problems = sorted(staged), []
        documents = [document_of(path, staged[path], limit) for path in paths]
    else:
        documents = [project.document_at(path) for path in paths]
    yield from map(_of_problem, problems)
    removed = span.removed_tickets() if span is not None and changed is not None else set()
    reader = ReviewReader(project, span.rules if span else None, own=True)
    for document in documents:
        if changed is None or document.path in changed:
            yield from _faults(document)
            yield from _review_faults(project, document, reader)
            yield from _orphans(document, surveyed)
            yield from _broken_links(project, document, staged)
        else:
            yield from (one for one in _orphans(document, surveyed) if one.ticket in removed)


def readable_findings(project: Project, surveyed: Survey) -> Iterator[Finding]:
    """Yield the findings of the articles that need no history: all but those of their reviews."""
    if not project.has_articles:
        return
    found, problems = articles.listing(project.place.store, project.is_ignored)
    yield from map(_of_problem, problems)
    for file in found:
        document = project.document_at(file[0])
        yield from _faults(document)
        yield from _orphans(document, surveyed)
        yield from _broken_links(project, document, None)


def _of_problem(problem: Problem) -> Finding:
    return Finding(problem.code, problem.message, "replace it by a file", problem.path)


def _faults(document: Document) -> Iterator[Finding]:
    problems = problems_of(document)
    for problem in problems:
        code = problem.code if document.problems else BROKEN
        yield Finding(code, problem.message, "correct the file with an editor", document.path, problem.line)
    text = document.to_bytes().decode(errors="replace")
    for one in of_text(document.path, facts_of(text, document.body)):
        yield one._replace(ticket="")


def _review_faults(project: Project, document: Document, reader: ReviewReader) -> Iterator[Finding]:
    if document.problems:
        return
    article = article_of(document)
    if article.status in (REVIEWED, PUBLISHED) and project.git is not None:
        review = reader.of(document)
        if not review.is_valid:
            message = f"{article.slug} is {article.status}, but {review.reason}"
            remedy = f"somebody other than {review.author} runs {shell('tk', 'kb', 'review', article.slug)}"
            yield Finding(UNREVIEWED, message, remedy, document.path, document.line_of("status"))
    late = days_overdue(article, project.now) if article.status == PUBLISHED else 0
    if late:
        message = f"the next review of {article.slug} is {late:,} {'day' if late == 1 else 'days'} overdue"
        remedy = f"read it again: {shell('tk', 'kb', 'review', article.slug)}"
        yield Finding(OVERDUE, message, remedy, document.path, document.line_of("reviewed"))


def _orphans(document: Document, surveyed: Survey) -> Iterator[Finding]:
    if document.problems:
        return
    article = article_of(document)
    for one in dict.fromkeys(article.related):
        if one not in surveyed.tickets and one not in surveyed.broken:
            message = f"{article.slug} is related to {quoted(one)}, which does not exist"
            line = document.line_of("related")
            yield Finding(ORPHANED, message, "remove it from `related`, or correct it", document.path, line, ticket=one)


def _broken_links(project: Project, document: Document, staged: Mapping[str, bytes] | None) -> Iterator[Finding]:
    if document.problems:
        return
    above = document.to_bytes().decode(errors="replace").count("\n") - document.body.count("\n")
    exists = _exists(project, staged)
    for target, line in file_links(document.body):
        fault = exists(unquote(target))
        if fault:
            message = f"the link to {quoted(target)} {fault}"
            yield Finding(LINK, message, "correct the link", document.path, above + line + 1)


def _exists(project: Project, staged: Mapping[str, bytes] | None) -> Callable[[str], str]:
    """Return the function that says what is wrong with a relative link of an article, or nothing.

    It looks only below the top of the repository, so that no link tells what else is on the machine.
    """
    store = project.place.store
    top = project.place.top or os.path.dirname(store)
    inside = os.path.relpath(store, top)

    def fault(target: str) -> str:
        path = os.path.normpath(os.path.join(inside, ARTICLES, target.replace("\\", "/")))
        if "\0" in path or os.path.isabs(path) or path.split(os.sep)[0] == os.pardir:
            return "leads out of the repository"
        own = os.path.relpath(path, inside).replace(os.sep, "/")
        if staged is not None and own.startswith(f"{ARTICLES}/"):
            return "" if own in staged else "leads nowhere"
        return "" if is_there(top, path.replace(os.sep, "/")) else "leads nowhere"

    return fault
