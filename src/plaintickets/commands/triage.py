"""`tk triage`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("triage")
@click.argument("tickets", metavar="[ID…]", nargs=-1, type=Known("open ticket"))
@click.option("--explain", is_flag=True, help="Show also what was not proposed, and why.")
@click.option("--apply", "applies", is_flag=True, help="Set the proposed values.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], *, explain: bool, applies: bool) -> None:
    """Propose type, component, priority, tags, queue and assignee of tickets, and likely duplicates.

    Each proposal has a confidence and a reason: a rule under `triage` in config.yml, the matrix of impact
    and urgency, a route, or the most similar closed tickets. What a person set stays. Values that are
    probably wrong, below 50 %, are not proposed. Without ids, on a terminal, it walks through the tickets
    that `triage.query` selects, one key an answer.

    \b
    Examples:
      tk triage 7f3k
      tk triage 7f3k --explain
      tk triage 7f3k a2c9 --apply
      tk triage
    """
    from plaintickets.actions.triage import accept, triage

    if not tickets:
        _walk(context, explain=explain)
        return
    project = context.project
    if applies:
        project.require_settings()
    found = triage(project, [project.document(part, guess=not applies) for part in dict.fromkeys(tickets)])
    chosen = {one.ticket.id: one.proposals for one in found if applies}
    applied = accept(project, chosen, subject=context.subject)
    context.report(project.reading.problems)
    if context.json:
        from plaintickets.render.jsonform import document
        from plaintickets.render.triage import triaged_object

        objects = [triaged_object(one, applied.get(one.ticket.id, [])) for one in found]
        context.out(document("triaged", objects, problems=context.problems()))
        return
    from plaintickets.render.triage import triaged_lines

    for one in found:
        for line in triaged_lines(one, explain=explain):
            context.say(line)
        if one.ticket.id in applied:
            context.say(f"  set: {', '.join(applied[one.ticket.id])}")
    if applies:
        context.note_uncommitted()


def _walk(context: CommandContext, *, explain: bool) -> None:
    """Ask about one ticket after another."""
    from plaintickets.commands.stdin import is_terminal

    if context.json or not (is_terminal() and sys.stdout.isatty()):
        raise UsageError("name a ticket", hint="without ids, `tk triage` asks, which needs a terminal.")
    from plaintickets.commands.triage_walk import walk

    walk(context, explain=explain)
