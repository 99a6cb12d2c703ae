"""The pages of reports and dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.utils import url_quote

from plaintickets.errors import RefusedError, UsageError
from plaintickets.web.refusals import refusal_on_page
from plaintickets.web.tables import shown
from plaintickets.web.views import ticket_address

if TYPE_CHECKING:
    from starlette.responses import Response

    from plaintickets.web.visit import Visit

_PERIODS = ("day", "week", "month")
_TYPED = ("since", "until", "by", "hours", "milestone")


def reports(visit: Visit) -> Response:
    """List the reports and the dashboards."""
    from plaintickets.core.dashboards import dashboards_of
    from plaintickets.reports import REPORTS

    rows = [(name, known.about, f"/reports/{url_quote(name)}") for name, known in REPORTS.items()]
    dashboards = [(name, f"/dashboards/{url_quote(name)}") for name in dashboards_of(visit.project.config)]
    return visit.page("reports.html", rows=rows, dashboards=dashboards, until="")


def report(visit: Visit) -> Response:
    """Show the picture and the table of a report, with a form for the options that it understands."""
    from plaintickets.actions.report import Wanted
    from plaintickets.actions.report import report as count
    from plaintickets.actions.report_options import milestones
    from plaintickets.reports import REPORTS

    name = str(visit.request.path_params["report"])
    taken = REPORTS[name].taken if name in REPORTS else ()
    typed: dict[str, str] = {option: visit.asked(option) for option in _TYPED if option in taken}
    query, per = visit.asked("q"), visit.asked("per")
    has_people, people = "people" in taken, bool(visit.asked("people"))
    tables, error = [], None
    offered = milestones(visit.project) if typed.get("milestone") == "" else []
    try:
        if per not in (*_PERIODS, ""):
            raise UsageError(f"no period '{per}'", hint="day, week or month.")
        options: dict[str, Any] = {**typed, "per": per or None, "partial": "partial" in taken}
        options["people"] = has_people and people
        tables = [] if offered else [shown(count(visit.project, name, Wanted(query, **options)), _address)]
    except (RefusedError, UsageError) as refused:
        error = refused
    refusal, status = refusal_on_page(error)
    return visit.page(
        "report.html",
        status,
        name=name,
        query=query,
        typed=typed,
        has_periods="per" in taken,
        per=per,
        milestones=offered,
        has_people=has_people,
        people=people,
        periods=_PERIODS,
        tables=tables,
        refusal=refusal,
    )


def dashboard(visit: Visit) -> Response:
    """Show the lists and reports of a dashboard below each other."""
    from plaintickets.actions.dashboard import dashboard as parts_of

    name = str(visit.request.path_params["dashboard"])
    parts = [(part.text, part.table and shown(part.table, _address)) for part in parts_of(visit.project, name)]
    return visit.page("dashboard.html", name=name, parts=parts)


def _address(ticket: str) -> str:
    return ticket and ticket_address(ticket)
