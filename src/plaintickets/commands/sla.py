"""`tk sla`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known, json_option, known
from plaintickets.commands.sla_uses import use_of
from plaintickets.commands.sla_verdicts import check_clocks, test_policies
from plaintickets.commands.stdin import settings_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.actions.sla import Desk, TicketClocks
    from plaintickets.console import CommandContext
    from plaintickets.project import Project


@click.command("sla", cls=QueryCommand)
@click.argument(
    "words",
    nargs=-1,
    metavar="[QUERY | check QUERY | events ID | presets | test [FILE]]",
    type=Known("sla words", is_dashed=True),
)
@click.option("--breached", is_flag=True, help="Only missed deadlines, also those met late.")
@click.option("--warning", is_flag=True, help="Only clocks in warning.")
@click.option("--unmatched", is_flag=True, help="List the tickets that no policy matches.")
@known("ticket", "--explain", metavar="ID", default="", help="Show every stretch of the clocks of ID with its reason.")
@known("revision", "--at", metavar="REV", default="", help="The state at a commit, a tag or a branch.")
@known(
    "policies",
    "--policy",
    metavar="today|FILE",
    default="",
    help="Use the policies of a file, or of today, throughout.",
)
@click.option("--within", metavar="DURATION", default="", help="With check: what is due within DURATION counts too.")
@json_option
@click.pass_obj
def command(
    context: CommandContext,
    words: tuple[str, ...],
    breached: bool,
    warning: bool,
    unmatched: bool,
    explain: str,
    at: str,
    policy: str,
    within: str,
) -> None:
    """List the clocks that run, the nearest deadline first; without QUERY, of tickets that are not closed.

    What has ended is judged by the policies that were in force then, unless --policy names others. A deadline
    is shown in the time zone of its calendar. `tk sla check` ends with exit code 1 if a deadline is missed,
    `tk sla events ID` lists what happened to the clocks of a ticket, `tk sla presets` the switches in which
    systems differ. `tk sla test` compares the timelines in sla-tests.yml with what the policies make of them.

    \b
    Examples:
      tk sla
      tk sla --breached type:incident
      tk sla check --within 1h
      tk sla --explain 7f3k
      tk sla --policy new-sla.yml --at v1.0
      tk sla test
    """
    from plaintickets.render.tables import rendered
    from plaintickets.reports import sla_clocks

    gc.disable()  # the clocks live until the end, and looking through them finds nothing
    form = "json" if context.json else "text"
    options = {"--breached": breached, "--warning": warning, "--unmatched": unmatched, "--within": within}
    use = use_of(words, explain, {**options, "--at": at, "--policy": policy})
    if use == "presets":
        context.out(rendered(form, sla_clocks.presets_table()))
        return
    if use == "test":
        test_policies(context, words[1:], policy)
        return
    project, desk = _desk(context, at, policy)
    if use == "events":
        found = desk.of(project.find(words[1], guess=True))
        context.out(rendered(form, sla_clocks.events_table(found.ticket.id, found.clocks)))
    elif use == "--explain":
        found = desk.of(project.find(explain, guess=True))
        context.out(rendered(form, sla_clocks.stretches_table(found.ticket.id, found.clocks, desk)))
    elif use == "check":
        check_clocks(context, project, _clocks(project, desk, words[1:]), desk, within)
    else:
        from plaintickets.actions.sla import chosen

        clocks = _clocks(project, desk, words)
        if unmatched:
            table = sla_clocks.unmatched_table([(one.ticket.id, one.ticket.title) for one in clocks if not one.policy])
        else:
            table = sla_clocks.clocks_table(chosen(clocks, breached=breached, warning=warning), desk)
        context.out(rendered(form, table))
    context.report(project.reading.problems)


def _desk(context: CommandContext, at: str, policy: str) -> tuple[Project, Desk]:
    from plaintickets.actions.sla import TODAY, Desk, TriedFile, project_at, with_policies_of

    project, _ = project_at(context.project, at)
    if policy and policy != TODAY:
        with_policies_of(project, TriedFile(policy, settings_content(policy, "--policy")))
    return project, Desk(project, past=not policy)


def _clocks(project: Project, desk: Desk, words: tuple[str, ...]) -> Iterator[TicketClocks]:
    from plaintickets.actions.listing import Filter, select

    return map(desk.listed, select(project, Filter(query=" ".join(words)), closed_too=False))
