"""What the reports of one page share is read once, and gives each the numbers that it has alone."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from builders import surroundings
from plaintickets.actions.dashboard import dashboard
from plaintickets.actions.report import Wanted, report
from plaintickets.actions.report_inputs import ReportInputs
from plaintickets.project import Project
from plaintickets.reports import REPORTS

if TYPE_CHECKING:
    from builders import Repository


def test_reports_of_one_page_share_the_history_and_the_tickets(repository: Repository) -> None:
    tk = repository.tk
    tk.write("pt-1", "First", more="milestone: '1'\n")
    repository.commit_all()
    tk("start", "pt-1")
    tk("close", "pt-1", "--no-commit")
    tk.write("pt-2", "Not committed")
    for _ in ("read anew", "from what was kept"):
        inputs = ReportInputs(Project.open(surroundings(repository, Random(7).randrange), {}))
        known = [inputs.history(REPORTS[name], partial=False)[0] for name in ("flow", "burndown", "stale")]
        assert len({id(one.times) for one in known if one}) == 1
        assert [len(one.events) for one in known if one][:2] == [0, 1]
        assert known[0]
        assert [time.status for time in known[0].times["pt-1"]] == ["open", "in_progress", "closed"]
        assert known[0].times["pt-2"]
        assert inputs.tickets("id:pt-1") is inputs.tickets("id:pt-1")


def test_each_report_of_a_dashboard_has_its_own_numbers(repository: Repository) -> None:
    (repository.tk.store / "config.yml").write_text(
        "dashboards:\n  all:\n" + "".join(f"    - {{report: {name}}}\n" for name in REPORTS if name not in SPECIAL),
        encoding="utf-8",
    )
    for number in range(4):
        repository.tk.write(f"pt-{number}", f"Ticket {number}", deps="pt-0" if number else "")
    repository.commit_all()
    repository.tk("close", "pt-0")
    repository.tk("set", "pt-1", "priority=0", "--no-commit")
    project = Project.open(surroundings(repository, Random(7).randrange), {})
    tables = [part.table for part in dashboard(project, "all")]
    for name, table in zip([name for name in REPORTS if name not in SPECIAL], tables, strict=True):
        assert table == report(project, name, Wanted()), name


SPECIAL = ("burndown", "sla")  # these need a milestone, and a policy
