"""`tk sync`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.sync import Synced
    from plaintickets.console import CommandContext

# What was done where the conflict was about the ticket as a whole.
_WHOLE = {
    "id": "both sides renamed it",
    "ticket": "one side removed it and the other changed it; it stays",
}


@click.command("sync")
@click.option("--method", type=click.Choice(["rebase", "merge"]), help="As `sync.method` says, else rebase.")
@click.option("--on-conflict", type=click.Choice(["stop", "record"]), help="As `merge.on-conflict` says, else stop.")
@click.option("--branch", "ticket_branch", metavar="NAME", help="Push the tickets alone, to a branch of the remote.")
@click.option("--all", "everything", is_flag=True, help="Push commits of code too.")
@click.option("--no-push", is_flag=True, help="Only take in what others did.")
@click.option("-n", "--dry-run", is_flag=True, help="Fetch, and say what would be done.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="Longest wait for the remote; 0: ever.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing on success.")
@json_option
@click.pass_obj
def command(
    context: CommandContext,
    method: str | None,
    on_conflict: str | None,
    ticket_branch: str | None,
    *,
    everything: bool,
    no_push: bool,
    dry_run: bool,
    timeout: float,
    quiet: bool,
) -> None:
    """Bring your tickets to the remote and those of others here: fetch, join, push.

    The branch that you are on is joined with the one it is shared by. Tickets that both sides changed
    are merged field by field. Your uncommitted work stays where it is, and nothing is ever forced.
    Whatever stops it, your branch, index and files are as they were, and the exit code is 5.

    Commits that hold more than tickets are pushed with --all only. Where the shared branch is
    protected, --branch pushes the commits of tickets to a branch to open a pull request from; your
    own branch then stays where it is.

    \b
    Examples:
      tk sync
      tk sync --dry-run
      tk sync --on-conflict record --quiet --timeout 60
      tk sync --branch tickets/ada
    """
    from plaintickets.actions.sync import Wishes, sync

    if ticket_branch is not None and (no_push or everything or not ticket_branch):
        raise UsageError("--branch NAME pushes tickets alone: it takes neither --all nor --no-push")
    config = context.project.config
    records = (on_conflict or config.merge_on_conflict) == "record"
    everything = everything or config.sync_push == "all"
    wishes = Wishes(
        method or config.sync_method, records, not no_push, everything, dry_run, ticket_branch or "", timeout or None
    )
    context.quiet = context.quiet or quiet
    done = sync(context.project, wishes)
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        fields = done._asdict() | {
            "recorded": [found._asdict() for found in done.recorded],
            "renamed": [row._asdict() for row in done.renamed],
            "dry_run": dry_run,
        }
        context.out(dumps({"format": FORMAT, **fields}))
        return
    _say(context, done, dry_run=dry_run, pushes=not no_push)


def _say(context: CommandContext, done: Synced, *, dry_run: bool, pushes: bool) -> None:
    would = "would be " if dry_run else ""
    if not pushes:
        context.say(f"{done.upstream}: {_commits(done.received)} {would}received")
    elif not done.received and not done.sent:
        context.say(f"Nothing to do: {done.branch} and {done.upstream} are in step")
    else:
        context.say(f"{done.upstream}: {_commits(done.received)} {would}received, {_commits(done.sent)} {would}sent")
    if done.merged:
        context.say(f"Merged: {', '.join(done.merged)}")
    for found in done.recorded:
        said = _WHOLE.get(found.field, f"both sides changed {found.field}; the other value is kept in the ticket")
        context.note(f"{found.ticket}: {said}")
    for row in done.renamed:
        context.note(f'{row.ticket}: "{row.title}" has the id {row.id} now')
    if done.left_out:
        context.note(f"{_commits(done.left_out)} that hold{'s' * (done.left_out == 1)} more than tickets left out")


def _commits(number: int) -> str:
    return f"{number} commit{'s' if number != 1 else ''}"
