"""`tk sla test`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.commands.stdin import settings_content

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


def test_policies(context: CommandContext, named: tuple[str, ...], policy: str) -> None:
    """Print the verdict on each timeline of a file; exit with 1 if one differs."""
    from plaintickets.actions import sla_tests
    from plaintickets.actions.sla import TODAY, with_policies_of
    from plaintickets.render.tables import rendered
    from plaintickets.reports.sla_clocks import tests_table

    if policy and policy != TODAY:
        with_policies_of(context.project, settings_content(policy, "--policy"))
    content = settings_content(named[0], "test") if named else sla_tests.content_of_store(context.project)
    found = sla_tests.run_tests(context.project, content, named[0] if named else sla_tests.FILE_NAME)
    context.out(rendered("json" if context.json else "text", tests_table(found.timelines, found.failures)))
    if found.failures:
        context.exit(1)
