"""`tk show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, refuse_given
from plaintickets.core.ticket import has_computed, id_of
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    from plaintickets.actions.asked_tickets import asked
    from plaintickets.render.ticket import shown

    if context.json:
        refuse_given({"--raw": raw}, "text, not with --json")
    found = asked(context.project, tickets)
    if context.json:
        from plaintickets.actions.shown_tickets import shown_object
        from plaintickets.render.jsonform import dumps

        context.out(dumps(shown_object(context.project, found)))
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
            if state is context.project and (state.config.sla or has_computed(document.keys)):
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
