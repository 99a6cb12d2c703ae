"""`tk set`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.set import Done
    from plaintickets.console import CommandContext


@click.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("words", metavar="ID… KEY=VALUE…", nargs=-1, required=True, type=Known("set words"))
@click.option("--force", is_flag=True, help="Set a status even if the workflow does not allow it.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, words: tuple[str, ...], *, force: bool) -> None:
    """Set fields of tickets; each value is checked by the field's type.

    KEY=VALUE sets, KEY+=VALUE adds to a list, KEY-=VALUE removes from it, KEY= removes the field.

    \b
    Examples:
      tk set 7f3k priority=1 due=friday
      tk set 7f3k a2c9 tags+=release,urgent
      tk set 7f3k title="Parser drops the last line" assignee=
    """
    from plaintickets.actions.set import read_setting, set_fields

    parts = [word for word in words if "=" not in word]
    settings = [read_setting(word) for word in words if "=" in word]
    if not parts or not settings:
        raise UsageError("name a ticket and a field", hint="for example: tk set 7f3k priority=1")
    report(context, set_fields(context.project, "set", parts, settings, force=force, subject=context.subject))


def report(context: CommandContext, done: Done) -> None:
    """Print what was set, one line for each ticket."""
    for ticket in done.tickets:
        fields = dict.fromkeys(change.field for change in done.changes if change.ticket == ticket.id)
        fields = dict.fromkeys(field.removeprefix("key:") for field in fields)
        context.say(f"Updated {ticket.id}: {', '.join(fields)}" if fields else f"{ticket.id}: nothing to change")
    note_left_open(context, done)
    if context.json:
        from plaintickets.render.jsonform import change_object

        finish(context, done.outcome, changes=list(map(change_object, done.changes)))
    else:
        finish(context, done.outcome)


def note_left_open(context: CommandContext, done: Done) -> None:
    """Name on stderr the open children and dependencies of the tickets that were closed."""
    changed = {change.ticket for change in done.changes if change.field == "status"}
    if not changed:
        return
    from plaintickets.actions.change_status import left_open

    for line in left_open(context.project, [ticket for ticket in done.tickets if ticket.id in changed]):
        context.note(line)
