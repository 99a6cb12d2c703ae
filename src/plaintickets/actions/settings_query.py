"""The query of a rule or a route in the settings, as a test of tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.computed_fields import ComputedFields
from plaintickets.actions.unknown_values import unknown_values, unlisted
from plaintickets.core.query import QueryError, compile_query, parse
from plaintickets.errors import UnreadableError
from plaintickets.query_context import QueryContext, expanded, known_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.core.document import Document
    from plaintickets.core.query import ConditionCount
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


def settings_test(
    project: Project,
    text: str,
    place: str,
    unwritten: Mapping[str, Document] | None = None,
    count: ConditionCount | None = None,
) -> Callable[[Ticket], bool]:
    """Return the test of a query that stands at a place of the settings; `count` is of its neighbours.

    A value that no ticket has may be for later; one that is similar to a known one is remarked.
    Raise UnreadableError, with the place, for a query that names what does not exist.
    """
    try:
        query = parse(expanded(text, project.config.queries), known_fields(project))
        context = QueryContext(project, ComputedFields(project), unwritten)
        if count is not None:
            count.add(query, context)
        test = compile_query(query, context)
    except QueryError as error:
        raise UnreadableError(f"{place}: {error}", hint=error.hint) from None
    for unknown in unknown_values(project, query):
        if unknown.closed:
            raise unlisted(unknown, place)
        if unknown.near:
            project.around.notify(f"note: {place}: {unknown.sentence}. {unknown.near}")
    return test
