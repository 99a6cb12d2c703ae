"""`tk handover`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("handover", cls=QueryCommand)
@click.argument("giver", metavar="FROM", type=Known("person"))
@click.argument("taker", metavar="TO", type=Known("person"))
@click.argument("words", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@click.option(
    "-m", "message", metavar="MESSAGE", required=True, help="What the next person must know; an internal comment."
)
@click.option("-n", "--dry-run", is_flag=True, help="Only show which tickets would go over.")
@json_option
@writes(message=False)
@click.pass_obj
def command(
    context: CommandContext, giver: str, taker: str, words: tuple[str, ...], *, message: str, dry_run: bool
) -> None:
    """Hand the open tickets of FROM over to TO, each with MESSAGE as an internal comment, in one commit.

    FROM and TO are people, `team:NAME` or `me`; FROM may have left. With QUERY, only the tickets that match it.

    \b
    Examples:
      tk handover ada bo -m "Ada is away until January."
      tk handover ada team:core component:parser -m "Bo knows the grammar." --dry-run
    """
    from plaintickets.actions.handover import hand_over
    from plaintickets.commands.stdin import text_or_stdin
    from plaintickets.errors import UsageError

    message = text_or_stdin(message, "-m").strip()
    if not message:
        raise UsageError("the message is empty", hint='-m "What the next person must know"')
    query = " ".join(words)
    project, subject = context.project, context.subject
    done = hand_over(project, giver, taker, query, message, dry_run=dry_run, subject=subject)
    for remark in done.remarks:
        context.note(f"warning: {remark}")
    for ticket in done.tickets:
        context.say(f"{'Would hand' if dry_run else 'Handed'} {ticket.id} over to {done.taker}: {ticket.title}")
    if not done.tickets:
        context.say(f"{done.giver} has no open tickets{' that match' if query else ''}: nothing to hand over")
    if context.json:
        from plaintickets.render.jsonform import document

        commit = (done.outcome.commit if done.outcome else "") or None
        ids = [ticket.id for ticket in done.tickets]
        context.out(document("tickets", ids, commit=commit, giver=done.giver, taker=done.taker, remarks=done.remarks))
    context.report(project.reading.problems)
    if done.outcome is not None:
        context.note_uncommitted()
