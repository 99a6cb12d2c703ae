"""The actions of `tk kb` that write."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from plaintickets.actions import write_article
from plaintickets.commands.options import finish
from plaintickets.commands.show_articles import one_word
from plaintickets.commands.stdin import is_terminal
from plaintickets.core.article import DRAFT, PUBLISHED
from plaintickets.render.articles import article_object

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.actions.write_article import NewArticle, Written
    from plaintickets.console import CommandContext
    from plaintickets.project import Project


def run_new(
    context: CommandContext,
    words: Sequence[str],
    *,
    name: str,
    audience: str,
    keywords: str,
    related: tuple[str, ...],
    every: str,
    source: str,
    edits: bool,
) -> None:
    """Write a new article, as a draft."""
    from plaintickets.actions.write_article import NewArticle

    body = ""
    if source:
        from plaintickets.commands.drafting import read_source

        body = read_source(source, context.project.config.format_max_file_size)
    new = NewArticle(" ".join(words), name, audience, _listed(keywords), related, every, body)
    _create(context, new, edits=edits)


def run_from(
    context: CommandContext,
    words: Sequence[str],
    *,
    name: str,
    title: str,
    edits: bool,
    keywords: str,
    every: str,
) -> None:
    """Draft an article from a closed ticket."""
    from plaintickets.actions.article_from_ticket import article_from

    new = article_from(context.project, one_word(words, "from"), title, name)
    more = tuple(dict.fromkeys((*new.keywords, *_listed(keywords))))
    _create(context, new._replace(keywords=more, review_every=every), edits=edits)


def _create(context: CommandContext, new: NewArticle, *, edits: bool) -> None:
    context.project.require_ready()
    done = write_article.create_article(context.project, new, subject=context.subject)
    context.say(f"Drafted {done.article.path}")
    if edits:
        _edit(context, done.article.path)
        return
    _finish(context, done)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def run_edit(context: CommandContext, words: Sequence[str]) -> None:
    """Edit an article in the editor."""
    from plaintickets.actions.articles import path_named

    _edit(context, path_named(context.project, one_word(words, "edit")))


def _edit(context: CommandContext, path: str) -> None:
    project = context.project
    if not is_terminal() or not sys.stdout.isatty():
        context.out(f"Edit article file: {project.place.store}/{path}")
        return
    from plaintickets.commands.editor import edit_text

    project.require_ready()
    content = write_article.content_of(project, path)
    done = edit_text(
        context,
        path,
        content,
        lambda text: write_article.fault_of(path, text),
        lambda text: write_article.edit_article(project, path, content, text, subject=context.subject),
    )
    if done is None:
        context.say("nothing was changed")
        return
    context.say(f"Updated {done.article.path}")
    if done.was != done.article.status == DRAFT:
        context.note(f"note: {done.article.slug} is a draft again: somebody else reviews the new text")
    _finish(context, done)


def run_review(context: CommandContext, words: Sequence[str]) -> None:
    """Record that the user has reviewed an article."""
    _run(context, words, "review", write_article.review_article, "Reviewed")


def run_publish(context: CommandContext, words: Sequence[str]) -> None:
    """Publish an article."""
    done = _run(context, words, "publish", write_article.publish_article, "Published")
    if done.article.audience != "public" and done.was != PUBLISHED:
        context.note(f"note: the audience of {done.article.slug} is {done.article.audience}")


def run_retire(context: CommandContext, words: Sequence[str]) -> None:
    """Retire an article."""
    _run(context, words, "retire", write_article.retire_article, "Retired")


def _run(
    context: CommandContext, words: Sequence[str], action: str, deed: Callable[..., Written], verb: str
) -> Written:
    project: Project = context.project
    done = deed(project, one_word(words, action), subject=context.subject)
    context.say(f"{verb} {done.article.path}" if done.is_changed else f"{done.article.path}: {verb.lower()} already")
    _finish(context, done)
    return done


def _finish(context: CommandContext, done: Written) -> None:
    finish(context, done.outcome, article=article_object(done.article))
