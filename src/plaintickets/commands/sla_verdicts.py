"""`tk sla check` and `tk sla test`, which end with 1 where something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.commands.stdin import settings_content
from plaintickets.core.shortened import shortened
from plaintickets.errors import UnreadableError, UsageError
from plaintickets.store.files import id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.actions.sla import Desk, TicketClocks
    from plaintickets.console import CommandContext
    from plaintickets.project import Project


def test_policies(context: CommandContext, named: tuple[str, ...], policy: str) -> None:
    """Print the verdict on each timeline of a file; exit with 1 if one differs."""
    from plaintickets.actions import sla_tests
    from plaintickets.actions.sla import TODAY, TriedFile, with_policies_of
    from plaintickets.render.tables import rendered
    from plaintickets.reports.sla_clocks import tests_table

    if policy and policy != TODAY:
        with_policies_of(context.project, TriedFile(policy, settings_content(policy, "--policy")))
    content = settings_content(named[0], "test") if named else sla_tests.content_of_store(context.project)
    found = sla_tests.run_tests(context.project, content, named[0] if named else sla_tests.FILE_NAME)
    context.out(rendered("json" if context.json else "text", tests_table(found.timelines, found.failures)))
    if found.failures:
        context.exit(1)


def check_clocks(
    context: CommandContext,
    project: Project,
    found: Iterable[TicketClocks],
    desk: Desk,
    within: str,
) -> None:
    """Print the clocks that have missed their deadline, or will within a duration; exit with 1 if there are any.

    Raise UnreadableError if a ticket cannot be read: its clocks are not known.
    """
    from plaintickets.actions.blockers import unread
    from plaintickets.actions.sla import missed
    from plaintickets.core.servicedesk.duration import FORMS, seconds_of
    from plaintickets.render.tables import rendered
    from plaintickets.reports import sla_clocks

    seconds = seconds_of(within) if within else 0
    if seconds is None:
        raise UsageError(f"'{within}' is no duration", hint=f"write {FORMS}.")
    project.require_settings()
    rows = missed(found, seconds)
    context.out(rendered("json" if context.json else "text", sla_clocks.clocks_table(rows, desk)))
    context.report(project.reading.problems)
    missing = dict.fromkeys(id_of(problem.path) for problem in unread(project))
    if missing:
        raise UnreadableError(
            f"cannot read {shortened([*missing], 10)}: the clocks of a ticket that cannot be read are not known",
            hint="`tk doctor` says what is wrong.",
        )
    context.exit(1 if rows else 0)
