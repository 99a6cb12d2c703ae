"""Compute the parts of a dashboard: lists of tickets, reports and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.actions.report_inputs import ReportInputs
from plaintickets.core.checks.finding import shell
from plaintickets.core.dashboards import SHIPPED, Part, dashboards_of
from plaintickets.core.settings.dashboards import OF_REPORTS
from plaintickets.core.table import Column, Table
from plaintickets.errors import TicketsError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plaintickets.actions.report import Part as Counted
    from plaintickets.project import Project

LISTED = 10
_COLUMNS = (
    Column("id", "id", "ticket"),
    Column("priority", "P"),
    Column("status", "status"),
    Column("title", "title"),
    Column("assignee", "assignee", "person"),
)


def dashboard(project: Project, name: str) -> list[Part]:
    """Return the parts of a dashboard, `me` without a name.

    Raise UnknownNameError for an unknown dashboard, and the error of a part of the settings that cannot be shown.
    """
    known = dashboards_of(project.config)
    name = name or "me"
    if name not in known:
        from plaintickets.core.suggestions import did_you_mean

        hint = did_you_mean(name, known) or f"there are {', '.join(known)}; `dashboards` in the settings adds more."
        raise UnknownNameError(f"no dashboard '{name}'", hint=hint)
    parts = known[name]
    return [*_parts(project, parts, is_shipped=SHIPPED.get(name) is parts)]


def _parts(project: Project, parts: Sequence[Mapping[str, Any]], *, is_shipped: bool) -> Iterator[Part]:
    inputs = ReportInputs(project)
    for part in parts:
        if "text" in part:
            yield Part(part["text"], None)
        if "report" not in part and "query" not in part:
            continue
        try:
            yield Part("", table_of(project, part, inputs))
        except TicketsError as error:
            if not is_shipped:
                raise
            yield Part(f"{part.get('title') or part.get('report')}: {error}", None)


def table_of(project: Project, part: Mapping[str, Any], inputs: ReportInputs, counted: Counted | None = None) -> Table:
    """Return the report or the list of a part of a dashboard, of the whole store or what is counted of it.

    Raise the error of a part that cannot be shown.
    """
    return _report(project, part, inputs, counted) if "report" in part else _list(part, inputs, counted)


def _report(project: Project, part: Mapping[str, Any], inputs: ReportInputs, counted: Counted | None) -> Table:
    from plaintickets.actions.report import Wanted, report

    options = {key: part[key] for key in OF_REPORTS if key in part}
    table = report(project, part["report"], Wanted(part.get("query", ""), **options), counted, inputs)
    return table._replace(title=part.get("title") or table.title)


def _list(part: Mapping[str, Any], inputs: ReportInputs, counted: Counted | None) -> Table:
    """Return the most urgent tickets of a query, and how many there are besides."""
    from plaintickets.actions.arrange import urgent_first

    chosen, most = inputs.tickets(part["query"]), int(part.get("limit", LISTED))
    if counted is not None and (seen := counted.tickets) is not None:
        chosen = [seen[one.id] for one in chosen if one.id in seen]
    found = urgent_first(chosen, most)
    rows = [
        (one.id, "" if one.priority is None else f"P{one.priority}", one.status, one.title, one.text("assignee"))
        for one in found
    ]
    notes = [f"{len(chosen) - most:,} more: {shell('tk', 'ls', part['query'])}"] if len(chosen) > most else []
    return Table(f"{part.get('title') or part['query']} ({len(chosen):,})", _COLUMNS, rows, notes)
