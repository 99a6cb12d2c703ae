"""`tk resolve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.resolve import Resolved
    from plaintickets.console import CommandContext


@click.command("resolve")
@click.argument("ticket", metavar="[ID]", default="", type=Known("conflicted ticket"))
@click.argument("fields", metavar="[FIELD…]", nargs=-1, type=Known("conflict"))
@click.option(
    "--ours", "favour", flag_value="ours", default="", help="Take our side; outside a merge, the current value."
)
@click.option("--theirs", "favour", flag_value="theirs", help="Take their side; outside a merge, the recorded value.")
@click.option("--edit", "edits", is_flag=True, help="Open the file in your editor.")
@click.option("--auto", "is_auto", is_flag=True, help="Merge every ticket that git left unmerged, field by field.")
@json_option
@writes()
@click.pass_obj
def command(
    context: CommandContext, ticket: str, fields: tuple[str, ...], favour: str, *, edits: bool, is_auto: bool
) -> None:
    """Resolve conflicts of a merge: fields that both sides changed to different values.

    Without an option it shows the conflicts, and exits with 1 if there are any. During a merge, rebase or
    cherry-pick, a ticket without conflicts is added to git's index, and no other file; at any other time
    the change is committed. FIELD is a key, `title` or `text`.

    --auto needs no merge driver: it reads both sides from git's index, adds the tickets that have no
    conflict, and skips files that were edited since.

    \b
    Examples:
      tk resolve 7f3k
      tk resolve 7f3k --theirs priority
      tk resolve --auto
    """
    from plaintickets.actions.resolve import next_command, resolve, resolve_all, resolve_ticket

    if bool(ticket) == is_auto or (edits and (favour or fields)) or (is_auto and (favour or edits)):
        raise UsageError("name a ticket, or use --auto", hint="for example: tk resolve 7f3k --ours")
    if fields and not favour:
        raise UsageError("name the side to take", hint=f"for example: tk resolve {ticket} --ours {fields[0]}")
    if is_auto:
        done = resolve_all(context.project)
    elif edits:
        done = [_edited(context, context.project.path_of(ticket))]
    elif fields:
        done = [resolve(context.project, _path(context, ticket), favour, fields, subject=context.subject)]
    else:
        done = resolve_ticket(context.project, _path(context, ticket), favour, subject=context.subject)
    for resolved in done:
        _say(context, resolved)
    left = any(resolved.left or resolved.refused for resolved in done)
    way = next_command(context.project)
    if is_auto and not done:
        context.say("git left no ticket unmerged")
    elif way and not left and not context.json:
        context.say(f"Go on with: {way}")
    rows = [{"id": row.ticket, "left": row.left, "refused": row.refused or None, "added": row.added} for row in done]
    finish(context, done[-1].outcome, tickets=rows) if done else None
    context.exit(int(left))


def _path(context: CommandContext, ticket: str) -> str:
    """Return the path of a ticket, even if a merge left no file of it."""
    from plaintickets.actions.resolve import unmerged_path
    from plaintickets.errors import RefusedError

    try:
        return context.project.path_of(ticket)
    except RefusedError:
        path = unmerged_path(context.project, ticket)
        if not path:
            raise
        return path


def _edited(context: CommandContext, path: str) -> Resolved:
    from plaintickets.actions.hand_edits import content_of, fault
    from plaintickets.actions.resolve import resolve, write_edited
    from plaintickets.commands.editor import edit_text

    started = content_of(context.project, path)
    done = edit_text(
        context,
        path,
        started,
        lambda text: fault(context.project, path, text),
        lambda text: write_edited(context.project, path, started, text, subject=context.subject),
    )
    return done or resolve(context.project, path, "", ())


def _say(context: CommandContext, resolved: Resolved) -> None:
    if resolved.refused:
        context.say(f"{resolved.ticket}: not changed: {resolved.refused}")
    elif resolved.left:
        context.say(f"{resolved.ticket}: left to resolve: {', '.join(resolved.left)}")
        for row in resolved.shown:
            context.say(f"  {row}")
    elif resolved.is_gone:
        context.say(f"{resolved.ticket}: removed, also from git's index")
    elif resolved.former:
        context.say(f"{resolved.ticket}: had the id {resolved.former} on one side; resolved, and added to git's index")
    elif resolved.added:
        context.say(f"{resolved.ticket}: resolved, and added to git's index")
    elif resolved.outcome.commit:
        context.say(f"{resolved.ticket}: resolved")
    else:
        context.say(f"{resolved.ticket}: no conflicts are left")
