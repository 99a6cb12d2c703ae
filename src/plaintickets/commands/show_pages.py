"""Show tickets on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.ticket import has_computed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.console import CommandContext
    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.project import Project


def show_pages(
    context: CommandContext, pages: Sequence[tuple[Document, Sequence[Comment], Project]], texts: Sequence[str]
) -> None:
    """Show the pages of tickets, then the texts of those that cannot be read.

    Links can be followed only if no pager is needed: an older `less` shows their sequences as text.
    """
    text = _joined(context, pages, texts, has_links=False)
    if context.has_links and not context.is_long(text):
        text = _joined(context, pages, texts, has_links=True)
    context.page(text)


def _joined(
    context: CommandContext,
    pages: Sequence[tuple[Document, Sequence[Comment], Project]],
    texts: Sequence[str],
    *,
    has_links: bool,
) -> str:
    from plaintickets.render.terminal_markdown import Options
    from plaintickets.render.ticket_screen import Screen, page

    columns = context.terminal.columns
    options = Options(columns, context.colored, has_links)
    rule = context.paint("─" * columns, "quiet") + "\n"
    shown = []
    for document, apart, project in pages:
        screen = Screen(project.graph, project.config, context.project.now, options, context.paint)
        text = page(document, apart, screen)
        if project is context.project and (project.config.sla or has_computed(document.keys)):
            from plaintickets.commands.show_computed import computed_sections

            text += computed_sections(context, document)
        if project is context.project and project.has_articles:
            from plaintickets.commands.show_articles import fitting_section

            text += fitting_section(context, document)
        shown.append(text)
    return rule.join([*shown, *texts])
