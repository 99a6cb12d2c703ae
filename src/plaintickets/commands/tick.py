"""`tk tick`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option, known, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("tick")
@click.option("-n", "--dry-run", is_flag=True, help="Only show what would be done.")
@known("tick parts", "--only", metavar="PARTS", default="", help="Only these: sla, rules, waiting, recurring, archive.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, only: str, *, dry_run: bool) -> None:
    """Do what the clock asks for, in one commit: rules on time, recurring tickets, the end of waiting.

    Run it from cron or scheduled CI. Running it twice, or in two clones, changes nothing more. `sla` are the
    rules that ask for clocks, `rules` the others; `archive`, which only `--only` does, moves tickets closed
    for 90 days. Exit code 1: something was refused, and the rest was done.

    \b
    Examples:
      tk tick
      tk tick --dry-run
      tk tick --only sla,recurring
    """
    from plaintickets.actions.tick import parts_of, tick
    from plaintickets.render.tables import rendered
    from plaintickets.reports.automation import done_table

    done = tick(context.project, parts_of(only), dry_run=dry_run, subject=context.subject)
    if context.json:
        context.out(rendered("json", done_table(done.rows, done.refused, dry_run=dry_run)))
    elif done.rows and not context.quiet:
        context.out(rendered("text", done_table(done.rows, (), dry_run=dry_run)))
    else:
        context.say("Nothing is due.")
    for line in done.refused:
        context.warn(f"refused: {line}")
    if done.outcome is not None:
        context.note_uncommitted()
    context.report(context.project.reading.problems)
    if done.refused:
        context.exit(1)
