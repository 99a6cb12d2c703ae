"""Write articles of the knowledge base: begin, edit, review, publish and retire them, each in one commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.article_reviews import ReviewReader
from plaintickets.actions.articles import document_named
from plaintickets.core.article import (
    AUDIENCES,
    DRAFT,
    PUBLISHED,
    RETIRED,
    REVIEWED,
    article_of,
    draft_of,
    problems_of,
    readable_part,
    slug_of,
)
from plaintickets.core.document import parse
from plaintickets.core.message import message
from plaintickets.core.paths import ARTICLES, is_reserved, is_ticket_id
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.approvals import entry_of
from plaintickets.core.servicedesk.duration import FORMS, seconds_of
from plaintickets.core.servicedesk.identities import is_person
from plaintickets.errors import GitRefusedError, RefusedError, UsageError
from plaintickets.store.files import read_bytes
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.article import Article
    from plaintickets.core.document import Document
    from plaintickets.core.frontmatter import Value
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome


class NewArticle(NamedTuple):
    """What a new article begins with; the name of its file comes from the title if it is empty."""

    title: str
    name: str = ""
    audience: str = ""
    keywords: Sequence[str] = ()
    related: Sequence[str] = ()
    review_every: str = ""
    body: str = ""


class Written(NamedTuple):
    """An article after a command, and the outcome; `was` is its status before, empty for a new one."""

    article: Article
    outcome: Outcome
    is_changed: bool
    was: str = ""


def create_article(project: Project, new: NewArticle, *, subject: str = "") -> Written:
    """Write a new article, as a draft.

    Raise UsageError for values that an article cannot have, RefusedError for a name that is taken.
    """
    from plaintickets.actions.articles import refuse_unknown

    title = " ".join(new.title.split())
    name = new.name or slug_of(title)
    if not title:
        raise UsageError("what is the title of the article?", hint='for example: tk kb new "Reset your password"')
    if not is_ticket_id(name) or is_reserved(name):
        raise UsageError(
            f"{quoted(name)} cannot be the name of an article", hint="--name gives one, such as my-article."
        )
    refuse_unknown(new.audience, AUDIENCES, "audience")
    if new.review_every and not seconds_of(new.review_every):
        raise UsageError(f"{quoted(new.review_every)} is not a duration", hint=f"write {FORMS}")
    related = [project.find(part).id for part in new.related]
    keys: dict[str, Value] = {
        "audience": new.audience or "internal", "keywords": list(new.keywords), "related": [*related],
        "review_every": new.review_every,
    }  # fmt: skip
    document = draft_of(f"{ARTICLES}/{name}.md", title, keys, new.body)
    with project.edit("kb") as edit:
        if os.path.lexists(f"{project.place.store}/{document.path}"):
            raise RefusedError(f"there is an article {quoted(name)} already", hint=f"tk kb edit {name}, or --name.")
        return _written(edit, None, document, "new", subject)


def edit_article(project: Project, path: str, started: bytes, edited: bytes, *, subject: str = "") -> Written:
    """Write an edited article; one whose text changed is a draft again, and its review has ended.

    Raise RefusedError if somebody else changed the file meanwhile.
    """
    before, after = parse(started, path), parse(edited, path)
    ends = not before.problems and readable_part(before) != readable_part(after)
    if ends and article_of(after).status in (REVIEWED, PUBLISHED):
        after = after.with_key("status", DRAFT).with_key("reviewed", None)
    with project.edit("kb") as edit:
        if content_of(project, path) != started:
            raise RefusedError(f"{path} was changed meanwhile; nothing was changed", hint="run the command again.")
        was = DRAFT if before.problems else article_of(before).status
        return _written(edit, started, after, "edit", subject)._replace(was=was)


def fault_of(path: str, content: bytes) -> str:
    """Return what is wrong with the edited text of an article, or nothing."""
    problems = problems_of(parse(content, path))
    return str(problems[0]) if problems else ""


def content_of(project: Project, path: str) -> bytes:
    """Return the bytes of an article's file."""
    return read_bytes(project.place.store, path, project.config.format_max_file_size)


def review_article(project: Project, name: str, *, subject: str = "") -> Written:
    """Record that the user has reviewed an article, which then can be published.

    Raise RefusedError for the last author and for somebody who is not one of the people, GitRefusedError without a
    repository.
    """
    from plaintickets.actions.approve import who

    _require_git(project)
    person = who(project)

    def reviewed(document: Document) -> Document:
        article, known = article_of(document), ReviewReader(project).of(document)
        if is_person(person, known.author_identity, project.config):
            raise RefusedError(
                f"you are the last author of {article.slug}; nothing was changed",
                hint="somebody else reviews it: `tk kb review` in a clone of theirs.",
            )
        status = REVIEWED if article.status in (DRAFT, RETIRED) else article.status
        entry = entry_of(person, project.stamp[:10])
        if entry == article.reviewed and known.reason:
            entry = entry_of(person, project.stamp)  # the same day, after a change by hand
        return document.with_key("status", status).with_key("reviewed", entry)

    return _changed(project, name, "review", reviewed, subject)


def publish_article(project: Project, name: str, *, subject: str = "") -> Written:
    """Publish an article that somebody other than its last author has reviewed.

    Raise RefusedError for one without a valid review.
    """

    def published(document: Document) -> Document:
        _require_git(project)
        review = ReviewReader(project).of(document)
        if not review.is_valid:
            slug = article_of(document).slug
            raise RefusedError(
                f"{slug} cannot be published: {review.reason}",
                hint=f"somebody other than {review.author} runs: tk kb review {slug}",
            )
        return document.with_key("status", PUBLISHED)

    return _changed(project, name, "publish", published, subject)


def _require_git(project: Project) -> None:
    """Raise GitRefusedError without a repository."""
    if project.git is None:
        raise GitRefusedError("not a git repository, so nobody could tell who reviewed", hint="`git init` makes one.")


def retire_article(project: Project, name: str, *, subject: str = "") -> Written:
    """Retire an article: it stays, and is not suggested."""
    return _changed(project, name, "retire", lambda document: document.with_key("status", RETIRED), subject)


def _changed(project: Project, name: str, deed: str, change: Callable[[Document], Document], subject: str) -> Written:
    with project.edit("kb") as edit:
        document = document_named(project, name)
        before = content_of(project, document.path)
        return _written(edit, before, change(document), deed, subject)._replace(was=article_of(document).status)


def _written(edit: Edit, before: bytes | None, document: Document, deed: str, subject: str) -> Written:
    article, project = article_of(document), edit.project
    after = document.to_bytes()
    edit.put(Write(document.path, before, after))
    text = message(
        "kb", [], project.config.commit_template, subject=subject,
        standard=f"tk: kb: {deed} {article.slug} {article.title}".rstrip(),
    )  # fmt: skip
    return Written(article, edit.commit_as(text), is_changed=after != before)
