"""Tickets as `tk show` gives them to programs: the file, its relations, and what is computed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.assets import CONCERNS
from plaintickets.core.ticket import has_approvals, has_computed
from plaintickets.render.jsonform import listed
from plaintickets.render.ticket import json_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.document import Document
    from plaintickets.project import Project


def shown_object(project: Project, found: Iterable[tuple[Project, Document]]) -> dict[str, object]:
    """Return tickets with their comments and relations; one of another store names its store."""
    objects = []
    problems: list[str] = []
    for state, document in found:
        objects.append(json_object(document, state.graph, state.comments(document)))
        problems += map(str, state.comments_apart(document)[1])
        if state is project and (project.config.sla or has_computed(document.keys) or project.has_articles):
            objects[-1] |= _computed(project, document)
        if type(state) is type(project) and state.place != project.place:
            from plaintickets.store.work_tree_stores import name_of

            objects[-1]["store"] = name_of(state.place.prefix)
    return listed("tickets", objects, problems=problems)


def _computed(project: Project, document: Document) -> dict[str, object]:
    """Return the clocks, the states of the approvals and the fitting articles."""
    from plaintickets.actions import computed_parts

    more: dict[str, object] = {}
    if project.config.sla:
        from plaintickets.reports.sla_clocks import clock_object

        clocks = computed_parts.live_clocks(project, document)
        more["clocks"] = None if clocks is None else list(map(clock_object, clocks[1]))
    if has_approvals(document.keys):
        from plaintickets.render.approvals import entry_object

        approvals = computed_parts.approvals_of(project, document)
        more["approval_states"] = None if approvals is None else list(map(entry_object, approvals))
    if CONCERNS in document.keys:
        from plaintickets.render.concerned import section_json

        more["concerned"] = section_json(computed_parts.concerned_rows(project, document))
    if project.has_articles:
        more["articles"] = fitting_objects(project, document)
    return more


def fitting_objects(project: Project, document: Document) -> list[dict[str, object]]:
    """Return the articles that fit a ticket, for JSON."""
    from plaintickets.actions.computed_parts import fitting
    from plaintickets.render.articles import fit_object

    return list(map(fit_object, fitting(project, document)))
