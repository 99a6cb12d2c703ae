"""Find the articles of the knowledge base."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.article import AUDIENCES, STATUSES, problems_of
from plaintickets.core.paths import ARTICLES
from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import NotFoundError, RefusedError, UnreadableError, UsageError
from plaintickets.store import articles, files

if TYPE_CHECKING:
    from plaintickets.core.article import Article
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.project import Project


def listed(project: Project, status: str = "", audience: str = "") -> tuple[list[Article], list[Problem]]:
    """Return the articles of a status and an audience, of any if empty.

    Raise UsageError for an unknown one.
    """
    refuse_unknown(status, STATUSES, "status of articles")
    refuse_unknown(audience, AUDIENCES, "audience")
    found, problems = project.articles()
    return [one for one in found if status in ("", one.status) and audience in ("", one.audience)], problems


def refuse_unknown(value: str, known: tuple[str, ...], what: str) -> None:
    """Raise UsageError for a value that is none of the known ones."""
    if value and value not in known:
        near = did_you_mean(value, known)
        raise UsageError(f"no {what} {quoted(value)}", hint=f"{near} There are {', '.join(known)}.".strip())


def names_of(project: Project) -> list[str]:
    """Return the names of the articles."""
    found, _ = articles.listing(project.place.store, project.is_ignored)
    return [files.id_of(file[0]) for file in found]


def path_named(project: Project, name: str) -> str:
    """Return the store path of an article, by its name, or by the beginning of only one.

    Raise NotFoundError if there is none, RefusedError for several.
    """
    name = name.removeprefix(f"{ARTICLES}/").removesuffix(".md")
    names = names_of(project)
    begun = [one for one in names if name and one.startswith(name)]
    if name in names or len(begun) == 1:
        return f"{ARTICLES}/{name if name in names else begun[0]}.md"
    if begun:
        raise RefusedError(f"{quoted(name)} begins several articles", hint=f"Known: {', '.join(begun[:10])}.")
    known = (
        f"Known: {', '.join(names[:10])}{', …' if names[10:] else ''}." if names else "`tk kb new TITLE` writes one."
    )
    raise NotFoundError(f"no article {quoted(name)}", hint=did_you_mean(name, names) or known)


def document_named(project: Project, name: str) -> Document:
    """Return the document of an article.

    Raise NotFoundError if there is none of the name, UnreadableError if its file is wrong.
    """
    path = path_named(project, name)
    document = project.document_at(path)
    problems = problems_of(document)
    if problems:
        store = os.path.basename(project.place.store)
        raise UnreadableError(f"{store}/{problems[0]}", hint="correct the file; `tk check` lists every problem.")
    return document
