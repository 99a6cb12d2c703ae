"""The actions of `tk kb` that only read, and the articles that other commands suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.computed_parts import fitting
from plaintickets.errors import TicketNotFoundError, UsageError
from plaintickets.render import safe
from plaintickets.render.articles import (
    article_object,
    articles_section,
    articles_table,
    fit_lines,
    fit_object,
    fits_table,
    hits_table,
)
from plaintickets.render.jsonform import document as json_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.console import CommandContext
    from plaintickets.core.article import Article
    from plaintickets.core.article_fit import Asker
    from plaintickets.core.document import Document
    from plaintickets.core.table import Table


def _show_table(context: CommandContext, table: Table, nothing: str) -> None:
    from plaintickets.render.tables import rendered

    if table.rows:
        context.page(rendered("text", table))
    elif context.is_terminal:
        context.note(nothing)


def run_ls(context: CommandContext, words: Sequence[str], *, status: str, audience: str) -> None:
    """List the articles."""
    from plaintickets.actions.articles import listed

    if words:
        raise UsageError("`tk kb ls` takes no words", hint="`tk kb search WORDS` finds articles.")
    found, problems = listed(context.project, status, audience)
    if context.json:
        context.out(json_document("articles", map(article_object, found), problems=list(map(str, problems))))
        return
    _show_table(context, articles_table(found), "no articles")
    context.report(problems)


def run_search(context: CommandContext, words: Sequence[str], *, status: str, audience: str, limit: int | None) -> None:
    """Find articles by their words."""
    from plaintickets.actions.article_index import search_articles

    hits = search_articles(context.project, " ".join(words), status, audience, limit or 20)
    if context.json:
        objects = [
            {**article_object(hit.article), "score": hit.score, "snippets": [one.text for one in hit.snippets]}
            for hit in hits
        ]
        context.out(json_document("articles", objects))
        return
    rows = [(hit.article, " ".join(hit.snippets[0].text.split()) if hit.snippets else "") for hit in hits]
    _show_table(context, hits_table(rows), "no article has these words")


def run_show(context: CommandContext, words: Sequence[str], *, raw: bool) -> None:
    """Show an article."""
    from plaintickets.actions.articles import path_named
    from plaintickets.core.article import article_of, problems_of

    document = context.project.document_at(path_named(context.project, one_word(words, "show")))
    context.report(problems_of(document))
    article = article_of(document)
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, **article_object(article), "text": article.body.strip("\n")}))
    elif raw or not context.for_person:
        context.raw(document.to_bytes().decode())
    else:
        from plaintickets.render.styled import contained, painted, styled
        from plaintickets.render.terminal_markdown import Options, render

        options = Options(context.terminal.columns, context.colored)
        lines = [((safe.line(article.title), "bold"),), styled(" · ".join(_state(article)), "quiet"), ()]
        lines += render(article.body.strip("\n"), options)
        context.page("\n".join(painted(contained(line), context.paint) for line in lines) + "\n")


def _state(article: Article) -> list[str]:
    reviewed = [f"reviewed {article.reviewed}"] if article.reviewed else []
    return [article.path, article.status, article.audience, *reviewed]


def run_suggest(context: CommandContext, words: Sequence[str], *, limit: int | None) -> None:
    """Name the published articles that fit a ticket or a text."""
    from plaintickets.actions.article_index import SUGGESTED, suggest

    if not words:
        raise UsageError("what should the articles fit?", hint="for example: tk kb suggest 7f3k")
    found = suggest(context.project, _asker(context, words), limit or SUGGESTED)
    if context.json:
        context.out(json_document("articles", map(fit_object, found)))
        return
    _show_table(context, fits_table(found), "no published article fits")


def one_word(words: Sequence[str], action: str) -> str:
    """Return the only word.

    Raise UsageError for none and for several.
    """
    if len(words) != 1:
        raise UsageError(f"`tk kb {action}` takes one name", hint="`tk kb ls` lists the articles.")
    return words[0]


def _asker(context: CommandContext, words: Sequence[str]) -> Asker:
    from plaintickets.core.article_fit import Asker, asker_of

    if len(words) == 1 and " " not in words[0]:
        try:
            return asker_of(context.project.document(words[0], guess=True))
        except TicketNotFoundError:
            pass
    return Asker("", " ".join(words))


def fitting_section(context: CommandContext, document: Document) -> str:
    """Return the section Articles of a ticket, empty without articles that fit."""
    return articles_section(fitting(context.project, document))


def note_fitting(context: CommandContext, document: Document) -> list[dict[str, object]]:
    """Name the articles that fit a new ticket, on standard error, and return them for JSON."""
    found = fitting(context.project, document)
    for line in fit_lines(found):
        context.note(f"an article may answer it: {line}")
    return [fit_object(one) for one in found]
