"""Tickets as JSON for `tk show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.ticket import has_computed
from plaintickets.render.jsonform import document as json_document
from plaintickets.render.ticket import json_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document
    from plaintickets.project import Project


def show_json(context: CommandContext, found: Iterable[tuple[Project, Document]]) -> None:
    """Print tickets with their comments and relations; one of another store names its store."""
    objects = []
    problems: list[str] = []
    for state, document in found:
        objects.append(json_object(document, state.graph, state.comments(document)))
        problems += map(str, state.comments_apart(document)[1])
        is_computed = state.config.sla or has_computed(document.keys) or state.has_articles
        if state is context.project and is_computed:
            from plaintickets.commands.show_computed import computed_json

            objects[-1] |= computed_json(context, document)
        if type(state) is type(context.project) and state.place != context.project.place:
            from plaintickets.store.work_tree_stores import name_of

            objects[-1]["store"] = name_of(state.place.prefix)
    context.out(json_document("tickets", objects, problems=problems))
