"""`tk show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option
from plaintickets.core.ticket import has_approvals, id_of
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.console import CommandContext
    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.project import Project


@click.command("show")
@ids_argument()
@click.option("--raw", is_flag=True, help="Show the file's text, as a pipe gets it.")
@json_option
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], *, raw: bool) -> None:
    """Show tickets with their relations and comments.

    On a terminal a ticket has a heading, its state in a line, its relations with their titles, and its
    text and comments as rendered Markdown. In a pipe, and with --raw, it is the file's text, then its
    blockers, what it blocks, its children and links.

    ID@REV is the ticket at a commit, a tag or a branch, with its relations at that commit.

    \b
    Examples:
      tk show 7f3k
      tk show 7f3k --raw
      tk show 7f3k a2c9 --json
      tk show 7f3k@v1.0
    """
    from plaintickets.render.ticket import shown

    found = _asked(context.project, tickets)
    if context.json:
        _print_json(context, found)
        return
    texts: list[str] = []
    pages: list[tuple[Document, Sequence[Comment], Project]] = []
    broken: list[Problem] = []
    for state, document in found:
        apart, problems = state.comments_apart(document)
        context.report(problems)
        if context.for_person and not raw and not document.problems:
            pages.append((document, apart, state))
        else:
            text = shown(document, state.graph, apart, for_terminal=context.is_terminal)
            if _is_computed(context, state, document):
                from plaintickets.commands.show_computed import computed_sections

                text += computed_sections(context, document)
            texts.append(text)
        broken += [problem for problem in state.reading.problems if problem.path == document.path]
    if pages:
        from plaintickets.commands.show_pages import show_pages

        show_pages(context, pages, texts)
    else:
        context.page("\n".join(texts))
    context.report(broken)
    for _, document in found:
        if document.keys.get("conflicts"):
            name = id_of(document.path)
            context.note(safe.line(f"note: {name} records conflicts of a merge; `tk resolve {name}` resolves them"))


def _print_json(context: CommandContext, found: Iterable[tuple[Project, Document]]) -> None:
    from plaintickets.render.jsonform import document as json_document
    from plaintickets.render.ticket import json_object

    objects = []
    for state, document in found:
        objects.append(json_object(document, state.graph, state.comments(document)))
        if _is_computed(context, state, document):
            from plaintickets.commands.show_computed import computed_json

            objects[-1] |= computed_json(context, document)
    context.out(json_document("tickets", objects))


def _is_computed(context: CommandContext, state: Project, document: Document) -> bool:
    """Tell whether a ticket has clocks or approvals, which are computed from today's history."""
    return state is context.project and (bool(state.config.sla) or has_approvals(document.keys))


def _asked(project: Project, words: Iterable[str]) -> list[tuple[Project, Document]]:
    """Return the documents of ids or `ID@REV`, each with its store."""
    states = {"": project}
    found = []
    for word in words:
        part, _, revision = word.partition("@")
        if not part or not revision or project.existing_path(word):
            part, revision = word, ""
        if revision not in states:
            from plaintickets.past_project import at

            states[revision] = at(project, revision)
        found.append((states[revision], states[revision].document(part, guess=True)))
    return found
