"""`tk sync`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option, known
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.sync import Synced
    from plaintickets.console import CommandContext

# What was done about a conflict of the whole ticket.
_WHOLE = {
    "id": "both sides renamed it",
    "ticket": "one side removed it and the other changed it; it stays",
}


@click.command("sync")
@click.option(
    "--method", type=click.Choice(["rebase", "merge"]), help="By default the setting `sync.method`, else rebase."
)
@click.option(
    "--on-conflict",
    type=click.Choice(["stop", "record"]),
    help="By default the setting `merge.on-conflict`, else stop.",
)
@known("branch", "--branch", "ticket_branch", metavar="NAME", help="Push only tickets, to this branch of the remote.")
@click.option("--all", "everything", is_flag=True, help="Also push commits of code.")
@click.option("--no-push", is_flag=True, help="Only fetch and merge; push nothing.")
@click.option("-n", "--dry-run", is_flag=True, help="Fetch, and show what would be done.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="Longest wait for the remote; 0: no limit.",
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
    """Exchange tickets with the remote: fetch, merge or rebase, push.

    The current branch is combined with its upstream. Tickets that both sides changed are merged field by
    field. Uncommitted work is kept, and nothing is ever forced. If anything fails, the branch, the index
    and the files stay unchanged, and the exit code is 5.

    Commits that contain more than tickets are pushed only with --all. If the shared branch is protected,
    --branch pushes the commits of tickets to another branch, for a pull request; your own branch does
    not change.

    \b
    Examples:
      tk sync
      tk sync --dry-run
      tk sync --on-conflict record --quiet --timeout 60
      tk sync --branch tickets/ada
    """
    from plaintickets.actions.sync import SyncOptions, sync

    if ticket_branch is not None and (no_push or everything or not ticket_branch):
        raise UsageError("--branch NAME pushes only tickets: it cannot be combined with --all or --no-push")
    config = context.project.config
    records = (on_conflict or config.merge_on_conflict) == "record"
    everything = everything or config.sync_push == "all"
    options = SyncOptions(
        method or config.sync_method, records, not no_push, everything, dry_run, ticket_branch or "", timeout or None
    )
    context.quiet = context.quiet or quiet
    done = sync(context.project, options)
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        rows = {name: [row._asdict() for row in getattr(done, name)] for name in ("recorded", "renamed", "dangling")}
        fields = {**done._asdict(), **rows, "dry_run": dry_run}
        context.out(dumps({"format": FORMAT, **fields}))
        return
    _say(context, done, dry_run=dry_run, pushes=not no_push)


def _say(context: CommandContext, done: Synced, *, dry_run: bool, pushes: bool) -> None:
    would = "would be " if dry_run else ""
    if not pushes:
        context.say(f"{done.upstream}: {_commits(done.received)} {would}received")
    elif not done.received and not done.sent:
        context.say(f"Nothing to do: {done.branch} and {done.upstream} are equal")
    else:
        context.say(f"{done.upstream}: {_commits(done.received)} {would}received, {_commits(done.sent)} {would}sent")
    if done.merged:
        context.say(f"Merged: {', '.join(done.merged)}")
    for found in done.recorded:
        said = _WHOLE.get(found.field, f"both sides changed {found.field}; the other value is kept in the ticket")
        context.note(f"{found.ticket}: {said}")
    for row in done.renamed:
        context.note(f'{row.ticket}: "{row.title}" has the id {row.id} now')
    for lost in done.dangling:
        context.note(f"{lost.ticket}: {lost.field} has {lost.removed}, which the other side removed")
    if done.left_out:
        contain = "contains" if done.left_out == 1 else "contain"
        context.note(f"not pushed: {_commits(done.left_out)} that {contain} more than tickets")


def _commits(number: int) -> str:
    return f"{number} commit{'s' if number != 1 else ''}"
